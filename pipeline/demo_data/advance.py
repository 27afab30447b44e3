"""A dataset goes on to a later day: what a build as of that day gives, byte for byte, from what is there already.

The past stands, so the files of months that are over are kept as they are. Made anew are those of events from the
first day on that is not yet complete, the tables that are no events, and all that tells of the whole dataset.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Set
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from demo_data.build import (
    Finish,
    Progress,
    generator_version,
    json_forms,
    lock_hash,
    make,
    recipe_text,
)
from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import file_hash
from demo_data.common.program import program
from demo_data.dataset import atomic, layout
from demo_data.dataset.digest import Digest
from demo_data.dataset.made import Built
from demo_data.dataset.manifest import Manifest, read_manifest
from demo_data.dataset.parquet_file import open_part
from demo_data.dataset.recipe_file import RecipeFile, whole_recipe
from demo_data.domain import Domain
from demo_data.domain_check import require, table_faults
from demo_data.engine.world import World
from demo_data.parts import Before
from demo_data.plan import Part, plan
from demo_data.profile import Settings
from demo_data.recipes.calendar import last_day
from demo_data.recipes.check import recipe_faults


@dataclass(frozen=True)
class Advanced:
    """A dataset that went on: the day it had come to before, what was made of each table, and the files kept."""

    profile: str
    before: date
    built: list[Built]
    kept: int


@dataclass(frozen=True)
class Way:
    """How a dataset comes to a later day: its manifest, the settings as of its last day and as of the new one, and its
    files then: `kept` are those of months that are over, `made` are all others.
    """

    manifest: Manifest
    before: Settings
    settings: Settings
    kept: tuple[Part, ...]
    made: tuple[Part, ...]

    @property
    def carried(self) -> tuple[Part, ...]:
        """Those of `made` that are carried on from what they were."""
        recipes = self.settings.domain.recipes
        return tuple(part for part in self.made if recipes[part.table].carried)


def way(folder: Path, to: date, domain: Domain, shown: str) -> Way:
    """How the dataset whose manifest and recipe lie in `folder` comes to the day `to`; messages call it `shown`.

    Raises `UsageError` for a day that it cannot go to, and a dataset that this version has not made or that has no
    manifest; `DataError` where the recipe is not what the manifest tells.
    """
    require(domain, table_faults, recipe_faults)
    manifest = read_manifest(folder)
    _require_own(shown, manifest, domain)
    recipe = _recipe(folder, manifest, shown)
    _require_later(shown, recipe, to, domain)
    before, settings = settings_of(recipe, domain, recipe.as_of), settings_of(recipe, domain, to)
    world = World(domain, settings)
    parts = [part for table in domain.models for part in plan(world, table)]
    over = {part: bool(part.span and part.span[1] <= last_day(before)) for part in parts}
    kept, made = (tuple(part for part in parts if over[part] is each) for each in (True, False))
    return Way(manifest, before, settings, kept, made)


def advance(
    folder: Path,
    to: date,
    domain: Domain,
    *,
    out: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Finish,
) -> Advanced | None:
    """Take the dataset in `folder` on to the day `to`, in place or in `out`; None where it has come there, in place.

    It takes its place when all of it is there. Raises `UsageError` for a day that it cannot go to, and a dataset that
    this version has not made or that has no manifest; `DataError` where files are not what the manifest tells. Nothing
    has changed then.
    """
    ahead = way(folder, to, domain, str(folder))
    if to == ahead.before["as_of"] and (out is None or out.resolve() == folder.resolve()):
        atomic.tidy(folder)
        return None
    _require_as_told(folder, ahead.manifest, {part.file for part in ahead.kept})
    return go(ahead, folder, out or folder, link=out is None, executor=executor, progress=progress, finish=finish)


def go(
    ahead: Way,
    folder: Path,
    out: Path,
    *,
    link: bool,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Finish,
) -> Advanced:
    """Make in `out` what the dataset in `folder` becomes, of which no more need be there than is read of it.

    `link`: its kept files may be the new one's, too. Raises `UsageError` where it has changed meanwhile.
    """
    manifest, settings, domain = ahead.manifest, ahead.settings, ahead.settings.domain
    kept = {part.file for part in ahead.kept}
    day: date = ahead.before["as_of"]
    earlier = {part: Before(folder.absolute() / part.file, last_day(ahead.before)) for part in ahead.carried}
    places = layout.belongings(domain.models, domain.pictures)
    with atomic.staged(out, replaces=places, writes=[layout.MANIFEST]) as staging:
        if read_manifest(folder) != manifest:
            raise UsageError(f"{folder}: changed by another process just now; try again")
        (staging / layout.RECIPE).write_text(recipe_text(settings), encoding="utf-8")
        for path in kept:
            _keep(folder / path, layout.part_path(staging, path), link=link)
        results = make(settings, staging, ahead.made, executor, progress, earlier)
        if any(table.json_form for table in manifest.tables):
            json_forms(staging, domain.models)
        digests = {}
        for table in domain.models:
            if not any(part.table == table for part in ahead.made):
                digests[table] = manifest.by_table[table].digest
                continue
            digest = results.content(table).digest()
            first = min((part.span[0] for part in ahead.made if part.table == table and part.span), default=None)
            digests[table] = digest if first is None else _joined(manifest.by_table[table].digest, first, digest)
        known = [entry for entry in manifest.every_file if entry.path in kept]
        finish(staging, domain, digests, known=known + results.entries, earlier=(folder, day))
    return Advanced(manifest.profile, day, [results.built(table) for table in domain.models], len(kept))


def settings_of(recipe: RecipeFile, domain: Domain, as_of: date) -> Settings:
    """The settings that a recipe tells, as of a day."""
    values = {"seed": recipe.seed, "as_of": as_of, "born": recipe.birth, "days": recipe.days}
    by_path = {f"{section}.{key}": value for section, keys in recipe.settings.items() for key, value in keys.items()}
    return Settings(domain, recipe.profile, {**values, **by_path})


def _require_own(shown: str, manifest: Manifest, domain: Domain) -> None:
    """Raise `UsageError` where another version has made the dataset: its past is not this one's."""
    if manifest.generator != generator_version():
        made = f"made by demo-data {manifest.generator}, and this is {generator_version()}"
    elif manifest.world is None or manifest.schema_version != domain.schema_version or manifest.lock != lock_hash():
        made = f"made by another state of demo-data {manifest.generator} than this one"
    else:
        return
    raise UsageError(f"{shown}: {made}: advance it with what has made it, or {_anew(manifest.profile)}")


