"""From a profile to tables on disk: the plan, the cells, the executor. What the DVC stages call.

Work is cut in ranges of rows whose size follows from the profile alone, so the bytes are the same for any number of
workers. Any `concurrent.futures.Executor` will do.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed, wait
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from demo_data.common.errors import UsageError, nearest
from demo_data.common.files import file_hash
from demo_data.dataset import atomic, content_hash, layout, recipe_file, store
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.domain import Domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import Settings

LOCK = "requirements.lock"
ROWS_PER_PART = 65_536
"""About as many rows as a part has: large enough to compress well, small enough to be made in the processor's cache."""


@dataclass(frozen=True)
class Part:
    """Rows `start` to `stop` of a table (of its parent, where it fans out); part `number` of `count`."""

    table: str
    start: int
    stop: int
    number: int
    count: int


@dataclass(frozen=True)
class Built:
    """A table that was written: its rows, bytes on disk, and the CPU seconds it took."""

    table: str
    rows: int
    size: int
    seconds: float


@dataclass(frozen=True)
class Made:
    """A part that was written: its rows' content, its bytes on disk, and the CPU seconds it took."""

    run: content_hash.Run
    size: int
    seconds: float


Progress = Callable[[str, int, int], None]
"""Told after every part: table, parts done, parts in all."""


