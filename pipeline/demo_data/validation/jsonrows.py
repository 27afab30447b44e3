"""The JSON text of rows, made column by column: a record of a file that has these very bytes says what the row says.

It is one spelling of many, so other bytes prove nothing. Every text made here reads as exactly what
`demo_data.validation.compare.forms` gives for the row; of a row where that is not certain there is no text.

What it saves: validating `load-test` with its JSON form (848 MB, half a million documents) takes 10 seconds of CPU with
it, 41 without; `demo-large` 1.1 instead of 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.schema.marks import Shape
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

END = ",\n"
"""What follows each text: so the texts of rows that follow each other are one stretch of bytes."""

_ESCAPED = r'["\\\x00-\x1f]'
_LAST_SECOND = 4_102_444_800
"""Moments are written from 1970 to 2099, where all ways of writing years agree; and without fractions of a second."""

_FEW = 1000
"""Counts below this are looked up, with their key, instead of being written."""

Piece: TypeAlias = "str | pa.Array"
"""Text that is the same in every row, or each row's own; null where it cannot be written."""


class _Foreign(Exception):
    """A way of storage that is not looked into here."""


def texts(batch: pa.RecordBatch, model: type[Entity]) -> pa.StringArray | None:
    """Each row's text, with END behind it; null where there is none. None: there is none of any row."""
    columns = {name: batch.column(number) for number, name in enumerate(batch.schema.names)}
    try:
        pieces = ["{", *_fields(tree(model).children, columns, drop=False), "}" + END]
        return _joined(pieces, batch.num_rows)
    except (_Foreign, pa.ArrowException):
        return None


def block(texts: pa.StringArray) -> str | None:
    """The texts of all rows in one, without the last END; None where one of them has none."""
    if texts.null_count or not len(texts):
        return None
    _, ends, data = texts.buffers()
    first, last = (memoryview(ends).cast("i")[texts.offset + place] for place in (0, len(texts)))
    return str(memoryview(data)[first : last - len(END)], "utf-8")


def _value(node: Node, array: pa.Array) -> list[Piece]:
    """The text of values at a node, in pieces."""
    if node.kind in ("record", "dict") and pa.types.is_struct(array.type):
        drop = node.kind == "dict" and not node.mark(Shape)
        if drop and "[]" in node.path:
            raise _Foreign
        kinds = [array.type.field(number).name for number in range(array.type.num_fields)]
        columns = dict(zip(kinds, array.flatten(), strict=True))
        pieces = ["{", *_fields(node.children, columns, drop=drop), "}"]
    elif node.kind == "list" and pa.types.is_list(array.type):
        pieces = ["[", _items(node.children[0], array), "]"]
    else:
        pieces = _scalar(array)
    return [_unless(array, pieces, "null")] if array.null_count else pieces


def _fields(nodes: tuple[Node, ...], columns: dict[str, pa.Array], *, drop: bool) -> Iterator[Piece]:
    """Names and values with commas between them. With `drop` a name whose value is null is left out."""
    before: pa.Array | bool = False  # whether a name stands before: in no row, in every row, or where it is true
    for node in nodes:
        array = columns[node.name]
        name = f'"{node.name}":'
        if drop and array.null_count == len(array):
            continue
        if not (drop and array.null_count):
            yield from (_comma(before), name, *_value(node, array))
            before = True
            continue
        there = array.is_valid()
        if pa.types.is_integer(array.type) and _are_few(array):
            yield _counts(name, array, before)
        else:
            yield _unless(array, [_comma(before), name, *_value(node, array)], "")
        if before is not True:
            before = there if before is False else pc.or_(before, there)


def _comma(before: pa.Array | bool) -> Piece:
    return pc.if_else(before, _word(","), _word("")) if isinstance(before, pa.Array) else "," * before


def _are_few(array: pa.Array) -> bool:
    ends = pc.min_max(array).as_py()
    return bool(ends["min"] >= 0 and ends["max"] < _FEW)