def _anew(profile: str) -> str:
    return f"make it anew: `{program()} build {profile} --as-of DATE`"


def _recipe(folder: Path, manifest: Manifest, shown: str) -> RecipeFile:
    """The recipe. Raises `DataError` where it is not the one that the dataset was made by."""
    path = folder / layout.RECIPE
    recipe = whole_recipe(path)
    if file_hash(path) != manifest.recipe or recipe.world(manifest.generator) != manifest.world:
        raise DataError(
            f"{shown}/{layout.RECIPE}: not what {layout.MANIFEST} tells: other settings make another world, which has "
            f"another past; put it back, or {_anew(manifest.profile)}"
        )
    return recipe


def _require_later(shown: str, recipe: RecipeFile, to: date, domain: Domain) -> None:
    if to < recipe.first_day:
        raise UsageError(f"--to {to}: before the history in {shown}, which begins on {recipe.first_day}")
    if to < recipe.as_of:
        raise UsageError(
            f"--to {to}: {shown} has come to {recipe.as_of} already, and what has happened stays; "
            f"`{program()} build {recipe.profile} --as-of {to}` makes it as of that day"
        )
    if to > domain.latest:
        raise UsageError(f"--to {to}: after {domain.latest}, the last day that there can be")


def _require_as_told(folder: Path, manifest: Manifest, kept: Set[str]) -> None:
    """Raise `DataError` where a file is not what the manifest tells: those that are kept by size and world alone."""
    faults = [f"{folder / path}: {fault}" for path, fault in _faults(folder, manifest, kept)]
    if faults:
        raise DataError([*faults, f"{folder}: not advanced; {_anew(manifest.profile)}, or get it again"])


def _faults(folder: Path, manifest: Manifest, kept: Set[str]) -> Iterator[tuple[str, str]]:
    entries = {entry.path: entry for entry in manifest.every_file}
    for path in sorted(kept - entries.keys()):
        yield path, f"not told by {layout.MANIFEST}"
    for path, entry in entries.items():
        file = folder / path
        if not file.is_file():
            yield path, "missing"
        elif file.stat().st_size != entry.bytes or (path not in kept and file_hash(file) != entry.sha256):
            yield path, f"not what {layout.MANIFEST} tells: changed since, or damaged"
        elif path in kept and _world_in(file) != manifest.world:
            yield path, "of another world"


def _world_in(file: Path) -> str | None:
    """The world that a Parquet file names."""
    with open_part(file) as part:
        world = (part.metadata.metadata or {}).get(b"demo_data.world")
    return world.decode("utf-8", "replace") if world else None


def _keep(file: Path, place: Path, *, link: bool) -> None:
    """Let a file stand in another place too: the same one, where it is replaced there and the file system can do it."""
    try:
        if not link:
            raise OSError
        os.link(file.resolve(), place)
    except OSError:
        shutil.copy2(file, place)


def _joined(before: Digest, first: int, made: Digest) -> Digest:
    """What a table's values hash to: the months before the one of the `first` day that was made, and those made."""
    month = f"{date(1970, 1, 1) + timedelta(days=first):%Y-%m}"
    return Digest.of_months([*(each for each in before.months if each.month < month), *made.months])
