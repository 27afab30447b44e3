"""A table's content hash: of its values alone, in the order of its rows.

It does not depend on parts, row groups, encodings, compression or who wrote the file, and yet is taken block by block
while the data is made, on any worker: a table falls into blocks *where its keys say so*, so its rows tell the borders,
and each block is hashed alone. What a part has before its first border and after its last one is joined with what its
neighbours have. How a block's values become bytes, and where borders lie, is said in docs/decisions/0016.

Events are hashed month by month, and a table of events by the hashes of its months: one more day leaves all months but
the last one as they are, docs/decisions/0042.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from blake3 import blake3
from numpy.typing import NDArray

from demo_data.dataset import store
from demo_data.dataset.digest import Digest, Month
from demo_data.dataset.streams import Streams, plain, texts
from demo_data.schema.arrow import arrow_type
from demo_data.schema.marks import EventTime
from demo_data.schema.record import Entity
from demo_data.schema.tree import event_time, primary_key, tree

_CUT = np.uint64(64 - 12)
"""A row whose key's hash begins with twelve zero bits begins a block: one in 4,096."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_LAST = 8


@dataclass(frozen=True)
class Piece:
    """Some rows' values as bytes, a stream for each column and kind (validity, lengths, values)."""

    rows: int
    streams: tuple[bytes, ...]

    def __add__(self, other: Piece) -> Piece:
        if not (self.rows and other.rows):
            return self if self.rows else other
        streams = (a + b for a, b in zip(self.streams, other.streams, strict=True))
        return Piece(self.rows + other.rows, tuple(streams))

    def digest(self) -> bytes:
        return _digest(self.rows, self.streams) if self.rows else b""


@dataclass(frozen=True)
class Run:
    """Consecutive rows of a table: those before the first border, the whole blocks' hashes, those from the last one on.

    `tail` is None where there is no border. Runs that follow each other are added up.
    """

    rows: int
    head: Piece
    blocks: bytes = b""
    tail: Piece | None = None

    def __add__(self, other: Run) -> Run:
        rows = self.rows + other.rows
        if self.tail is None:
            return Run(rows, self.head + other.head, other.blocks, other.tail)
        if other.tail is None:
            return Run(rows, self.head, self.blocks, self.tail + other.head)
        between = (self.tail + other.head).digest()
        return Run(rows, self.head, self.blocks + between + other.blocks, other.tail)

    def content(self) -> str:
        """The hash of these rows, if they are all that is hashed together."""
        tail = self.tail.digest() if self.tail else b""
        return blake3(b"%d\n" % self.rows + self.head.digest() + self.blocks + tail).hexdigest()


EMPTY = Run(0, Piece(0, ()))


@dataclass(frozen=True)
class Content:
    """Consecutive rows of a table, which are hashed: events by month, all others as one run.

    `runs`: by month in the calendar's order; or one run, called "", of a table of no events, or of one whose rows do
    not lie in the order of their months. Those of rows that follow each other are added up.
    """

    runs: tuple[tuple[str, Run], ...] = ()

    def __add__(self, other: Content) -> Content:
        if not (self.runs and other.runs):
            return self if self.runs else other
        last, first = self.runs[-1][0], other.runs[0][0]
        if not (last and first) or first < last:
            return Content((("", self.whole() + other.whole()),))
        if first > last:
            return Content(self.runs + other.runs)
        joined = (last, self.runs[-1][1] + other.runs[0][1])
        return Content((*self.runs[:-1], joined, *other.runs[1:]))

    @property
    def rows(self) -> int:
        return sum(run.rows for _, run in self.runs)

    def changed(self, change: Callable[[Piece], Piece]) -> Content:
        """The same with other pieces: the head of each run, then its tail, one run after the other."""
        runs = (
            (month, replace(run, head=change(run.head), tail=None if run.tail is None else change(run.tail)))
            for month, run in self.runs
        )
        return Content(tuple(runs))

    def whole(self) -> Run:
        """All rows as one run."""
        return reduce(Run.__add__, (run for _, run in self.runs), EMPTY)

    def digest(self) -> Digest:
        """What there is to tell of these rows, if they are all of a table."""
        if any(not month for month, _ in self.runs) or not self.runs:
            return Digest(self.rows, self.whole().content())
        return Digest.of_months([Month(month, run.rows, run.content()) for month, run in self.runs])

    def content(self) -> str:
        """The content hash, if these are all rows of a table."""
        return self.digest().content


def whole(contents: Iterable[Content]) -> Content:
    """A table's content, of that of its parts in order."""
    return reduce(Content.__add__, contents, Content())


def of_files(files: Sequence[Path], model: type[Entity], *, by_month: bool = True) -> Content:
    """A table's content, read from its files. Raises `DataError` where these are damaged or of another shape.

    `by_month`: events as such; manifests before format 3 hashed them as the rows of any table.
    """
    batches = (pa.Table.from_batches([batch]) for batch in store.batches(files, 1 << 16, model))
    return whole(of_rows(batch, model, by_month=by_month) for batch in batches)


