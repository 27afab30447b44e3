"""Some records of tables that are too large to be held: closed under their references to each other.

Of a table that refers to no other large one some rows are drawn, in runs of rows that follow each other; of the others
come all rows whose references lead to these. So a record that is held has all its parents, and all its children.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.common.errors import UsageError
from demo_data.common.hashed_bits import bits, positions, stream_key
from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.schema.record import Entity
from demo_data.schema.tree import Reference, primary_key, references

RUNS = 8
"""In how many runs rows are drawn: few, so that few files have to be read, and written again."""

ROWS = 50_000
"""Of all sampled tables together, about: with what hangs together, up to twice as many."""

_BATCH = 65_536
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Sampled:
    """A table of which some rows are held: `rows` are their numbers in all of it, in order, and `height` counts all."""

    model: type[Entity]
    files: tuple[Path, ...]
    height: int
    rows: Places

    def number(self, row: int) -> int:
        """The number, in all of the table, of a record that is held; those that were added follow all others."""
        held = len(self.rows)
        return int(self.rows[row]) if row < held else self.height + row - held

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows that are held, in their JSON form. Files without any of these are not read."""
        start = 0
        for file in self.files:
            stop = start + store.rows_of([file])
            if len(_between(self.rows, start, stop)):
                for batch in store.batches([file], _BATCH, self.model):
                    yield from self._held(batch, start)
                    start += batch.num_rows
            start = stop

    def _held(self, batch: pa.RecordBatch, start: int) -> Iterator[dict[str, Any]]:
        import polars as pl

        places = _between(self.rows, start, start + batch.num_rows) - start
        if len(places):
            held = pl.DataFrame(pl.from_arrow(batch.take(pa.array(places))))
            yield from map(json.loads, held.select(store.json_text(self.model)).to_series())

    def taken(self, path: str, texts: Sequence[str]) -> set[str]:
        """Which of some texts stand at a path anywhere in the table."""
        wanted, found = pa.array(texts, pa.string()), set()
        for values in _column(self.files, self.model, path):
            found.update(values.filter(pc.is_in(values, wanted)).to_pylist())
        return found


def _between(rows: Places, start: int, stop: int) -> Places:
    low, high = np.searchsorted(rows, (start, stop))
    return rows[low:high]


def sample(
    domain: Domain,
    files: Mapping[str, Sequence[Path]],
    heights: Mapping[str, int],
    large: Sequence[str],
    seed: int,
    count: int | None = None,
) -> dict[str, Sampled]:
    """Rows of the `large` tables and of their relatives, about `count` (`ROWS`) of all together.

    `heights`: how many rows there are of each table.

    Raises `UsageError` where so many rows hang together that there is no such sample.
    """
    if not large:
        return {}
    count = count or ROWS
    tables = _related(domain, heights, large, count)
    order = _parents_first(domain, tables)
    share = _share(heights, tables, count)
    while True:
        rows: dict[str, Places] = {}
        for table in order:
            if parents := _parents(domain, table, tables):
                rows[table] = _children(domain, files, table, parents, rows)
            else:
                rows[table] = _drawn(table, heights[table], max(1, int(share * heights[table])), seed)
        if sum(map(len, rows.values())) <= 2 * count:
            break
        if share * max(heights[table] for table in tables) < 1:
            raise UsageError("too many records refer to the same ones: no sample of them is small enough to be held")
        share /= 2
    return {table: Sampled(domain.models[table], tuple(files[table]), heights[table], rows[table]) for table in order}


def _share(heights: Mapping[str, int], tables: Sequence[str], count: int) -> float:
    return count / max(sum(heights[table] for table in tables), 1)


def _related(domain: Domain, heights: Mapping[str, int], large: Sequence[str], count: int) -> list[str]:
    """The large tables, with the largest one that each refers to, if it has many rows, and with all their children.

    So of what refers to one record all is held, or nothing.
    """
    tables, share = list(large), _share(heights, large, count)
    for table in large:
        if not _parents(domain, table, large):
            above = max(
                (each.key.table for each in _parents(domain, table, heights)), key=heights.__getitem__, default=""
            )
            if heights.get(above, 0) * share >= RUNS:
                tables.append(above)
    while more := [table for table in heights if table not in tables and _parents(domain, table, tables)]:
        tables += more
    return list(dict.fromkeys(tables))


def _parents_first(domain: Domain, large: Sequence[str]) -> list[str]:
    """The large tables, those that others refer to first. Raises `UsageError` where they refer to each other."""
    order: list[str] = []
    while rest := [table for table in large if table not in order]:
        above = {table: {each.key.table for each in _parents(domain, table, large)} for table in rest}
        ready = [table for table in rest if above[table] <= {*order}]
        if not ready:
            raise UsageError(f"{' and '.join(rest)} refer to each other, so that no sample of them can be drawn")
        order += ready
    return order


def _parents(domain: Domain, table: str, among: Collection[str]) -> list[Reference]:
    """A table's references to some others. What lies in lists may lead anywhere."""
    found = references(domain.models[table])
    return [each for each in found if each.key.table in among and each.key.table != table and not each.in_list]


def _drawn(table: str, height: int, count: int, seed: int) -> Places:
    """The numbers of `count` rows of a table, in runs: one in each of as many parts of the table."""
    length = max(1, min(count, height) // RUNS)
    borders = np.linspace(0, height, RUNS + 1).astype(np.int64)
    room = np.maximum(np.diff(borders) - length + 1, 1)
    drawn = bits(stream_key(seed, "corrupt", f"sample/{table}"), positions(np.arange(RUNS)))
    starts = borders[:-1] + (drawn % room.astype(np.uint64)).astype(np.int64)
    return np.unique((starts[:, None] + np.arange(length)).clip(max=height - 1))


def _children(
    domain: Domain,
    files: Mapping[str, Sequence[Path]],
    table: str,
    parents: Sequence[Reference],
    rows: Mapping[str, Places],
) -> Places:
    """The numbers of the rows that refer to rows that are held, and to no others of these tables."""
    model = domain.models[table]
    columns = []
    for parent in parents:
        target = domain.models[parent.key.table]
        path = parent.key.field or primary_key(target)[0]
        keys = pa.concat_arrays(_at(_column(files[parent.key.table], target, path), rows[parent.key.table]))
        columns.append((_column(files[table], model, parent.path), keys))
    held, start = [np.zeros(0, np.int64)], 0
    for values in zip(*(column for column, _ in columns), strict=True):
        of = [pc.is_in(each, keys) for each, (_, keys) in zip(values, columns, strict=True)]
        none = [each.is_null() for each in values]
        fits = np.logical_and.reduce([np.asarray(pc.or_(a, b)) for a, b in zip(of, none, strict=True)])
        some = np.logical_or.reduce([np.asarray(each) for each in of])
        held.append(np.flatnonzero(fits & some) + start)
        start += len(values[0])
    return np.concatenate(held)


def _at(column: Iterator[pa.Array], rows: Places) -> list[pa.Array]:
    """The values at some places of a column."""
    found, start = [], 0
    for values in column:
        found.append(values.take(pa.array(_between(rows, start, start + len(values)) - start)))
        start += len(values)
    return found


def _column(files: Sequence[Path], model: type[Entity], path: str) -> Iterator[pa.Array]:
    """A column's values, some at a time; null where what is above it is."""
    for batch in store.batches(files, _BATCH, model, [path]):
        first, *below = path.split(".")
        values = batch.column(first)
        for name in below:
            values = pc.struct_field(values, name)
        yield values
