"""A dataset in parts: the records of some keys of one table at a time, with those of other tables that name them.

So rules that look at one key at a time hold the rows that name some keys, not all rows. A part is a range of
keys. Where a table's pieces (the row groups of its files) follow the keys, a part reads those that it needs; where they
do not, the rows are put into buckets on disk first, a bucket for each part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from demo_data.dataset.buckets import Buckets, buckets
from demo_data.schema.tree import references
from demo_data.validation.dataset import Dataset
from demo_data.validation.tables import Table

if TYPE_CHECKING:
    from demo_data.validation.rules import Source

READINGS = 2
"""How many times the rows of a table may be read for the parts, all in all, before buckets are cheaper."""


MOST = 400
"""Parts, about."""

OPEN = 240
"""Files of buckets that may be open at a time: a process has room for a thousand, or for 256."""


@dataclass(frozen=True)
class Span:
    """The least and the greatest key in a piece of a table, None where it has none, and its rows."""

    piece: int
    low: str | None
    high: str | None
    rows: int
    loose: bool
    """Whether there are rows without a key: they are of the first part."""


class Division:
    """A table by the key that its column `path` names."""

    def __init__(self, table: Table, path: str) -> None:
        self.table, self.path = table, path
        self.spans = [_span(number, piece[path]) for number, piece in enumerate(table.pieces(path))]
        self.waiting: Buckets | None = None

    def keys(self) -> pl.Series:
        """All keys in order, each once."""
        own = [piece[self.path].drop_nulls().unique() for piece in self.table.pieces(self.path)]
        return pl.concat(own).unique().sort()

    def read(self, cuts: Sequence[str]) -> int:
        """How many rows are read for all parts, where each reads the pieces that it needs."""
        return sum(each.rows * len(_parts_of(each, cuts)) for each in self.spans)

    def rows(self, number: int, cuts: Sequence[str]) -> list[tuple[int, pl.Series | None]]:
        """The pieces that have rows of a part, each with the numbers of these; None where all are."""
        found: list[tuple[int, pl.Series | None]] = []
        for span in self.spans:
            parts = _parts_of(span, cuts)
            if number in parts:
                found.append((span.piece, None if len(parts) == 1 else self._own(span.piece, number, cuts)))
        return found

    def _own(self, piece: int, number: int, cuts: Sequence[str]) -> pl.Series:
        frame = self.table.piece(piece, self.path)
        return frame["row"].filter(part_of(frame[self.path], cuts) == number)


def _span(number: int, keys: pl.Series) -> Span:
    low, high = keys.min(), keys.max()
    loose = keys.null_count() > 0
    if isinstance(low, str) and isinstance(high, str):
        return Span(number, low, high, len(keys), loose)
    return Span(number, None, None, len(keys), loose)


def _parts_of(span: Span, cuts: Sequence[str]) -> Set[int]:
    parts = {0} if span.loose else set()
    if span.low is not None and span.high is not None:
        parts |= set(range(bisect_left(cuts, span.low), bisect_left(cuts, span.high) + 1))
    return parts


def part_of(keys: pl.Series, cuts: Sequence[str]) -> pl.Series:
    """The part that each row is of, by its key."""
    numbers = pl.Series(cuts, dtype=pl.String).search_sorted(keys.fill_null(""), side="left")
    return pl.select(pl.when(keys.is_null()).then(0).otherwise(numbers)).to_series().cast(pl.UInt32)


class Part(Dataset):
    """Some records of a dataset. Tables that are not divided it has whole, and views of these are the dataset's."""

    def __init__(self, data: Dataset, divisions: Mapping[str, Division], cuts: Sequence[str], number: int) -> None:
        super().__init__(data.domain, data.tables, data.recipe)
        self._all, self._divided = data, divisions
        self._held = {name: each.waiting.take(number) for name, each in divisions.items() if each.waiting}
        self._rows = {name: each.rows(number, cuts) for name, each in divisions.items() if not each.waiting}

    def home(self, source: Source[Any]) -> Dataset:
        own = not source.whole and any(column.partition(".")[0] in self._divided for column in source.reads)
        return self if own else self._all

    def frame(self, table: str, *paths: str) -> pl.DataFrame:
        if table not in self._divided:
            return self._all.frame(table, *paths)
        found = self._divided[table].table
        none = found.piece(0, *paths).clear()
        if table in self._held:
            held = self._held[table]
            return found.invalid.masked(none if held is None else held.select("row", *paths))
        frames = [none]
        for piece, rows in self._rows[table]:
            frame = found.piece(piece, *paths)
            frames.append(frame if rows is None else frame.filter(pl.col("row").is_in(rows.implode())))
        return found.invalid.masked(pl.concat(frames))


