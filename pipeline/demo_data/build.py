"""From a profile to tables on disk: the plan, the cells, the executor. What the DVC stages call.

Work is cut in ranges of rows whose size follows from the profile alone, so the bytes are the same for any number of
workers. Any `concurrent.futures.Executor` will do.
"""

from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed, wait
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from demo_data.common.errors import UsageError, nearest
from demo_data.common.files import file_hash
from demo_data.dataset import atomic, layout, recipe_file, store
from demo_data.dataset.digest import Digest
from demo_data.dataset.made import Built, Made, Results
from demo_data.dataset.manifest import FileEntry
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.domain import Domain
from demo_data.engine.world import World
from demo_data.parts import Before, Job, Where, make_part, make_parts
from demo_data.plan import Part, plan
from demo_data.profile import Settings
from demo_data.schema.record import Entity
from demo_data.stories import scenarios

if TYPE_CHECKING:
    from demo_data.storage import Storage

LOCK = "requirements.lock"

_MANY = 16
"""Ranges of rows that are enough for all workers, so that each makes all that one is cut in."""


class Finish(Protocol):
    """What makes tables a snapshot: given what is known of the values, and of files, as they are not read again.

    `earlier`: the same dataset as of an earlier day, and that day.
    """

    def __call__(
        self,
        folder: Path,
        domain: Domain,
        digests: Mapping[str, Digest],
        *,
        known: Sequence[FileEntry],
        earlier: tuple[Path, date] | None = None,
    ) -> None: ...


Progress = Callable[[str, int, int], None]
"""Told after every part: table, parts done, parts in all."""


def build(
    settings: Settings,
    out: Path,
    *,
    tables: Sequence[str] | None = None,
    level: int | None = None,
    json_form: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
    finish: Finish | None = None,
) -> list[Built]:
    """Make a profile's tables in `out`: all of them with the recipe, or only `tables`, or those of one `level`.

    `finish` is given the whole dataset, its domain, what each table's values hash to and what is known of the files,
    before it takes its place (to write the manifest). The JSON form is made of tables of one file. Raises `UsageError`
    for an unknown table or level, where files in `out` that are not this program's own are in the way, and where
    writing fails. After an error nothing in `out` has changed.
    """
    domain = settings.domain
    names = _chosen(domain, tables, level)
    whole = tables is None and level is None
    replaces = layout.belongings(domain.models, domain.pictures) if whole else _places(names, level, json_form)
    writes = [layout.MANIFEST] if whole and finish else []
    with atomic.staged(out, replaces=replaces, writes=writes) as folder:
        if whole or level == 0:
            (folder / layout.RECIPE).write_text(recipe_text(settings), encoding="utf-8")
        world = World(domain, settings)
        parts = [part for table in names for part in plan(world, table)]
        made = make(settings, folder, parts, executor, progress)
        if json_form:
            json_forms(folder, {table: domain.models[table] for table in names})
        if whole and finish:
            finish(folder, domain, {table: made.content(table).digest() for table in names}, known=made.entries)
    return [made.built(table) for table in names]


def json_forms(folder: Path, models: Mapping[str, type[Entity]]) -> None:
    """Write the JSON form of the tables that lie in one file each."""
    single = {table: model for table, model in models.items() if not layout.in_parts(folder, table)}
    store.write_json_files(folder, folder / layout.JSON_FOLDER, single)


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


def make(
    settings: Settings,
    folder: Path,
    parts: Sequence[Part],
    executor: Executor | None,
    progress: Progress | None,
    earlier: Mapping[Part, Before] | None = None,
    results: Results | None = None,
    into: Storage | None = None,
) -> Results:
    """Make parts in `folder`. The first error ends it, and no worker writes there any more.

    `earlier`: of parts that are carried on, where they lie as of an earlier day. `results`: what is told of every part
    as soon as it is made, where that is more than these. `into`: where workers put parts themselves, each from its own
    machine, instead of in `folder`. There they write aside, in a directory of this call alone: a worker that the call
    knows nothing of any more cannot put anything in its place.
    """
    made = Results(part.file for part in parts) if results is None else results
    count, done = Counter(part.table for part in parts), Counter[str]()
    world = world_hash(settings)
    metadata = {table: _metadata(settings, table, world) for table in count}
    known, folder = earlier or {}, folder.absolute()  # workers may be elsewhere
    jobs = [
        (part, str(layout.part_path(folder, part.file)), metadata[part.table], known.get(part))
        for part in sorted(parts, key=partial(_turn, settings.domain))
    ]

    def add(part: Part, result: Made) -> None:
        made.add(result)
        done[part.table] += 1
        if progress:
            progress(part.table, done[part.table], count[part.table])

    frozen = pickle.dumps(settings)
    with atomic.aside(folder) as aside:
        where = Where(str(aside), into)
        if executor is None:
            for job in jobs:
                add(job[0], make_part(frozen, where, *job))
            return made
        running: dict[Future[Iterable[Made]], list[Job]] = {}
        try:
            for each in _together(jobs):
                running[executor.submit(make_parts, frozen, where, each)] = each
            for future in as_completed([*running]):
                for job, result in zip(running.pop(future), future.result(), strict=True):  # nobody holds it any more
                    add(job[0], result)
        except BaseException:
            for future in running:
                future.cancel()
            wait(running)  # so that nobody writes into a directory that is being removed
            raise
    return made


def _turn(domain: Domain, part: Part) -> tuple[int, bool]:
    """What puts parts in the order in which they are best made: those that share rows come one after the other.

    Of these first what is computed from events, which are kept until their own turn.
    """
    return part.start, not domain.recipes[part.table].children


def _together(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs whose parts are cut by the same rows, for one worker to make; where there are few such rows, each alone."""
    ranges: dict[tuple[int, int], list[Job]] = defaultdict(list)
    for job in jobs:
        ranges[job[0].start, job[0].stop].append(job)
    return [*ranges.values()] if len(ranges) >= _MANY else [[job] for job in jobs]


def _metadata(settings: Settings, table: str, world: str) -> dict[str, str]:
    """What a Parquet file says of itself, as key-value metadata."""
    return {
        "demo_data.table": table,
        "demo_data.schema_version": settings.domain.schema_version,
        "demo_data.world": world,
        "demo_data.profile": settings.name,
        "demo_data.notice": settings.domain.notice,
    }


def recipe_text(settings: Settings) -> str:
    """`recipe.json`: the resolved profile, and who has which scenario in which season."""
    return RecipeFile(
        format=recipe_file.FORMAT,
        notice=settings.domain.notice,
        profile=settings.name,
        **_told(settings),
        as_of=settings["as_of"],
        scenarios=scenarios(settings),
    ).text()


def world_hash(settings: Settings) -> str:
    """The world that settings make, whatever the last day."""
    return recipe_file.world_hash(_told(settings), generator_version())


def _told(settings: Settings) -> dict[str, Any]:
    """All settings but the last day, as the recipe tells them."""
    values = settings.as_json()
    del values["as_of"]
    return {**{key: values.pop(key) for key in ("seed", "born", "days")}, "settings": values}


@cache
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
