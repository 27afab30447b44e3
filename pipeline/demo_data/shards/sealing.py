"""What shards have made becomes a dataset: all receipts hold, what needs the whole is made; the manifest is last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo_data.advance import settings_of
from demo_data.build import Finish, json_forms, recipe_text
from demo_data.common.errors import COMPLETED, DataError, UsageError
from demo_data.dataset import layout
from demo_data.dataset.manifest import FileEntry, Manifest, parsed_manifest, read_manifest
from demo_data.dataset.receipt import BUILD, ShardedBuild
from demo_data.domain import Domain
from demo_data.engine.world import World
from demo_data.shards import receipts
from demo_data.shards.begin import build_at, build_of
from demo_data.storage import Storage, storage_of


@dataclass(frozen=True)
class Sealed:
    """A dataset that is whole: how many shards have made it, 0 where it was so before."""

    profile: str
    identity: str
    rows: int
    parts: int
    shards: int

    @classmethod
    def of(cls, manifest: Manifest, shards: int) -> Sealed:
        parts = sum(len(table.parquet) for table in manifest.tables)
        return cls(manifest.profile, manifest.identity, sum(manifest.rows.values()), parts, shards)


def seal_shards(out: str | Path, domain: Domain, *, finish: Finish) -> Sealed:
    """Make what shards have made in `out` a dataset, equal in every byte to what `build` makes of the same profile.

    Raises `UsageError` where no shards were made, or by another program or domain; and `DataError` that tells
    everything that is wrong: shards that are missing, receipts and files that are not as they should be. No manifest
    stands there then. The receipts go when it does. Killed at any moment, it can be run again.
    """
    storage = storage_of(out)
    with storage.aside(alone=True) as aside:
        there, build = dict(storage.names()), build_at(storage)
        if layout.MANIFEST in there:
            return _sealed_before(storage, build, there)
        if build is None:
            raise UsageError(f"{storage.shown}: no shards lie there (no {BUILD})")
        settings = settings_of(build.recipe, domain, build.recipe.as_of)
        if differences := [*build.differences(build_of(settings, build.shards, json_form=build.json_form))]:
            raise UsageError(
                f"{storage.shown}: its shards were made otherwise than this program would: {', '.join(differences)}; "
                "seal them with what has made them"
            )
        view = aside / "whole"
        found = receipts.require_whole(storage, build, World(domain, settings), there, view)
        results = receipts.joined(found, view)
        entries = [FileEntry(path=e.path, bytes=e.bytes, sha256=e.sha256) for each in found for e in each.parts]
        (view / layout.RECIPE).write_text(recipe_text(settings), encoding="utf-8")
        if build.json_form:
            json_forms(view, domain.models)
        finish(view, domain, {table: results.content(table).digest() for table in domain.models}, known=entries)
        manifest = read_manifest(view)
        _put(storage, view, {entry.path for entry in entries})
        COMPLETED.append(storage.shown)
        _remove_receipts(storage, there)
    return Sealed.of(manifest, build.shards)


def _put(storage: Storage, view: Path, parts: set[str]) -> None:
    """Put all but the parts, which are there: the manifest last, and over nothing."""
    for path in sorted(view.rglob("*")):
        name = path.relative_to(view).as_posix()
        if path.is_file() and name not in parts and name != layout.MANIFEST:
            storage.put(name, path)
    storage.put_new(layout.MANIFEST, (view / layout.MANIFEST).read_bytes())


def _sealed_before(storage: Storage, build: ShardedBuild | None, there: Mapping[str, int]) -> Sealed:
    """A dataset that is whole already; the receipts, which a killed run has left, go. Raises `DataError`."""
    manifest = _manifest(storage)
    if build and (manifest.generator, manifest.world) != (build.generator, build.recipe.world(build.generator)):
        raise DataError(
            f"{storage.shown}: a finished dataset of another recipe lies there, beside shards ({BUILD}): "
            f"remove {layout.RECEIPTS}/, or seal the shards elsewhere"
        )
    _remove_receipts(storage, there)
    return Sealed.of(manifest, 0)


def _manifest(storage: Storage) -> Manifest:
    return parsed_manifest(storage.read(layout.MANIFEST), f"{storage.shown}/{layout.MANIFEST}")


def _remove_receipts(storage: Storage, there: Iterable[str]) -> None:
    """Remove what shards have told; what tells of the build goes last, so that a run that is killed can be known."""
    told = [name for name in there if name.startswith(f"{layout.RECEIPTS}/") and name != BUILD]
    storage.remove(told)
    storage.remove([BUILD])  # also where it is gone, for its directory may be empty and be there


def orphans(out: str | Path) -> list[tuple[str, int]]:
    """The names and bytes of files in `out` that nobody names, neither a manifest nor a shard's receipt.

    Raises `UsageError` where neither lies there: all would be such.
    """
    storage = storage_of(out)
    there = dict(storage.names())
    hashes = _manifest(storage).hashes if layout.MANIFEST in there else {}
    if not hashes and BUILD not in there:
        raise UsageError(f"{storage.shown}: neither a dataset nor shards of one lie there")
    return receipts.orphans(storage, hashes, there)