@contextmanager
def parts(
    data: Dataset, each: str, sources: Iterable[Source[Any]], rows: int | None
) -> Iterator[Iterable[Callable[[], Dataset]]]:
    """The dataset by the keys of the table `each`: parts of about so many rows, of the largest table that is divided.

    A part is read when it is called, once, by whoever looks at it.

    A dataset of no more rows, or whose keys cannot be used, is one part.
    """
    paths = divided(data, each)
    largest = max((data.table(name).height for name in paths), default=0)
    if rows is None or largest <= rows:
        yield [lambda: data]
        return
    divisions = {name: Division(data.table(name), path) for name, path in paths.items()}
    cuts = _cuts(divisions, each, max(rows, largest // MOST))
    wanted = [column for source in sources for column in source.reads]
    scattered = [name for name, each in divisions.items() if each.read(cuts) > READINGS * each.table.height]
    if scattered:
        cuts = _thinned(cuts, OPEN // len(scattered))
    with ExitStack() as stack:
        for name, division in divisions.items():
            if name in scattered:
                (division.waiting,) = stack.enter_context(buckets(len(cuts) + 1))
                _put(division, cuts, [path for path in division.table.columns if _is_wanted(f"{name}.{path}", wanted)])
        yield [partial(Part, data, divisions, cuts, number) for number in range(len(cuts) + 1)]


def divided(data: Dataset, each: str) -> dict[str, str]:
    """The tables whose records have one key of the table `each`, with the column that it is in."""
    paths = {each: data.domain.key_fields(each)[0]}
    for name, table in data.tables.items():
        own = [found for found in references(table.model) if found.key.table == each]
        if len(own) == 1 and not own[0].in_list:
            paths[name] = own[0].path
    return {name: path for name, path in paths.items() if data.has(name) and path in data.table(name).columns}


def _is_wanted(column: str, wanted: Iterable[str]) -> bool:
    return any(fnmatchcase(column, each) for each in wanted)


def _put(division: Division, cuts: Sequence[str], paths: Sequence[str]) -> None:
    assert division.waiting
    for piece in division.table.pieces(*dict.fromkeys((division.path, *paths))):
        division.waiting.add(piece, part_of(piece[division.path], cuts).to_numpy().astype("int64"))


def _cuts(divisions: Mapping[str, Division], each: str, rows: int) -> list[str]:
    """The greatest key of each part but the last: where pieces of the largest table end, if they follow the keys."""
    largest = max(divisions.values(), key=lambda division: division.table.height)
    cuts: list[str] = []
    before, count = "", 0
    for low, high, size in _runs(largest.spans):
        if count and count + size > rows:
            cuts.append(before)
            count = 0
        if size > READINGS * rows:
            keys = (divisions.get(each) or largest).keys()
            keys = keys.filter(keys.is_between(low, high))
            step = -(-len(keys) * rows // size)
            cuts += keys[step - 1 : -1 : step].to_list()
        before, count = high, count + min(size, rows)
    return cuts


def _thinned(cuts: list[str], parts: int) -> list[str]:
    """Some of the cuts, evenly spread, for so many parts at most."""
    step = -(-(len(cuts) + 1) // parts)
    return cuts[step - 1 :: step]


def _runs(spans: Iterable[Span]) -> Iterator[tuple[str, str, int]]:
    """The least and the greatest key of pieces whose keys overlap, and their rows, in the order of the keys."""
    run: tuple[str, str, int] | None = None
    known = ((each.low, each.high, each.rows) for each in spans)
    for low, high, rows in sorted(
        (low, high, rows) for low, high, rows in known if low is not None and high is not None
    ):
        if run and low <= run[1]:
            run = run[0], max(run[1], high), run[2] + rows
        else:
            if run:
                yield run
            run = low, high, rows
    if run:
        yield run
