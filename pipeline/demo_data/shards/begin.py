"""The place in which shards are made: free, or of the same build."""

from __future__ import annotations

from collections.abc import Iterable

from demo_data.build import generator_version, lock_hash
from demo_data.common.errors import UsageError
from demo_data.common.rendering import few
from demo_data.dataset import layout, receipt, recipe_file
from demo_data.dataset.receipt import BUILD, ShardedBuild
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.domain import Domain
from demo_data.profile import Settings
from demo_data.storage import Storage


def build_of(settings: Settings, shards: int, *, json_form: bool) -> ShardedBuild:
    """What is made in so many shards of a profile."""
    values = settings.as_json()
    told = {key: values.pop(key) for key in ("seed", "born", "as_of", "days")}
    recipe = RecipeFile(format=recipe_file.FORMAT, profile=settings.name, **told, settings=values)
    return ShardedBuild(
        format=receipt.FORMAT,
        domain=str(settings.domain),
        generator=generator_version(),
        schema_version=settings.domain.schema_version,
        lock=lock_hash(),
        recipe=recipe,
        shards=shards,
        json_form=json_form,
    )


def begin(storage: Storage, build: ShardedBuild, domain: Domain) -> dict[str, int]:
    """Make a place that of a build, unless it is; the names and sizes of the files that are there.

    Raises `UsageError` where a finished dataset lies there, where shards of another build are made, or where files of
    anybody's stand in places that the dataset takes.
    """
    names = dict(storage.names())
    if layout.MANIFEST in names:
        raise UsageError(
            f"{storage.shown}: a finished dataset lies there ({layout.MANIFEST}): name another place for shards"
        )
    begun = build_at(storage)
    if begun is None:
        strangers = sorted(_in_the_way(names, domain))
        # Another shard may have begun meanwhile: what is there is its own then. It says so before it makes anything.
        if strangers and build_at(storage) is None:
            raise UsageError(
                f"{storage.shown}: files stand in places that the dataset takes, and no shard has told of them: "
                f"{few(strangers, 5)}; move them away, or name another place"
            )
        if not strangers:
            _put(storage, build)
        begun = build_at(storage) or build
    if differences := [*begun.differences(build)]:
        raise UsageError(
            f"{storage.shown}: shards of another dataset are made there; this one is {', '.join(differences)}: "
            "name another place, or remove what lies there"
        )
    return names


def _put(storage: Storage, build: ShardedBuild) -> None:
    try:
        storage.put_new(BUILD, build.text().encode())
    except UsageError:
        if build_at(storage) is None:  # else another shard was first: what it says is compared
            raise


def build_at(storage: Storage) -> ShardedBuild | None:
    """What is made in a place, None where nothing is. Raises `DataError` where what tells it is damaged."""
    try:
        text = storage.read(BUILD)
    except FileNotFoundError:
        return None
    return receipt.parsed(ShardedBuild, text, f"{storage.shown}/{BUILD}")


def _in_the_way(names: Iterable[str], domain: Domain) -> set[str]:
    places = {*layout.belongings(domain.models, domain.pictures), layout.WRITTEN}
    return {name for name in names if layout.place_of(name) in places or name.startswith(f"{layout.RECEIPTS}/")}