def of_rows(table: pa.Table, model: type[Entity], *, by_month: bool = True) -> Content:
    """The content of some rows in the columns of `model`. Raises `DataError` where a required value is null."""
    streams, rows = Streams(table, model), table.num_rows
    months = event_months(table, model) if by_month else None
    times = None if months is None else _event_times(table, model)
    borders: list[int] = np.flatnonzero(_begins_block(table, primary_key(model), times)).tolist()
    if months is None or (np.diff(months) < 0).any():
        return Content((("", _run(streams, borders, 0, rows)),))
    starts = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist()] if rows else []
    places = np.searchsorted(borders, [*starts, rows]).tolist()
    return Content(
        tuple(
            (str(months[start].astype("datetime64[M]")), _run(streams, borders[first:last], start, stop))
            for (start, stop), (first, last) in zip(pairwise([*starts, rows]), pairwise(places), strict=True)
        )
    )


def event_months(table: pa.Table, model: type[Entity]) -> NDArray[np.int64] | None:
    """The month of each event, counted from January 1970 in the events' own calendar; None of a table of no events."""
    if (node := event_time(model)) is None:
        return None
    mark = node.mark(EventTime)
    assert mark
    times = _event_times(table, model)
    moments = node.type is datetime.datetime
    days = (times + mark.hours * 3_600_000_000).view("datetime64[us]") if moments else times.view("datetime64[D]")
    ends = _months(np.array([days.min(), days.max()]) if len(days) else days)
    if len(ends) and ends[0] == ends[1]:  # in a file of one month, which is dear to ask of each event
        return np.full(len(days), ends[0])
    return _months(days)


def _months(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """The month of each day or moment, counted from January 1970."""
    return days.astype("datetime64[M]").astype(np.int64)


def _event_times(table: pa.Table, model: type[Entity]) -> NDArray[np.int64]:
    """When each event happened: days, or microseconds, since 1970."""
    node = event_time(model)
    assert node
    top, *below = node.path.split(".")
    column = plain(table[top])
    for name in below:
        column = column.field(name)
    width = pa.int32() if pa.types.is_date32(column.type) else pa.int64()
    return np.asarray(column.fill_null(0).view(width)).astype(np.int64)


def _run(streams: Streams, borders: Sequence[int], start: int, stop: int) -> Run:
    """The run of the rows from `start` to `stop`; `borders` are those that lie among them."""
    if not borders:
        return Run(stop - start, _piece(streams, start, stop))
    blocks = b"".join(_digest(b - a, streams.cut(a, b)) for a, b in pairwise(borders))
    return Run(stop - start, _piece(streams, start, borders[0]), blocks, _piece(streams, borders[-1], stop))


def _piece(streams: Streams, start: int, stop: int) -> Piece:
    return Piece(stop - start, tuple(bytes(stream) for stream in streams.cut(start, stop)))


def schema_fingerprint(model: type[Entity]) -> str:
    """A hash of a table's column names, types and nullability."""
    lines = (
        f"{node.path} {arrow_type(node) if node.kind == 'scalar' else node.kind} {node.optional}"
        for node in tree(model).walk()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(rows: int, streams: Iterable[Any]) -> bytes:
    """The hash of a block; its bytes are set side by side first, as short pieces take BLAKE3 longer."""
    pieces: list[Any] = [b"%d\n" % rows]
    for stream in streams:
        pieces += len(stream).to_bytes(8, "little"), stream
    return blake3(b"".join(pieces)).digest()


def _begins_block(table: pa.Table, key: Sequence[str], times: NDArray[np.int64] | None = None) -> NDArray[np.bool_]:
    """Whether each row begins a block: as its key's integers, and the last eight bytes of its key's texts, decide.

    Of events, their times do too: the endings of the keys of one month may be few.
    """
    mixed = np.zeros(table.num_rows, np.uint64)
    for name in key:
        values = plain(table[name])
        mixed = (mixed ^ (_endings(values) if pa.types.is_string(values.type) else _integers(values))) * _ODD
        mixed ^= mixed >> np.uint64(29)
    if times is not None:
        mixed = (mixed ^ times.view(np.uint64)) * _ODD
        mixed ^= mixed >> np.uint64(29)
    begins: NDArray[np.bool_] = (mixed * _ODD) >> _CUT == 0
    return begins


def _endings(text: pa.Array) -> NDArray[np.uint64]:
    """Each text's last eight bytes as one number; what a shorter text lacks in front is zero."""
    places, letters = texts(text)
    padded = np.concatenate([np.zeros(_LAST, np.uint8), letters])
    ending_at = np.ndarray(len(letters) + 1, "<u8", padded, strides=(1,))
    lacking = np.maximum(_LAST - np.diff(places), 0).astype(np.uint64) * np.uint64(8)
    taken = ending_at[places[1:]] >> np.minimum(lacking, np.uint64(63))
    return np.where(lacking < 64, taken, 0).astype(np.uint64)


def _integers(values: pa.Array) -> NDArray[np.uint64]:
    whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    return np.asarray(whole.cast(pa.int64())).view(np.uint64)
