"""Finds nulls where a value is required, in Parquet files whose schema would allow them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.spec.record import Entity
from pipeline.spec.tree import Node, tree


def nulls(batch: pa.RecordBatch, model: type[Entity]) -> Iterator[tuple[str, list[int]]]:
    """Paths with the rows of the batch that lack a value there; below a null nothing more is reported."""
    for node in tree(model).children:
        if node.name in batch.schema.names:
            yield from _nulls(batch.column(node.name), node, None, None)


def _nulls(
    array: pa.Array, node: Node, alive: pa.Array | None, rows: pa.Array | None
) -> Iterator[tuple[str, list[int]]]:
    """`alive` are the places whose parents are there (None: all); `rows` are the places' rows (None: their own)."""
    if array.null_count:
        null = array.is_null() if alive is None else pc.and_(array.is_null(), alive)
        found = pc.indices_nonzero(null)
        if len(found) and not node.optional:
            yield node.path, (found if rows is None else rows.take(found)).to_pylist()
        there = array.is_valid()
        alive = there if alive is None else pc.and_(there, alive)
    if pa.types.is_struct(array.type):
        for child in node.children:
            position = array.type.get_field_index(child.name)
            if position >= 0:
                yield from _nulls(array.field(position), child, alive, rows)
    elif node.kind == "list" and (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        parents = array.value_parent_indices()
        yield from _nulls(array.flatten(), node.children[0], None, parents if rows is None else rows.take(parents))
