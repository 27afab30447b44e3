"""Columns that the two sides store in other ways although they mean the same: those are no differences.

Where a column of a known table lies there in two types, and each side's values all mean something in the class's own
type without loss, both are read as that. Otherwise they stay as they are, and the types are reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import pyarrow as pa

from demo_data.compare.leaves import Source
from demo_data.compare.result import Column
from demo_data.schema.arrow import arrow_schema, nullable
from demo_data.schema.fit import Fit
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree
from demo_data.validation.parquet_values import lacking


def reconcile(old: Source, new: Source, model: type[Entity]) -> None:
    """Let both sides read every column that they store in different ways as the class's own, where it fits."""
    before, after = (dict(zip(side.schema.names, side.schema, strict=True)) for side in (old, new))
    for node, field in zip(tree(model).children, arrow_schema(model), strict=True):
        if field.name not in before or field.name not in after or before[field.name].equals(after[field.name]):
            continue
        declared = [_declared(side, field, node) for side in (old, new)]
        if declared[0] and declared[1]:
            old.read_as(declared[0])
            new.read_as(declared[1])


def stated(columns: Iterable[Column], old: Source, new: Source, model: type[Entity]) -> tuple[Column, ...]:
    """The changes of columns but for those that came or went where null is allowed, and hold nothing else."""
    may_be_null = {node.path for root in tree(model).children for node in _nullable(root)}
    return tuple(
        column
        for column in columns
        if column.change not in ("added", "removed")
        or column.path not in may_be_null
        or not _is_null(new if column.change == "added" else old, column.path)
    )


def _declared(side: Source, field: pa.Field, node: Node) -> pa.Field | None:
    """The class's field as far as the side has it; None where a type or a value does not fit."""
    actual = side.schema.field(field.name)
    known = _known(field, actual)
    fit = Fit(pa.schema([known]), pa.schema([actual]))
    if fit.differences:
        return None
    forbidden = False
    for batch in side.columns(field.name):
        fitted, misfits = fit.batch(batch)
        if misfits:
            return None
        forbidden = forbidden or next(lacking(fitted.column(0), node, ()), None) is not None
    return nullable(known) if forbidden else known


def _known(field: pa.Field, actual: pa.Field) -> pa.Field:
    """The class's field without what may be null and is not in the file."""
    kind = field.type
    if pa.types.is_struct(kind) and pa.types.is_struct(actual.type):
        there = {child.name: child for child in actual.type}
        kept = [_known(child, there.get(child.name, child)) for child in kind]
        kind = pa.struct([child for child in kept if child.name in there or not child.nullable])
    return pa.field(field.name, kind, field.nullable)


def _nullable(node: Node, above: bool = False) -> Iterable[Node]:
    """What may be null, by its own or by what is above it."""
    may = above or node.optional
    if node.kind in ("record", "dict"):
        return chain([node] if may else [], *(_nullable(child, may) for child in node.children))
    return [node] if may else []


def _is_null(side: Source, path: str) -> bool:
    return all(batch.null_count() == len(batch) for batch in side.batches(side.leaves[path]))
