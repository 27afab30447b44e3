"""The JSON text of a table's rows: what a record of its JSON form should say, in the spelling that this program writes.

It is one spelling of many: a record in these very bytes says what the row says, and other bytes prove nothing. So a
JSON form of our own making need not be parsed, which takes several times as long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache, reduce
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa

from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

_ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in map(chr, (*range(32), ord('"'), ord("\\")))}

Piece: TypeAlias = "str | pl.Expr"


class _Where(NamedTuple):
    """Of a node: its values, whether some rows have none, and whether some are not written as they stand."""

    column: Callable[[Node], pl.Expr]
    partial: Callable[[Node], bool]
    special: Callable[[Node], bool]


def texts(batch: pa.RecordBatch, model: type[Entity]) -> pl.Series:
    """Each row's text. Moments must be within Python's calendar; numbers that are not finite are as `json` has them."""
    frame = _flat(pa.Table.from_batches([batch]))
    partial = frozenset(column.name for column in frame if _is_partial(column))
    special = frozenset(column.name for column in frame if _is_special(column))
    return frame.select(_row(model, partial, special)).to_series()


def _flat(table: pa.Table) -> pl.DataFrame:
    """A column for each leaf, named by its path, and one for each record: true, or null where it is not there."""
    there: dict[str, pa.Array] = {}
    while records := [field.name for field in table.schema if pa.types.is_struct(field.type)]:
        there |= {name: table[name].is_valid() for name in records}
        table = table.flatten()
    columns, names = [*table.columns, *there.values()], [*table.column_names, *there]
    return pl.DataFrame(pl.from_arrow(pa.Table.from_arrays(columns, names)))


def _is_partial(column: pl.Series) -> bool:
    """Whether some rows have no value, or no record, there."""
    return column.has_nulls() or (column.dtype == pl.Boolean and not column.all())


def _is_special(column: pl.Series) -> bool:
    """Whether some text has a sign that JSON escapes, or some moment a fraction of a second."""
    if column.dtype == pl.String:
        signs = np.frombuffer(column.str.join("").item().encode(), np.uint8)
        return bool(((signs < ord(" ")) | (signs == ord('"')) | (signs == ord("\\"))).any())
    return column.dtype == pl.Datetime and bool((column.dt.microsecond() != 0).any())


@lru_cache(maxsize=64)
def _row(model: type[Entity], partial: frozenset[str], special: frozenset[str]) -> pl.Expr:
    where = _Where(lambda node: pl.col(node.path), lambda node: node.path in partial, lambda node: node.path in special)
    return _joined(_object(tree(model), where))


def _joined(pieces: Iterable[Piece]) -> pl.Expr:
    """One text of many: each is copied once, whatever lies in what."""
    merged: list[pl.Expr] = []
    fixed = ""
    for piece in pieces:
        if isinstance(piece, str):
            fixed += piece
        else:
            merged += [pl.lit(fixed), piece]
            fixed = ""
    return pl.concat_str(*merged, pl.lit(fixed))


def _object(node: Node, where: _Where) -> Iterator[Piece]:
    """The fields of a record; of an open dict those that are not null."""
    fields = [(f"{json.dumps(child.name)}:", child) for child in node.children]
    if node.kind == "dict" and any(where.partial(child) for child in node.children):
        texts = [_joined([name, *_value(child, where)]) for name, child in fields]
        yield from ("{", pl.concat_str(texts, separator=",", ignore_nulls=True), "}")
        return
    for number, (name, child) in enumerate(fields):
        yield ("," if number else "{") + name
        value = _value(child, where)
        yield from [_joined(value).fill_null(pl.lit("null"))] if where.partial(child) else value
    yield "}"


def _value(node: Node, where: _Where) -> Iterator[Piece]:
    """The text of the values at a node, in pieces; null where they are."""
    values = where.column(node)
    if node.kind in ("record", "dict"):
        record = _object(node, where)
        yield from [pl.when(values).then(_joined(record))] if where.partial(node) else record
    elif node.kind == "list":
        child = node.children[0]
        inside = _Where(lambda below: _in_item(child, below), lambda _: True, lambda _: True)
        items = _joined(_value(child, inside)).fill_null(pl.lit("null"))
        yield from ("[", values.list.eval(items).list.join(","), "]")
    elif node.type is datetime:  # to the second, or with six digits where there is a fraction
        text = values.dt.strftime("%Y-%m-%dT%H:%M:%S" + "%.6f" * where.special(node))
        yield from ('"', text.str.strip_suffix(".000000") if where.special(node) else text, 'Z"')
    elif node.type is date:
        yield from ('"', values.dt.strftime("%Y-%m-%d"), '"')
    elif node.type in (int, bool):
        yield values.cast(pl.String)
    elif node.type is float:
        yield values.cast(pl.String).str.replace("inf", "Infinity", literal=True)
    else:
        text = values.cast(pl.String)
        yield from ('"', text.str.replace_many(_ESCAPES) if where.special(node) else text, '"')


def _in_item(item: Node, node: Node) -> pl.Expr:
    """The same within a list's item, where records are structs."""
    steps = node.path.removeprefix(item.path).split(".")[1:]
    values = reduce(lambda record, step: record.struct.field(step), steps, pl.element())
    return values.is_not_null() if node.kind in ("record", "dict") else values
