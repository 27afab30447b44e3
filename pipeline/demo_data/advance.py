"""A dataset goes on to a later day: what a build as of that day gives, byte for byte, from what is there already.

The past stands, so the files of months that are over are kept as they are. Made anew are those of events from the
first day on that is not yet complete, the tables that are no events, and all that tells of the whole dataset.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence, Set
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
    require(domain, table_faults, recipe_faults)
    manifest = read_manifest(folder)
    _require_own(folder, manifest, domain)
    recipe = _recipe(folder, manifest)
    _require_later(folder, recipe, to, domain)
    if to == recipe.as_of and (out is None or out.resolve() == folder.resolve()):
        atomic.tidy(folder)
        return None
    before, settings = settings_of(recipe, domain, recipe.as_of), settings_of(recipe, domain, to)
    world = World(domain, settings)
    parts = [part for table in domain.models for part in plan(world, table)]
    kept = {part: part.file for part in parts if part.span and part.span[1] <= last_day(before)}
    made = [part for part in parts if part not in kept]
    _require_as_told(folder, manifest, {*kept.values()})
    places = layout.belongings(domain.models, domain.pictures)
    with atomic.staged(out or folder, replaces=places, writes=[layout.MANIFEST]) as staging:
        if read_manifest(folder) != manifest:
            raise UsageError(f"{folder}: changed by another process just now; try again")
        (staging / layout.RECIPE).write_text(recipe_text(settings), encoding="utf-8")
        for path in kept.values():
            _keep(folder / path, layout.part_path(staging, path), link=out is None)
        results = make(settings, staging, made, executor, progress, _earlier(folder, domain, made, last_day(before)))
        if any(table.json_form for table in manifest.tables):
            json_forms(staging, domain.models)
        digests = {}
        for table in domain.models:
            if not any(part.table == table for part in made):
                digests[table] = manifest.by_table[table].digest
                continue
            digest = results.content(table).digest()
            first = min((part.span[0] for part in made if part.table == table and part.span), default=None)
            digests[table] = digest if first is None else _joined(manifest.by_table[table].digest, first, digest)
        known = [entry for entry in manifest.every_file if entry.path in kept.values()]
        finish(staging, domain, digests, known=known + results.entries, earlier=(folder, recipe.as_of))
    return Advanced(manifest.profile, recipe.as_of, [results.built(table) for table in domain.models], len(kept))


def settings_of(recipe: RecipeFile, domain: Domain, as_of: date) -> Settings:
    """The settings that a recipe tells, as of a day."""
    values = {"seed": recipe.seed, "as_of": as_of, "born": recipe.birth, "days": recipe.days}
    by_path = {f"{section}.{key}": value for section, keys in recipe.settings.items() for key, value in keys.items()}
    return Settings(domain, recipe.profile, {**values, **by_path})


def _require_own(folder: Path, manifest: Manifest, domain: Domain) -> None:
    """Raise `UsageError` where another version has made the dataset: its past is not this one's."""
    if manifest.generator != generator_version():
        made = f"made by demo-data {manifest.generator}, and this is {generator_version()}"
    elif manifest.world is None or manifest.schema_version != domain.schema_version or manifest.lock != lock_hash():
        made = f"made by another state of demo-data {manifest.generator} than this one"
    else:
        return
    raise UsageError(f"{folder}: {made}: advance it with what has made it, or {_anew(manifest.profile)}")


def _anew(profile: str) -> str:
    return f"make it anew: `{program()} build {profile} --as-of DATE`"


def _recipe(folder: Path, manifest: Manifest) -> RecipeFile:
    """The recipe. Raises `DataError` where it is not the one that the dataset was made by."""
    path = folder / layout.RECIPE
    recipe = whole_recipe(path)
    if file_hash(path) != manifest.recipe or recipe.world(manifest.generator) != manifest.world:
        raise DataError(
            f"{path}: not what {layout.MANIFEST} tells: other settings make another world, which has another past; "
            f"put it back, or {_anew(manifest.profile)}"
        )
    return recipe


def _require_later(folder: Path, recipe: RecipeFile, to: date, domain: Domain) -> None:
    if to < recipe.first_day:
        raise UsageError(f"--to {to}: before the history in {folder}, which begins on {recipe.first_day}")
    if to < recipe.as_of:
        raise UsageError(
            f"--to {to}: {folder} has come to {recipe.as_of} already, and what has happened stays; "
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


def _earlier(folder: Path, domain: Domain, parts: Sequence[Part], day: int) -> dict[Part, Before]:
    """Where the parts that can be carried on lie as of the day before."""
    return {part: Before(folder.absolute() / part.file, day) for part in parts if domain.recipes[part.table].carried}


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
