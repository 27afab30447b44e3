"""The Arrow schema that follows from a class.

Text, enumerations and literals are strings; floats are doubles; integers with an upper bound are int32, others
int64; moments are microseconds in UTC; nested records and open dicts with known keys are structs. Only optional
fields, and keys of open dicts, are nullable.
"""

from __future__ import annotations

import datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, get_origin

import annotated_types
import pyarrow as pa
from pydantic import BaseModel

from demo_data.schema.tree import Node, tree

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    float: pa.float64(),
    datetime.datetime: pa.timestamp("us", tz="UTC"),
    datetime.date: pa.date32(),
}


@cache
def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """The columns of a table's Parquet file."""
    return pa.schema([arrow_field(node) for node in tree(model).children])


def arrow_field(node: Node) -> pa.Field:
    """One column, or one group of columns, of a schema."""
    return pa.field(node.name, arrow_type(node), nullable=node.optional)


def arrow_type(node: Node) -> pa.DataType:
    """The Arrow type of a node's values."""
    if node.kind == "list":
        item = node.children[0]
        return pa.list_(pa.field("element", arrow_type(item), nullable=False))
    if node.kind in ("record", "dict"):
        return pa.struct([arrow_field(child) for child in node.children])
    return _scalar(node.type, node.marks)


def nullable(field: pa.Field) -> pa.Field:
    """The field where everything may be null."""
    kind = field.type
    if pa.types.is_struct(kind):
        kind = pa.struct([nullable(kind.field(number)) for number in range(kind.num_fields)])
    elif pa.types.is_list(kind):
        kind = pa.list_(nullable(kind.value_field))
    return pa.field(field.name, kind, nullable=True)


def _scalar(kind: Any, marks: tuple[Any, ...]) -> pa.DataType:
    if kind is Any or get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return pa.string()
    if kind is int:
        bounded = any(isinstance(mark, annotated_types.Le) for mark in marks)
        return pa.int32() if bounded else pa.int64()
    return _SCALARS[kind]
