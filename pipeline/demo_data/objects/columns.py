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
from demo_data.schema.marks import Decimals
from demo_data.schema.tree import Node, references, tree

MISSING = object()
FEW = 64
"""Texts below this number are sooner read one by one than all at once."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_EPOCH_DAY = _EPOCH.date()


def records(block: Block, leaves_out: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The block's rows as plain Python records, but for some top-level fields; keys that do not apply are dropped."""
    out = frozenset(leaves_out)
    nodes = [node for node in tree(block.recipe.model).children if node.name not in out]
    return _dicts(block, nodes)


def _dicts(block: Block, nodes: Sequence[Node]) -> list[dict[str, Any]]:
    names = [node.name for node in nodes]
    columns = [_values(block, node) for node in nodes]
    return [dict(zip(names, row, strict=False)) for row in zip(*columns, strict=True)]


def _values(block: Block, node: Node) -> list[Any]:
    if node.kind in ("scalar", "list"):
        return _listed(block[node.path], node)
    rows = _dicts(block, node.children)
    if node.kind == "record":
        return rows
    return [{name: value for name, value in row.items() if value not in (None, {})} for row in rows]


def _listed(column: Column, node: Node) -> list[Any]:
    if isinstance(column, Maybe):
        values = _listed(column.values, node)
        return [value if valid else None for value, valid in zip(values, column.valid.tolist(), strict=True)]
    if isinstance(column, Coded | pa.Array):
        return texts(column)
    if isinstance(column, Lists):
        items, ends = _listed(column.items, node.children[0]), column.offsets.tolist()
        return [items[start:end] for start, end in pairwise(ends)]
    if node.type is datetime.datetime:
        since = column.astype("int64", copy=False).view("timedelta64[us]").tolist()
        return [_EPOCH + micros for micros in since]
    if node.type is datetime.date:
        days: list[Any] = column.astype("datetime64[D]").tolist()
        return days
    numbers: list[Any] = (rounded(column, node) if node.mark(Decimals) else column).tolist()
    return numbers


def texts(column: Coded | pa.Array) -> list[str]:
    """A text column as a list."""
    if isinstance(column, pa.Array):
        if len(column) < FEW:
            return list(column.to_pylist())
        import polars as pl  # takes long to import, and few tests ask for so many

        return pl.Series(pl.from_arrow(column)).to_list()
    if isinstance(column.words, pa.Array):
        if len(column.codes) < len(column.words):
            return texts(column.words.take(pa.array(column.codes)))
        words: Sequence[str] = texts(column.words)
    else:
        words = column.words
    return [words[code] for code in column.codes.tolist()]


def columns_of(recipe: Recipe, rows: Sequence[BaseModel | Mapping[str, Any]]) -> dict[str, Column]:
    """The published columns of records that are there already: but for deferred references, lists of records, and what
    some of the records do not have.
    """
    lists = [reference.path for reference in references(recipe.model) if reference.in_list]
    names = [name for name in recipe.model.model_fields if name not in lists]
    return given_columns(recipe, {name: [reach(record, name) for record in rows] for name in names})


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
        return np.array([(aware(value) - _EPOCH) // datetime.timedelta(microseconds=1) for value in values], np.int64)
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


def aware(moment: datetime.datetime) -> datetime.datetime:
    """The moment; one without a time zone is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _coerced(value: Any, node: Node) -> Any:
    """The value as Pydantic would take it."""
    if type(value) is node.type:
        return value
    if value is None:
        if node.optional:
            return None
        raise TypeError(f"{node.path}: cannot be None")
    if node.kind == "list":
        if isinstance(value, str | Mapping):
            raise TypeError(f"{node.path}: a list")
        return [_coerced(item, node.children[0]) for item in value]
    if node.type in _FILLERS:
        return _adapter(node.type).validate_python(value)
    return node.type(value) if isinstance(node.type, type) and issubclass(node.type, Enum) else value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
