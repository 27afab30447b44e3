"""Finds nulls where a value is required, in Parquet files whose schema would allow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from demo_data.schema.tree import Node, tree
from demo_data.validation.tables import Batch, ParquetTable


def nulls(batch: Batch, table: ParquetTable) -> Iterator[tuple[str, list[int]]]:
    """Paths with the rows of the batch that lack a value there; below a null nothing more is reported.

    A value that did not fit is told as such, and a column of which nothing is known lacks nothing.
    """
    if batch.nested is None:
        return
    apart: dict[str, Counter[int]] = {}
    for misfits in batch.misfits:
        apart.setdefault(misfits.path, Counter()).update(misfits.rows)
    skipped = {each.path for each in table.differences}
    for node in tree(table.model).children:
        for path, rows in lacking(batch.nested.column(node.name), node, skipped):
            yield path, list((Counter(rows) - apart[path]).elements()) if path in apart else rows


def lacking(array: pa.Array, node: Node, skipped: Container[str]) -> Iterator[tuple[str, list[int]]]:
    """The same of one column; paths that are `skipped` and what is below them are passed over."""
    yield from _nulls(array, node, None, None, skipped)


def _nulls(
    array: pa.Array, node: Node, alive: pa.Array | None, rows: pa.Array | None, skipped: Container[str]
) -> Iterator[tuple[str, list[int]]]:
    """`alive` are the places whose parents are there (None: all); `rows` are the places' rows (None: their own)."""
    if node.path in skipped:
        return
    if array.null_count:
        null = array.is_null() if alive is None else pc.and_(array.is_null(), alive)
        found = pc.indices_nonzero(null)
        if len(found) and not node.optional:
            yield node.path, (found if rows is None else rows.take(found)).to_pylist()
        there = array.is_valid()
        alive = there if alive is None else pc.and_(there, alive)
    if pa.types.is_struct(array.type):
        for child in node.children:
            if (place := array.type.get_field_index(child.name)) >= 0:
                yield from _nulls(array.field(place), child, alive, rows, skipped)
    elif pa.types.is_list(array.type):
        parents = array.value_parent_indices()
        items = parents if rows is None else rows.take(parents)
        yield from _nulls(array.flatten(), node.children[0], None, items, skipped)
