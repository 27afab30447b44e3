"""A table's content hash: of its values alone, in the order of its rows.

It does not depend on parts, row groups, encodings, compression or who wrote the file, and yet is taken block by block
while the data is made, on any worker: a table falls into blocks *where its keys say so*, so its rows tell the borders,
and each block is hashed alone. What a part has before its first border and after its last one is joined with what its
neighbours have. How a block's values become bytes, and where borders lie, is said in docs/decisions/0016.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from blake3 import blake3
from numpy.typing import NDArray

from demo_data.common.errors import DataError
from demo_data.dataset import store
from demo_data.schema.arrow import arrow_schema, arrow_type
from demo_data.schema.record import Entity
from demo_data.schema.tree import primary_key, tree

_CUT = np.uint64(64 - 12)
"""A row whose key's hash begins with twelve zero bits begins a block: one in 4,096."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_LAST = 8

Places: TypeAlias = NDArray[np.int32] | NDArray[np.int64]


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
        """The content hash, if this is the whole table."""
        tail = self.tail.digest() if self.tail else b""
        return blake3(b"%d\n" % self.rows + self.head.digest() + self.blocks + tail).hexdigest()


EMPTY = Run(0, Piece(0, ()))


def whole(runs: Iterable[Run]) -> Run:
    """A table's run, of those of its parts in order."""
    return reduce(Run.__add__, runs, EMPTY)


def of_files(files: Sequence[Path], model: type[Entity]) -> Run:
    """A table's run, read from its Parquet files. Raises `DataError` where these are damaged or of another shape."""
    return whole(run(pa.Table.from_batches([batch]), model) for batch in store.batches(files, 1 << 16, model))


def run(table: pa.Table, model: type[Entity]) -> Run:
    """The run of some rows in the columns of `model`. Raises `DataError` where a required value is null."""
    streams = _Streams(table, model)
    borders = np.flatnonzero(_begins_block(table, primary_key(model))).tolist()
    if not borders:
        return Run(table.num_rows, streams.piece(0, table.num_rows))
    blocks = b"".join(streams.digest(a, b) for a, b in pairwise(borders))
    return Run(table.num_rows, streams.piece(0, borders[0]), blocks, streams.piece(borders[-1], table.num_rows))


def schema_fingerprint(model: type[Entity]) -> str:
    """A hash of a table's column names, types and nullability."""
    lines = (
        f"{node.path} {arrow_type(node) if node.kind == 'scalar' else node.kind} {node.optional}"
        for node in tree(model).walk()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(rows: int, streams: Iterable[Any]) -> bytes:
    block = blake3(b"%d\n" % rows)
    for stream in streams:
        block.update(len(stream).to_bytes(8, "little"))
        block.update(stream)
    return block.digest()


def _begins_block(table: pa.Table, key: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each row begins a block: as its key's integers, and the last eight bytes of its key's texts, decide."""
    mixed = np.zeros(table.num_rows, np.uint64)
    for name in key:
        values = _plain(table[name])
        mixed = (mixed ^ (_endings(values) if pa.types.is_string(values.type) else _integers(values))) * _ODD
        mixed ^= mixed >> np.uint64(29)
    begins: NDArray[np.bool_] = (mixed * _ODD) >> _CUT == 0
    return begins


def _endings(text: pa.Array) -> NDArray[np.uint64]:
    """Each text's last eight bytes as one number; what a shorter text lacks in front is zero."""
    places, letters = _texts(text)
    padded = np.concatenate([np.zeros(_LAST, np.uint8), letters])
    ending_at = np.ndarray(len(letters) + 1, "<u8", padded, strides=(1,))
    lacking = np.maximum(_LAST - np.diff(places), 0).astype(np.uint64) * np.uint64(8)
    taken = ending_at[places[1:]] >> np.minimum(lacking, np.uint64(63))
    return np.where(lacking < 64, taken, 0).astype(np.uint64)


def _integers(values: pa.Array) -> NDArray[np.uint64]:
    whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    return np.asarray(whole.cast(pa.int64())).view(np.uint64)


class _Streams:
    """The values of some rows as streams of bytes, each with where every row begins in it."""

    def __init__(self, table: pa.Table, model: type[Entity]) -> None:
        self._streams: list[tuple[memoryview, int | Places]] = []
        for field in arrow_schema(model):
            self._add(table[field.name], field, f"{model.__name__}.{field.name}", None, False)

    def piece(self, start: int, stop: int) -> Piece:
        return Piece(int(stop - start), tuple(bytes(stream) for stream in self._cut(start, stop)))

    def digest(self, start: int, stop: int) -> bytes:
        return _digest(stop - start, self._cut(start, stop))

    def _cut(self, start: int, stop: int) -> Iterable[memoryview]:
        for stream, places in self._streams:
            if isinstance(places, int):
                yield stream[start * places : stop * places]
            else:
                yield stream[places[start] : places[stop]]

    def _put(self, values: NDArray[Any], items: Places | None) -> None:
        """A stream of values of one width; `items`: where each row's values begin, if not one a row."""
        width = values.itemsize
        stream = np.ascontiguousarray(values).view(np.uint8).reshape(-1).data
        self._streams.append((stream, width if items is None else items * width))

    def _add(
        self, column: pa.ChunkedArray | pa.Array, field: pa.Field, path: str, items: Places | None, nullable: bool
    ) -> None:
        """The streams of one column; `nullable`: whether something above it may be null."""
        array, kind = _plain(column), field.type
        nullable = nullable or field.nullable
        if nullable:
            self._put(np.asarray(array.is_valid()).view(np.uint8), items)
        elif array.null_count:
            raise DataError(f"{path}: null, where a value is required")
        if pa.types.is_struct(kind):
            for below, values in zip(kind, array.flatten(), strict=True):
                self._add(values, below, f"{path}.{below.name}", items, nullable)
        elif pa.types.is_list(kind):
            lengths = np.asarray(array.value_lengths().fill_null(0), dtype="<i4")
            self._put(lengths, items)
            begins: Places = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
            self._add(array.flatten(), kind.value_field, path, begins if items is None else begins[items], False)
        elif pa.types.is_string(kind):
            starts, letters = _texts(array.fill_null("") if array.null_count else array)
            self._put(np.diff(starts), items)
            self._streams.append((letters.data, starts if items is None else starts[items]))
        else:
            self._put(_numbers(array, kind), items)


def _plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, without dictionaries."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _texts(text: pa.Array) -> tuple[Places, NDArray[np.uint8]]:
    """Where each text begins (and, last, where all end), and the letters of all."""
    _, offsets, letters = text.buffers()
    if offsets is None or not len(text):
        return np.zeros(len(text) + 1, np.int32), np.zeros(0, np.uint8)
    begins = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    values = np.frombuffer(letters, np.uint8) if letters is not None else np.zeros(0, np.uint8)
    return begins - begins[0], values[begins[0] : begins[-1]]


def _numbers(array: pa.Array, kind: pa.DataType) -> NDArray[Any]:
    """Little endian; nulls are zeros, and so is minus zero."""
    if pa.types.is_temporal(kind):
        array = array.view(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    if array.null_count:
        array = array.fill_null(False if pa.types.is_boolean(kind) else 0)
    values = np.asarray(array)
    if pa.types.is_boolean(kind):
        return values.view(np.uint8)
    return values + 0.0 if pa.types.is_floating(kind) else values
