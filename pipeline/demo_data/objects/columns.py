"""Between Python values and an engine's columns, both ways: what callers give, and what objects are made of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, TypeAdapter, ValidationError

from demo_data.engine.assemble import rounded
from demo_data.engine.world import Block
from demo_data.recipes.columns import Array, Coded, Column, Lists, Maybe
from demo_data.recipes.distributions import Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.schema.marks import Decimals, ForeignKey
from demo_data.schema.tree import Node, tree

MISSING = object()
FEW = 64
"""Texts below this number are sooner read one by one than all at once."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_EPOCH_DAY = _EPOCH.date()


def records(block: Block, leaves_out: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The block's rows as plain Python records, but for some top-level fields; keys that do not apply are dropped."""
    out = frozenset(leaves_out)
    nodes = [node for node in tree(block.recipe.model).children if node.name not in out]
    return _dicts([node.name for node in nodes], [_values(block, node) for node in nodes])


def _dicts(names: Sequence[str], columns: Sequence[list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=False)) for row in zip(*columns, strict=True)]


def _values(block: Block, node: Node) -> list[Any]:
    if node.kind in ("scalar", "list"):
        return _listed(block[node.path], node)
    found = _dicts([child.name for child in node.children], [_values(block, child) for child in node.children])
    if node.kind == "record":
        return found
    return [{name: value for name, value in row.items() if _applies(value)} for row in found]


def _applies(value: Any) -> bool:
    return value is not None and value != {}


def _listed(column: Column, node: Node) -> list[Any]:
    if isinstance(column, Maybe):
        found = _listed(column.values, node)
        return [value if valid else None for value, valid in zip(found, column.valid.tolist(), strict=True)]
    if isinstance(column, Coded):
        return texts(column)
    if isinstance(column, Lists):
        items, ends = _listed(column.items, node.children[0]), column.offsets.tolist()
        return [items[start:end] for start, end in pairwise(ends)]
    if isinstance(column, pa.Array):
        return texts(column)
    if node.type is datetime.datetime:
        since = column.astype("int64", copy=False).view("timedelta64[us]").tolist()
        return [_EPOCH + micros for micros in since]
    if node.type is datetime.date:
        days: list[Any] = column.astype("datetime64[D]").tolist()
        return days
    values: list[Any] = (rounded(column, node) if node.mark(Decimals) else column).tolist()
    return values


def texts(column: Coded | pa.Array) -> list[str]:
    """A text column as a list."""
    if isinstance(column, pa.Array):
        return column.to_pylist() if len(column) < FEW else _many_texts(column)
    if isinstance(column.words, pa.Array):
        if len(column.codes) < len(column.words):
            return texts(column.words.take(pa.array(column.codes)))
        words: Sequence[str] = texts(column.words)
    else:
        words = column.words
    return [words[code] for code in column.codes.tolist()]


def _many_texts(column: pa.Array) -> list[str]:
    """The same, by the fastest way."""
    import polars as pl  # takes long to import, and few tests ask for so many

    return pl.Series(pl.from_arrow(column)).to_list()


def columns_of(recipe: Recipe, found: Sequence[BaseModel | Mapping[str, Any]]) -> dict[str, Column]:
    """The published columns of records that are there already: but for deferred references, lists of records, and what
    some of the records do not have.
    """
    columns = {}
    for node in tree(recipe.model).leaves():
        items = node.children[0] if node.kind == "list" else None
        if items and (items.kind != "scalar" or items.mark(ForeignKey) is not None):
            continue
        values = [reach(record, node.path) for record in found]
        if not any(value is MISSING for value in values):
            columns[node.path] = column(recipe, node, values)
    return columns


def given_columns(recipe: Recipe, overrides: Mapping[str, Sequence[Any]]) -> dict[str, Column]:
    """The columns that callers' values stand for, nested ones too; `overrides` holds a value per row and field.

    What cannot be a value of its column is left out: it is for Pydantic to refuse.
    """
    columns: dict[str, Column] = {}
    for node in tree(recipe.model).children:
        for leaf in node.leaves() if node.name in overrides else ():
            below = leaf.path.removeprefix(node.name).removeprefix(".")
            values = [reach(value, below) for value in overrides[node.name]]
            if any(value is MISSING for value in values):
                continue
            try:
                columns[leaf.path] = column(recipe, leaf, [_coerced(value, leaf) for value in values])
            except (ValidationError, TypeError, ValueError, OverflowError):
                continue
    return columns


def reach(value: Any, path: str) -> Any:
    """What lies below a record or mapping at a dotted path; `MISSING` where nothing does."""
    for step in path.split(".") if path else ():
        value = value.get(step, MISSING) if isinstance(value, Mapping) else getattr(value, step, MISSING)
    return value


def column(recipe: Recipe, node: Node, values: Sequence[Any]) -> Column:
    """Values as a column of the node's kind; text is a dictionary over the words that its recipe or class knows."""
    if node.kind == "list":
        offsets = np.cumsum([0, *map(len, values)])
        return Lists(offsets, column(recipe, node.children[0], [item for items in values for item in items]))
    if node.kind != "scalar":
        raise TypeError(f"{node.path}: records in lists have no column of their own")
    if node.optional:
        valid = np.array([value is not None for value in values])
        if not valid.all():
            filler = next((value for value in values if value is not None), _FILLERS.get(node.type, ""))
            return Maybe(_plain(recipe, node, [filler if value is None else value for value in values]), valid)
    return _plain(recipe, node, values)


_FILLERS: dict[Any, Any] = {float: 0.0, int: 0, bool: False, datetime.datetime: _EPOCH, datetime.date: _EPOCH_DAY}


def _plain(recipe: Recipe, node: Node, values: Sequence[Any]) -> Array | Coded:
    if node.type is datetime.datetime:
        return np.array([(_aware(value) - _EPOCH) // datetime.timedelta(microseconds=1) for value in values], np.int64)
    if node.type is datetime.date:
        return np.array([(value - _EPOCH_DAY).days for value in values], np.int64)
    if node.type in (float, int, bool):
        return np.array(values, {float: np.float64, int: np.int64, bool: np.bool_}[node.type])
    distribution = recipe.drawn.get(node.path)
    words = dict.fromkeys(distribution.weights) if isinstance(distribution, Weighted) else {}
    if isinstance(node.type, type) and issubclass(node.type, Enum):
        words |= dict.fromkeys(str(member.value) for member in node.type)
    texts = [str(value.value) if isinstance(value, Enum) else value for value in values]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{node.path}: not a text")
    place = {word: number for number, word in enumerate(words | dict.fromkeys(texts))}
    return Coded(np.array([place[text] for text in texts], np.int32), tuple(place))


def _aware(moment: datetime.datetime) -> datetime.datetime:
    """The moment; one without a time zone is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _coerced(value: Any, node: Node) -> Any:
    """The value as Pydantic would take it."""
    if value is None:
        if node.optional:
            return None
        raise TypeError(f"{node.path}: cannot be None")
    if node.kind == "list":
        return [_coerced(item, node.children[0]) for item in _iterable(value)]
    if node.type in _FILLERS:
        return _adapter(node.type).validate_python(value)
    return node.type(value) if isinstance(node.type, type) and issubclass(node.type, Enum) else value


def _iterable(value: Any) -> Iterable[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{value!r:.40} is no list")
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