def plan(world: World, table: str) -> list[Part]:
    """The parts of a table. A fanned-out table is cut by its parent's rows, by about as many as fill a part."""
    rows, recipes = world.count(table), world.domain.recipes
    made = max(recipes[name].per_parent(world.settings) for name in (table, *recipes[table].children))
    each = max(1, int(ROWS_PER_PART // max(1, made)))
    starts = range(0, rows, each)
    return [Part(table, at, min(at + each, rows), number, len(starts)) for number, at in enumerate(starts)]


def build(
    settings: Settings,
    out: Path,
    *,
    tables: Sequence[str] | None = None,
    level: int | None = None,
    json_form: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Callable[[Path, Domain, Mapping[str, content_hash.Run]], None] | None = None,
) -> list[Built]:
    """Make a profile's tables in `out`: all of them with the recipe, or only `tables`, or those of one `level`.

    `finish` is given the whole dataset, its domain and each table's content, before it takes its place (to write the
    manifest). Raises `UsageError` for an unknown table or level, where files in `out` that are not this program's own
    are in the way, and where writing fails. After an error nothing in `out` has changed.
    """
    domain = settings.domain
    names = _chosen(domain, tables, level)
    whole = tables is None and level is None
    replaces = layout.belongings(domain.models, domain.pictures) if whole else _places(names, level, json_form)
    writes = [layout.MANIFEST] if whole and finish else []
    with atomic.staged(out, replaces=replaces, writes=writes) as folder:
        recipe = recipe_text(settings)
        if whole or level == 0:
            (folder / layout.RECIPE).write_text(recipe, encoding="utf-8")
        built, runs = _make(settings, folder, names, hashlib.sha256(recipe.encode()).hexdigest(), executor, progress)
        if json_form:
            store.write_json_files(
                folder, folder / layout.JSON_FOLDER, {table: domain.models[table] for table in names}
            )
        if whole and finish:
            finish(folder, domain, runs)
    return built


def _places(names: Sequence[str], level: int | None, json_form: bool) -> Iterator[str]:
    """Where in the dataset's directory a build of some tables writes."""
    for table in names:
        yield f"{table}.parquet"
        if json_form:
            yield f"{layout.JSON_FOLDER}/{table}.json"
    if level == 0:
        yield layout.RECIPE


def _chosen(domain: Domain, tables: Sequence[str] | None, level: int | None) -> list[str]:
    if level is not None:
        if not 0 <= level < len(domain.levels):
            raise UsageError(f"--level {level}: levels go from 0 to {len(domain.levels) - 1}")
        return list(domain.levels[level])
    for table in tables or ():
        if table not in domain.recipes:
            raise UsageError(f"--table {table}: no such table; {nearest(table, domain.recipes)}")
    return [table for level in domain.levels for table in level if tables is None or table in tables]


def _make(
    settings: Settings,
    folder: Path,
    names: Sequence[str],
    recipe: str,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[list[Built], dict[str, content_hash.Run]]:
    world = World(settings.domain, settings)
    metadata = {table: _metadata(settings, table, recipe) for table in names}
    parts: dict[str, dict[int, Made]] = {table: {} for table in names}

    def done(part: Part, made: Made) -> None:
        parts[part.table][part.number] = made
        if progress:
            progress(part.table, len(parts[part.table]), part.count)

    jobs = [
        (part, str(layout.part_path(folder, table, part.number, part.count)), metadata[table])
        for table in names
        for part in plan(world, table)
    ]
    if executor is None:
        for job in jobs:
            done(job[0], write_part(world, *job))
    else:
        frozen = pickle.dumps(settings)
        running: dict[Future[Made], Part] = {executor.submit(_work, frozen, *job): job[0] for job in jobs}
        try:
            for future in as_completed(running):
                done(running[future], future.result())
        except BaseException:
            for future in running:
                future.cancel()
            wait(running)  # so that nobody writes into a directory that is being removed
            raise
    runs = {table: content_hash.whole(made[number].run for number in sorted(made)) for table, made in parts.items()}
    built = [
        Built(table, runs[table].rows, sum(each.size for each in made), sum(each.seconds for each in made))
        for table, made in ((table, parts[table].values()) for table in names)
    ]
    return built, runs


def _metadata(settings: Settings, table: str, recipe: str) -> dict[str, str]:
    """What a Parquet file says of itself, as key-value metadata."""
    return {
        "demo_data.table": table,
        "demo_data.schema_version": settings.domain.schema_version,
        "demo_data.recipe": recipe,
        "demo_data.profile": settings.name,
        "demo_data.notice": settings.domain.notice,
    }


def write_part(world: World, part: Part, path: str, metadata: dict[str, str]) -> Made:
    """Make, hash and write one part."""
    began = time.process_time()
    model = world.domain.models[part.table]
    table = assemble(world.rows(part.table, part.start, part.stop))
    run = content_hash.run(table, model)
    size = store.write_part(table, Path(path), model, metadata)
    return Made(run, size, time.process_time() - began)


def _work(frozen: bytes, part: Part, path: str, metadata: dict[str, str]) -> Made:
    return write_part(_world(frozen), part, path, metadata)


_kept = threading.local()


def _world(frozen: bytes) -> World:
    """A worker's world, kept from part to part. A world fills itself as it is asked, so each thread has its own."""
    if getattr(_kept, "key", None) != frozen:
        settings: Settings = pickle.loads(frozen)
        _kept.key, _kept.world = frozen, World(settings.domain, settings)
    world: World = _kept.world
    return world


def recipe_text(settings: Settings) -> str:
    """`recipe.json`: the resolved profile, and who has which scenario."""
    values = settings.as_json()
    top = {key: values.pop(key) for key in ("seed", "as_of", "days")}
    recipe = RecipeFile(
        format=recipe_file.FORMAT,
        notice=settings.domain.notice,
        profile=settings.name,
        **top,
        settings=values,
        scenarios=scenarios(settings),
    )
    return recipe.text()


def scenarios(settings: Settings) -> dict[str, list[str]]:
    """The keys of the rows of each scenario."""
    world = World(settings.domain, settings)
    scenarios: dict[str, list[str]] = {}
    for table, recipe in settings.domain.recipes.items():
        names = tuple(settings[f"{table}.scenarios"]) if recipe.scenarios else ()
        scenarios |= {name: [] for name in names}
        for part in plan(world, table) if names else ():
            block = world.rows(table, part.start, part.stop)
            numbers, keys = block["scenario"], block[recipe.key[0].name]
            for number, name in enumerate(names):
                scenarios[name] += keys.take(np.flatnonzero(numbers == number)).to_pylist()
    return scenarios


def generator_version() -> str:
    """The version of the package that makes the data."""
    return version("demo-data")


def lock_hash() -> str | None:
    """The SHA-256 of the lock file that this generator comes with; None where it comes without one."""
    package = Path(__file__).parent
    for folder in (package, package.parents[1]):  # in a wheel, in a checkout
        if (folder / LOCK).is_file():
            return file_hash(folder / LOCK)
    return None