def _counts(name: str, array: pa.Array, before: pa.Array | bool) -> pa.Array:
    """A name with its small number, and a comma if need be; empty where it is null."""
    if isinstance(before, pa.Array):
        array = pc.add(array, pc.if_else(before, _number(_FEW), _number(0)))
        found = pa.concat_arrays([_table(name), _table("," + name)]).take(array)
    else:
        found = _table("," * before + name).take(array)
    return pc.fill_null(found, _word(""))


def _items(node: Node, lists: pa.ListArray) -> pa.Array:
    """The texts of each list's items, with commas."""
    first, last = lists.offsets[0].as_py(), lists.offsets[-1].as_py()
    items = _joined(_value(node, lists.values.slice(first, last - first)), last - first)
    return pc.binary_join(pa.ListArray.from_arrays(pc.subtract(lists.offsets, lists.offsets[0]), items), _word(","))


def _scalar(array: pa.Array) -> list[Piece]:
    kind = array.type
    if pa.types.is_dictionary(kind):
        return [_joined(_scalar(array.dictionary), len(array.dictionary)).take(array.indices)]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = array.cast(pa.string())
        return ['"', _where_not(pc.match_substring_regex(text, _ESCAPED), text), '"']
    if pa.types.is_floating(kind):
        text = pl.from_arrow(array).cast(pl.String).to_arrow().cast(pa.string())
        return [_where_not(pc.invert(pc.is_finite(array)), text)]
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return [array.cast(pa.string())]
    if pa.types.is_timestamp(kind) and kind.unit == "us" and kind.tz == "UTC":
        return ['"', _moments(array.view(pa.int64())), 'Z"']
    if pa.types.is_date32(kind):
        days = array.view(pa.int32())
        return ['"', _where_not(_outside(days, _LAST_SECOND // 86400), array.cast(pa.string())), '"']
    raise _Foreign


def _moments(micros: pa.Array) -> pa.Array:
    seconds = pc.divide(micros, _number(1_000_000))
    broken = pc.not_equal(pc.multiply(seconds, _number(1_000_000)), micros)
    text = pc.cast(seconds.view(pa.timestamp("s")), pa.string())
    text = pc.binary_replace_slice(text, start=10, stop=11, replacement="T")
    return _where_not(pc.or_(broken, _outside(seconds, _LAST_SECOND)), text)


def _outside(numbers: pa.Array, end: int) -> pa.Array:
    return pc.or_(pc.less(numbers, _number(0)), pc.greater_equal(numbers, _number(end)))


def _where_not(bad: pa.Array, text: pa.Array) -> pa.Array:
    return pc.if_else(bad, _word(None), text) if pc.any(bad).as_py() else text


def _unless(nulls: pa.Array, pieces: list[Piece], otherwise: str) -> pa.Array:
    """The pieces in one, but `otherwise` in place of nulls."""
    return pc.if_else(nulls.is_valid(), _joined(pieces, len(nulls)), _word(otherwise))


def _joined(pieces: list[Piece], height: int) -> pa.Array:
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if len(merged) == 1:
        return pa.repeat(_word(merged[0]), height) if isinstance(merged[0], str) else merged[0]
    columns = [_word(piece) if isinstance(piece, str) else piece for piece in merged]
    return pc.binary_join_element_wise(*columns, _word(""))


@cache
def _word(text: str | None) -> pa.Scalar:
    """Arrow's text of one word; by way of Polars, for Arrow's own would import Pandas."""
    return pl.Series([text], dtype=pl.String).to_arrow().cast(pa.string())[0]


@cache
def _number(value: int) -> pa.Scalar:
    return pl.Series([value], dtype=pl.Int64).to_arrow()[0]


@cache
def _table(name: str) -> pa.Array:
    """The name with every small number."""
    numbers = pl.int_range(_FEW, eager=True).cast(pl.String)
    return pl.select(pl.lit(name) + numbers).to_series().to_arrow().cast(pa.string())
