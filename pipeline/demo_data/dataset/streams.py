"""A table's values as streams of bytes, which the content hash is taken of: docs/decisions/0016 says how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from demo_data.common.errors import DataError
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.record import Entity

Places: TypeAlias = NDArray[np.int32] | NDArray[np.int64]


class Streams:
    """The values of some rows as streams of bytes, each with where every row begins in it."""

    def __init__(self, table: pa.Table, model: type[Entity]) -> None:
        self._streams: list[tuple[memoryview, int | Places]] = []
        for field in arrow_schema(model):
            self._add(table[field.name], field, f"{model.__name__}.{field.name}", None, False)

    def cut(self, start: int, stop: int) -> Iterator[memoryview]:
        """The bytes of the rows from `start` to `stop`."""
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
        array, kind = one_array(column), field.type
        nullable = nullable or field.nullable
        if nullable:
            self._put(_bits(array.is_valid()), items)
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
            starts, letters = texts(array)
            self._put(np.diff(starts), items)
            self._streams.append((letters.data, starts if items is None else starts[items]))
        else:
            self._put(_numbers(array, kind), items)


def one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, and no copy where it is one already."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, without dictionaries."""
    array = one_array(column)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def texts(text: pa.Array) -> tuple[Places, NDArray[np.uint8]]:
    """Where each text begins (and, last, where all end), and the letters of all; a null is empty."""
    if pa.types.is_dictionary(text.type):
        if not text.null_count and (words := _matrix(text.dictionary)) is not None:
            width = words.dtype.itemsize
            letters = words.take(np.asarray(text.indices)).view(np.uint8)
            return np.arange(0, (len(text) + 1) * width, width, dtype=np.int32), letters
        text = text.dictionary_decode()
    text = text.fill_null("") if text.null_count else text
    _, offsets, letters = text.buffers()
    if offsets is None or not len(text):
        return np.zeros(len(text) + 1, np.int32), np.zeros(0, np.uint8)
    begins = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    values = np.frombuffer(letters, np.uint8) if letters is not None else np.zeros(0, np.uint8)
    return begins - begins[0], values[begins[0] : begins[-1]]


def _bits(array: pa.BooleanArray) -> NDArray[np.uint8]:
    """Ones and zeros, of values none of which is null."""
    packed = np.frombuffer(array.buffers()[1], np.uint8)
    return np.unpackbits(packed, count=array.offset + len(array), bitorder="little")[array.offset :]


def _matrix(words: pa.Array) -> NDArray[np.void] | None:
    """The letters of texts of one width, an item each; None where their widths differ, or some are null or empty."""
    if not len(words) or words.null_count or not pa.types.is_string(words.type):
        return None
    starts, letters = texts(words)
    widths = np.diff(starts)
    width = int(widths[0])
    return letters.view(f"V{width}") if width and (widths == width).all() else None


def _numbers(array: pa.Array, kind: pa.DataType) -> NDArray[Any]:
    """Little endian; nulls are zeros, and so is minus zero."""
    array = plain(array)
    if pa.types.is_temporal(kind):
        array = array.view(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    if array.null_count:
        array = array.fill_null(False if pa.types.is_boolean(kind) else 0)
    if pa.types.is_boolean(kind):
        return _bits(array)
    values = np.asarray(array)
    return values + 0.0 if pa.types.is_floating(kind) else values
