"""What happened between two datasets, or in one after a day: its order is known at once, its texts when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.atomic.scratch import scratch
from demo_data.domain import Domain, default_domain
from demo_data.feed import index, moments
from demo_data.feed.ends import Dataset, dataset, differing
from demo_data.feed.envelope import Line, lines, text
from demo_data.feed.events import Event
from demo_data.feed.header import End
from demo_data.feed.moments import Clock

Progress = Callable[[str, int, int], None]
"""Is told what is worked on, how much of it is done, and of how much."""


@dataclass(frozen=True)
class Changes:
    """What happened, in order: its length is the number of events, and it gives them as often as it is asked.

    `old` is None where nobody knows what records were before. `moments`: whether any are known. `index` has a row for
    each event: `table`, by its number in `tables`, and what `index.SCHEMA` tells.
    """

    domain: Domain
    old: Dataset | None
    new: Dataset
    start: End
    moments: bool
    tables: tuple[str, ...]
    index: pl.DataFrame

    @property
    def end(self) -> End:
        return self.new.end

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many events each table has, by what they do; of tables and kinds that have any."""
        counted = self.index.group_by("table", "op").len().sort("table", "op")
        found: dict[str, dict[str, int]] = {}
        for table, op, count in counted.iter_rows():
            found.setdefault(self.tables[table], {})[index.OPS[op]] = count
        return found

    def __len__(self) -> int:
        return self.index.height

    def __iter__(self) -> Iterator[Event]:
        """The events, in order. Memory: the index, and some thousands of records."""
        envelope = text(self)
        with scratch() as folder:
            for line in self.lines(folder):
                yield Event.model_validate_json(envelope(line))

    def lines(self, folder: Path, progress: Progress | None = None) -> Iterator[Line]:
        """The events as texts, in order; `folder` is a place for files of the time between."""
        return lines(self, folder, progress or (lambda *_: None))


def between(
    old: Path | str, new: Path | str, *, domain: Domain | None = None, progress: Progress | None = None
) -> Changes:
    """What happened between two datasets, each in a directory.

    Of one world, and the new one no earlier than the old one, events stand in the order of their moments; else no
    moments are known, and they stand by the tables' levels: what came and changed with parents before children, then
    what went with children before parents. Of events at one moment the same holds, and in a table the key decides.

    Raises `UsageError` where there is no dataset, `DataError` where one is not what its manifest says, does not fit
    the domain's tables, or has a key that is null or stands more than once.
    """
    domain, progress = domain or default_domain(), progress or (lambda *_: None)
    before, after = dataset(Path(old), domain), dataset(Path(new), domain)
    days = before.end.as_of, after.end.as_of
    known = before.end.world is not None and before.end.world == after.end.world
    known = known and days[0] is not None and days[1] is not None and days[0] <= days[1]
    clock = moments.clock(domain, days[1]) if known and days[1] else None
    tables = _tables(domain)
    frames = [_differences(domain, before, after, table, clock, partial(progress, table)) for table in tables]
    return Changes(domain, before, after, before.end, known, tables, _in_order(frames))


def since(folder: Path | str, day: date, *, domain: Domain | None = None) -> Changes:
    """What happened in a dataset after a day, as its records tell: those that came, and those that changed since.

    What they were before nobody knows, nor what has gone, nor anything of a table without a moment. Raises as `between`
    does.
    """
    domain = domain or default_domain()
    whole = dataset(Path(folder), domain)
    if whole.end.as_of is None:
        raise UsageError(f"{folder}: no recipe.json tells its last day, so nothing tells what came after another")
    if day > whole.end.as_of:
        raise UsageError(f"{folder}: is as of {whole.end.as_of}, so nothing tells what happened after {day}")
    start = whole.end.model_copy(update={"as_of": day, "identity": None})
    after, clock = moments.clock(domain, day).end, moments.clock(domain, whole.end.as_of)
    tables = _tables(domain)
    files = (whole.files(table) for table in tables)
    frames = [index.since(domain, table, each, after, clock) for table, each in zip(tables, files, strict=True)]
    return Changes(domain, None, whole, start, True, tables, _in_order(frames))


def _differences(
    domain: Domain,
    old: Dataset,
    new: Dataset,
    table: str,
    clock: Clock | None,
    progress: Callable[[int, int], None],
) -> pl.DataFrame:
    files = differing(old, new, table)
    if files is None:
        return pl.DataFrame(schema=index.SCHEMA)
    found = index.compared(domain, table, *files, clock, progress)
    if found is None:
        found = index.compared(domain, table, old.files(table), new.files(table), clock, progress)
    if found is None:
        raise DataError(f"{table}: its rows cannot be put in order")
    return found


def _tables(domain: Domain) -> tuple[str, ...]:
    """The tables by level, parents before children."""
    leveled = [table for level in domain.levels for table in level]
    return (*leveled, *(table for table in domain.models if table not in leveled))


def _in_order(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The index of all events, of those of the tables in the order of their levels. One column is moved at a time."""
    every = pl.concat(frame.with_columns(table=pl.lit(number, pl.Int32)) for number, frame in enumerate(frames))
    gone = every["op"].to_numpy() == index.DELETE
    table = every["table"].to_numpy()
    order = np.lexsort((every["rank"].to_numpy(), np.where(gone, -table, table), gone, every["at"].to_numpy()))
    return pl.DataFrame({name: every.drop_in_place(name).to_numpy()[order] for name in every.columns})
