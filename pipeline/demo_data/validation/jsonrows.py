"""The JSON text of a table's rows: what a record of its JSON form should say, in the spelling that this program writes.

It is one spelling of many: a record in these very bytes says what the row says, and other bytes prove nothing. So a
JSON form of our own making need not be parsed, which takes several times as long.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, reduce

import polars as pl
import pyarrow as pa

from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

_ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in map(chr, (*range(32), ord('"'), ord("\\")))}


def texts(batch: pa.RecordBatch, model: type[Entity]) -> pl.Series:
    """Each row's text. Moments must be within Python's calendar; numbers that are not finite are as `json` has them."""
    return _flat(pa.Table.from_batches([batch])).select(_row(model)).to_series()


def _flat(table: pa.Table) -> pl.DataFrame:
    """A column for each leaf, named by its path, and one for each record: whether it is there."""
    there: dict[str, pa.Array] = {}
    while records := [field.name for field in table.schema if pa.types.is_struct(field.type)]:
        there |= {name: table[name].is_valid() for name in records}
        table = table.flatten()
    columns, names = [*table.columns, *there.values()], [*table.column_names, *there]
    return pl.DataFrame(pl.from_arrow(pa.Table.from_arrays(columns, names)))


@cache
def _row(model: type[Entity]) -> pl.Expr:
    return _object(tree(model), lambda node: pl.col(node.path))


def _object(node: Node, column: Callable[[Node], pl.Expr]) -> pl.Expr:
    """The fields of a record; of an open dict those that are not null."""
    open_dict = node.kind == "dict"
    fields = []
    for child in node.children:
        value = _value(child, column)
        value = value if open_dict else value.fill_null(pl.lit("null"))
        fields.append(pl.concat_str(pl.lit(f"{json.dumps(child.name)}:"), value))
    return pl.concat_str(pl.lit("{"), pl.concat_str(fields, separator=",", ignore_nulls=open_dict), pl.lit("}"))


def _value(node: Node, column: Callable[[Node], pl.Expr]) -> pl.Expr:
    """The text of the values at a node; null where they are."""
    values = column(node)
    if node.kind in ("record", "dict"):
        return pl.when(values).then(_object(node, column))
    if node.kind == "list":
        items = _value(node.children[0], lambda below: _in_item(node.children[0], below)).fill_null(pl.lit("null"))
        return pl.concat_str(pl.lit("["), values.list.eval(items).list.join(","), pl.lit("]"))
    if node.type is datetime:  # to the second, or with six digits where there is a fraction
        text = values.dt.strftime('"%Y-%m-%dT%H:%M:%S%.6f').str.strip_suffix(".000000")
        return pl.concat_str(text, pl.lit('Z"'))
    if node.type is date:
        return values.dt.strftime('"%Y-%m-%d"')
    text = values.cast(pl.String)
    if node.type in (int, bool):
        return text
    if node.type is float:
        return text.str.replace("inf", "Infinity", literal=True)
    return pl.concat_str(pl.lit('"'), text.str.replace_many(_ESCAPES), pl.lit('"'))


def _in_item(item: Node, node: Node) -> pl.Expr:
    """The same within a list's item, where records are structs."""
    steps = node.path.removeprefix(item.path).split(".")[1:]
    values = reduce(lambda record, step: record.struct.field(step), steps, pl.element())
    return values.is_not_null() if node.kind in ("record", "dict") else values
