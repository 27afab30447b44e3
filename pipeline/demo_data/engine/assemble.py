"""A block's columns as one Arrow table of its class's shape.

Dictionary columns stay dictionaries: the Parquet writer takes them as they are.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.common.errors import UsageError, first_line
from demo_data.common.soundness import PER_DAY, in_calendar
from demo_data.engine.results import place_of_column
from demo_data.engine.world import Block
from demo_data.recipes.columns import Array, Coded, Column, Lists, Maybe
from demo_data.schema.arrow import arrow_type
from demo_data.schema.marks import Decimals
from demo_data.schema.tree import Node, tree

_WORDS_KEPT = 32
"""Lists of words of which is kept whether each stands once."""


def assemble(block: Block) -> pa.Table:
    """All published columns of the block."""
    nodes = tree(block.recipe.model).children
    if block.recipe.reference is not None:
        table = block.reference()
        for place, node in enumerate(nodes):
            if _is_stated(block, node):
                array = _restated(block, node, table.column(place).combine_chunks())
                table = table.set_column(place, table.schema.field(place).with_type(array.type), array)
        return table
    arrays = [_array(block, node) for node in nodes]
    schema = pa.schema([_field(node, array) for node, array in zip(nodes, arrays, strict=True)])
    return pa.Table.from_arrays(arrays, schema=schema)


def _is_stated(block: Block, node: Node) -> bool:
    """Whether the recipe of a reference table states the column, or one within it."""
    return block.has(node.path) or (node.kind == "record" and any(_is_stated(block, each) for each in node.children))


def _restated(block: Block, node: Node, array: pa.Array) -> pa.Array:
    """A column of a reference table, with what the recipe states of it."""
    if block.has(node.path):
        return _leaf(block, node)
    if not _is_stated(block, node):
        return array
    arrays = [_restated(block, child, array.field(child.name)) for child in node.children]
    fields = [_field(child, made) for child, made in zip(node.children, arrays, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=pc.is_null(array) if node.optional else None)


def _array(block: Block, node: Node) -> pa.Array:
    if node.kind in ("scalar", "list"):
        return _leaf(block, node)
    arrays = [_array(block, child) for child in node.children]
    fields = [_field(child, array) for child, array in zip(node.children, arrays, strict=True)]
    mask = None
    if node.optional:
        mask = pc.is_null(arrays[0])
        for array in arrays[1:]:
            mask = pc.and_(mask, pc.is_null(array))
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=mask)


def _leaf(block: Block, node: Node) -> pa.Array:
    """A column of the type that its class demands. Raises `UsageError` where its values are of another."""
    column = block[node.path]
    try:
        array = to_arrow(column, node)
        kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        fault = "holds nulls, and a value is required" if array.null_count and not node.optional else ""
        if node.kind == "scalar" and pa.types.is_string(arrow_type(node)) != _is_text(kind):
            fault = f"does not fit {block.recipe.model.__name__}: {kind}, where {arrow_type(node)} is due"
    except (pa.ArrowException, LookupError, TypeError, ValueError) as error:
        fault = f"does not fit {block.recipe.model.__name__}: {first_line(error)}"
    if fault:
        place = place_of_column(block.world.domain, block.recipe, node.path)
        raise UsageError(f"{place}: the column {node.path!r} {fault}")
    return array


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _field(node: Node, array: pa.Array) -> pa.Field:
    return pa.field(node.name, array.type, nullable=node.optional)


def to_arrow(column: Column, node: Node) -> pa.Array:
    """One leaf column, of the type that its class demands."""
    if isinstance(column, Lists):
        return _lists(column, node)
    values, valid = (column.values, column.valid) if isinstance(column, Maybe) else (column, None)
    if isinstance(values, Coded):
        return _dictionary(values, valid)
    if isinstance(values, pa.Array):
        return values if valid is None else pc.if_else(pa.array(valid), values, pa.scalar(None, values.type))
    assert isinstance(values, np.ndarray)
    kind = arrow_type(node)
    if pa.types.is_timestamp(kind):
        made = pa.array(_in_calendar(values, valid, PER_DAY["us"], "microseconds")).view(kind)
    elif pa.types.is_date32(kind):
        made = pa.array(_in_calendar(values, valid, 1, "days").astype(np.int32)).view(kind)
    elif pa.types.is_floating(kind):
        made = pa.array(rounded(values, node), type=kind)
    elif not pa.types.is_string(kind) and values.dtype == kind.to_pandas_dtype():
        made = pa.array(values, type=kind)
    else:  # what is converted must fit only where it counts
        return pa.array(values, type=kind, mask=None if valid is None else ~valid)
    return _where(valid, made)


def _where(valid: Array | None, array: pa.Array) -> pa.Array:
    """Numbers, null where they are not valid, without a copy of them."""
    if valid is None:
        return array
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(array.type, len(array), [bits, array.buffers()[1]])


def _in_calendar(values: Array, valid: Array | None, day: int, unit: str) -> Array:
    """Days or moments as whole numbers. Raises `ValueError` where one lies in no year that calendars know."""
    ticks = values.astype("int64", copy=False)
    known = ticks if valid is None else ticks[valid]
    if len(known) and not in_calendar(*(ends := (int(known.min()), int(known.max()))), day):
        raise ValueError(f"{max(ends, key=abs)} {unit} since 1970 are outside the years 1 to 9999")
    return ticks


def rounded(values: Array, node: Node) -> Array:
    decimals = node.mark(Decimals)
    if decimals is None:
        raise TypeError(f"{node.path}: a published float must state its decimals")
    scale = 10.0**decimals.places
    return np.rint(values * scale) / scale + 0.0


def _dictionary(coded: Coded, valid: Array | None = None) -> pa.Array:
    words, codes = coded.arrow_words, coded.codes.astype(np.int32, copy=False)
    if (unique := _unique(words)) is not None:
        words, codes = unique.dictionary, unique.indices.to_numpy()[codes]
    return pa.DictionaryArray.from_arrays(_where(valid, pa.array(codes)), words)


_checked: dict[int, tuple[pa.Array, pa.DictionaryArray | None]] = {}


def _unique(words: pa.Array) -> pa.DictionaryArray | None:
    """The words, each once, where some stand more than once. A parent's ids are the words of many parts: kept."""
    known = _checked.get(id(words))
    if known is None or known[0] is not words:
        unique = words.dictionary_encode()
        if len(_checked) >= _WORDS_KEPT:
            _checked.clear()
        known = _checked[id(words)] = words, unique if len(unique.dictionary) < len(words) else None
    return known[1]


def _lists(column: Lists, node: Node) -> pa.Array:
    item = node.children[0]
    items = to_arrow(column.items, item)
    kind = pa.list_(pa.field("element", items.type, nullable=False))
    return pa.ListArray.from_arrays(pa.array(column.offsets, pa.int32()), items, type=kind)
