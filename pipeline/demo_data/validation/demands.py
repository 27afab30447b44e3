"""What a class's annotations demand of its values, compiled to Polars expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin

import annotated_types
import polars as pl

from demo_data.common.errors import closest
from demo_data.domain import Domain
from demo_data.schema.iso import Text
from demo_data.schema.tree import Node, tree
from demo_data.validation.rules import ModelRule
from demo_data.validation.tables import LIMITS

LONGEST = 1_000_000
"""Bytes of a text whose class sets it no bound."""

_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters other than tabs and line breaks."""

ModelRules = Mapping[type, ModelRule]

_BOUNDS: dict[type, tuple[str, Callable[[Any, Any], Any], str]] = {
    annotated_types.Ge: ("ge", operator.lt, "is below"),
    annotated_types.Gt: ("gt", operator.le, "is not above"),
    annotated_types.Le: ("le", operator.gt, "is above"),
    annotated_types.Lt: ("lt", operator.ge, "is not below"),
}


@dataclass(frozen=True)
class Demand:
    """`bad` is true of what breaks it; `reads` are the columns it needs; `message` follows the value.

    A row rule is one too: its message is a template, with the names of columns in braces.
    """

    path: str
    rule: str
    bad: pl.Expr
    reads: tuple[str, ...]
    message: Callable[[Any], str] | str


@dataclass(frozen=True)
class ListDemands:
    """The demands on the items of the list at `path`, as columns of the exploded frame.

    Items that are records are flat there; a scalar item is the column named by `path`.
    """

    path: str
    items: tuple[Demand, ...]
    lists: tuple[ListDemands, ...]
    names: tuple[tuple[str, str], ...]
    """Fields of a record item, with the names of their columns."""


@cache
def demands(domain: Domain, table: str) -> tuple[tuple[Demand, ...], tuple[ListDemands, ...]]:
    """The demands on a table's flat columns, and on the items of its lists."""
    rules = {rule.model: rule for _, rule in domain.stated("rules", ModelRule)}
    return _demands(tree(domain.models[table]).children, rules)


def _demands(nodes: tuple[Node, ...], rules: ModelRules) -> tuple[tuple[Demand, ...], tuple[ListDemands, ...]]:
    flat: list[Demand] = []
    lists: list[ListDemands] = []
    for node in nodes:
        if node.kind in ("record", "dict"):
            below, lists_below = _demands(node.children, rules)
            flat += below
            lists += lists_below
        else:
            flat += _own(node)
        if node.kind == "list":
            item = node.children[0]
            items, lists_below = _demands((item,), rules)
            names = tuple((child.name, child.path) for child in item.children)
            if items or lists_below:
                lists.append(ListDemands(item.path, items, lists_below, names))
        flat += _of_model(node, rules)
    return tuple(flat), tuple(lists)


def _own(node: Node) -> Iterator[Demand]:
    column = pl.col(node.path)
    for mark in node.marks:
        if limits := bound(mark):
            limit, breaks, message = limits
            bad = breaks(column, pl.lit(limit))  # what is not finite has a demand of its own, and is told once
            yield _demand(node, "bounds", bad & column.is_finite() if node.type is float else bad, message)
        if isinstance(mark, annotated_types.MinLen):
            yield _demand(node, "length", _length(node) < mark.min_length, f"is shorter than {mark.min_length}")
        if isinstance(mark, annotated_types.MaxLen):
            yield _demand(node, "length", _length(node) > mark.max_length, f"is longer than {mark.max_length}")
        pattern = getattr(mark, "pattern", None)
        if isinstance(pattern, str):
            yield _demand(node, "pattern", ~column.str.contains(pattern), f"does not match {pattern}")
    if node.type is float:
        yield _demand(node, "bounds", ~column.is_finite(), "is not a finite number")
    if node.type in (date, datetime):
        first, last = (pl.lit(limit) for limit in LIMITS[pl.Date if node.type is date else pl.Datetime])
        local = column if node.type is date else column.dt.replace_time_zone(None)
        yield _demand(node, "bounds", ~local.is_between(first, last), "is outside the years 1 to 9999")
    yield from _beyond_bounds(node, column)
    words = _words(node.type)
    if words:
        yield Demand(
            node.path,
            "enum",
            ~column.is_in(words),
            (node.path,),
            lambda value: f"is not one of {', '.join(words)}{closest(str(value), words)}",
        )


def _beyond_bounds(node: Node, column: pl.Expr) -> Iterator[Demand]:
    """What a value must be, whatever its class says: a whole second, a text that can be stored."""
    if node.type is datetime:
        yield _demand(node, "type", column.dt.nanosecond() != 0, "is no whole second")
    if node.type is not str:
        return
    mark = node.mark(Text)
    if mark:
        bad = ~column.str.contains(mark.written)
        bad = bad if mark.longest is None else bad | (column.str.len_chars() > mark.longest)
        yield _demand(node, "pattern", bad, mark.message)
    elif not any(hasattr(mark, "pattern") for mark in node.marks):
        yield _demand(node, "pattern", column.str.contains(_CONTROLS), "holds a control character")
    if not (node.mark(annotated_types.MaxLen) or (mark and mark.longest)):
        yield _demand(node, "length", column.str.len_bytes() > LONGEST, f"is longer than {LONGEST:,} bytes")


def bound(mark: Any) -> tuple[Any, Callable[[Any, Any], Any], str] | None:
    """The limit that a mark sets, what breaks it, and how that is told; None where it sets none."""
    for kind, (name, breaks, message) in _BOUNDS.items():
        if isinstance(mark, kind):
            limit = getattr(mark, name)
            return limit, breaks, f"{message} {limit}"
    return None


def _demand(node: Node, rule: str, bad: pl.Expr, message: str) -> Demand:
    return Demand(node.path, rule, bad, (node.path,), lambda _: message)


def _length(node: Node) -> pl.Expr:
    column = pl.col(node.path)
    return column.list.len() if node.kind == "list" else column.str.len_chars()


def _words(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def _of_model(node: Node, rules: ModelRules) -> Iterator[Demand]:
    """What a class demands beyond single fields, said again in columns."""
    rule = rules.get(node.type) if isinstance(node.type, type) else None
    if rule is not None:
        reads = tuple(f"{node.path}.{field}" for field in rule.fields)
        message = rule.message
        yield Demand(node.path, "model-rule", rule.bad(*(pl.col(read) for read in reads)), reads, lambda _: message)
