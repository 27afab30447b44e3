"""A whole dataset is made where one cannot write aside and rename: shard by shard, and sealed at once.

A run that is killed leaves the receipts of the shards that it has finished; the next one does not make them again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from demo_data.build import Finish, Progress, generator_version, recipe_text
from demo_data.common.errors import COMPLETED, DataError
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.made import Built
from demo_data.dataset.manifest import Manifest, parsed_manifest
from demo_data.engine.world import World
from demo_data.plan import Part, plan
from demo_data.profile import Settings
from demo_data.shards.begin import build_at
from demo_data.shards.making import make_shard
from demo_data.shards.sealing import seal_shards
from demo_data.storage import Storage, storage_of

_PARTS = 16
"""Parts of a shard, about: what a run that is killed must make again, at most."""
_SHARDS = 64


@dataclass(frozen=True)
class WholeBuilt:
    """What was made of each table; how many parts there are, and how many an earlier run had made: all, of a dataset
    that was finished before.
    """

    built: list[Built]
    parts: int
    kept: int


def build_whole(
    settings: Settings,
    out: str,
    *,
    json_form: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Finish,
) -> WholeBuilt:
    """Make a profile's dataset at a URL, with all that `finish` adds to it: the manifest last, and over nothing.

    Where the same dataset is finished already, nothing is made. Raises `DataError` where another one is, and
    `UsageError` where anything else is in the way or writing fails: what is finished stays there for the next run.
    """
    storage, domain = storage_of(out), settings.domain
    world = World(domain, settings)
    every = [part for table in domain.models for part in plan(world, table)]
    with storage.aside():  # what a killed run has left on this machine goes, also where nothing is to be made
        manifest = _finished(storage)
    if manifest:
        if build_at(storage):  # a run was killed before the receipts were gone
            seal_shards(out, domain, finish=finish)
        if differences := [*_differences(manifest, settings, every, json_form)]:
            raise DataError(
                f"{storage.shown}: a finished dataset is there, and does not change: it is {', '.join(differences)}; "
                "choose a prefix of its own for this one"
            )
        return WholeBuilt([], len(every), len(every))
    shards = min(_SHARDS, -(-len(every) // _PARTS))
    kept, built = 0, dict[str, Built]()
    step = _counting(progress, every)
    for shard in range(1, shards + 1):
        made = make_shard(settings, out, shard, shards, json_form=json_form, executor=executor, progress=step)
        kept += made.kept
        for new in made.built:
            old = built.get(new.table, Built(new.table, 0, 0, 0))
            built[new.table] = Built(new.table, old.rows + new.rows, old.size + new.size, old.seconds + new.seconds)
    seal_shards(out, domain, finish=finish)
    COMPLETED.append(storage.shown)
    return WholeBuilt([built[table] for table in domain.models if table in built], len(every), kept)


def _finished(storage: Storage) -> Manifest | None:
    """The manifest of the dataset that is there, if one is."""
    try:
        return parsed_manifest(storage.read(MANIFEST), f"{storage.shown}/{MANIFEST}")
    except FileNotFoundError:
        return None


def _differences(manifest: Manifest, settings: Settings, every: list[Part], json_form: bool) -> Iterator[str]:
    """What another dataset is, in words; nothing of the same one, which would be made again byte for byte."""
    if manifest.profile != settings.name:
        yield f"of profile {manifest.profile}, not {settings.name}"
    if manifest.generator != generator_version():
        yield f"by demo-data {manifest.generator}, not {generator_version()}"
    if manifest.schema_version != settings.domain.schema_version:
        yield f"of schema {manifest.schema_version}, not {settings.domain.schema_version}"
    if manifest.recipe != hashlib.sha256(recipe_text(settings).encode()).hexdigest():
        yield "of another recipe"
    alone = any(part.file == f"{part.table}.parquet" for part in every)
    if alone and json_form != any(table.json_form for table in manifest.tables):
        yield "without JSON forms" if json_form else "with JSON forms"


def _counting(progress: Progress | None, every: list[Part]) -> Progress | None:
    """Counts the parts of all shards, where each shard counts its own."""
    if progress is None:
        return None
    of, done = Counter(part.table for part in every), Counter[str]()

    def step(table: str, _done: int, _parts: int) -> None:
        done[table] += 1
        progress(table, done[table], of[table])

    return step
