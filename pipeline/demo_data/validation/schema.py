"""What a class's annotations demand of its values, compiled to Polars expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin

import annotated_types
import polars as pl
from pydantic import BaseModel

from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree
from demo_data.tea.factories.model import QualityThresholds
from demo_data.tea.regions.model import AltitudeBand, PolygonRing
from demo_data.validation.errors import nearest
from demo_data.validation.frames import LIMITS
from demo_data.validation.values import beyond_bounds


@dataclass(frozen=True)
class Demand:
    """`bad` is true of values that break it; `reads` are the columns it needs; `message` follows the value."""

    path: str
    rule: str
    bad: pl.Expr
    reads: tuple[str, ...]
    message: Callable[[Any], str]


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
def demands(model: type[Entity]) -> tuple[tuple[Demand, ...], tuple[ListDemands, ...]]:
    """The demands on a table's flat columns, and on the items of its lists."""
    return _demands(tree(model).children)


def _demands(nodes: tuple[Node, ...]) -> tuple[tuple[Demand, ...], tuple[ListDemands, ...]]:
    flat: list[Demand] = []
    lists: list[ListDemands] = []
    for node in nodes:
        if node.kind in ("record", "dict"):
            below, lists_below = _demands(node.children)
            flat += below
            lists += lists_below
        else:
            flat += _own(node)
        if node.kind == "list":
            lists += _list(node)
        flat += _of_model(node, node.path)
    return tuple(flat), tuple(lists)


def _list(node: Node) -> Iterator[ListDemands]:
    item = node.children[0]
    if item.kind == "scalar":
        items = tuple(_own(item))
        lists: tuple[ListDemands, ...] = ()
        names: tuple[tuple[str, str], ...] = ()
    else:
        items, lists = _demands(item.children)
        items += tuple(_of_model(item, item.path))
        names = tuple((child.name, child.path) for child in item.children)
    if items or lists:
        yield ListDemands(item.path, items, lists, names)


def _own(node: Node) -> Iterator[Demand]:
    column = pl.col(node.path)
    for mark in node.marks:
        yield from _bound(node, column, mark)
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
    for rule, bad, message in beyond_bounds(node):
        yield _demand(node, rule, bad, message)
    words = _words(node.type)
    if words:
        yield Demand(
            node.path,
            "enum",
            ~column.is_in(words),
            (node.path,),
            lambda value: f"is not one of {', '.join(words)}{nearest(str(value), words)}",
        )


def _bound(node: Node, column: pl.Expr, mark: Any) -> Iterator[Demand]:
    if isinstance(mark, annotated_types.Ge):
        yield _demand(node, "bounds", _finite(node, column < pl.lit(mark.ge)), f"is below {mark.ge}")
    if isinstance(mark, annotated_types.Gt):
        yield _demand(node, "bounds", _finite(node, column <= pl.lit(mark.gt)), f"is not above {mark.gt}")
    if isinstance(mark, annotated_types.Le):
        yield _demand(node, "bounds", _finite(node, column > pl.lit(mark.le)), f"is above {mark.le}")
    if isinstance(mark, annotated_types.Lt):
        yield _demand(node, "bounds", _finite(node, column >= pl.lit(mark.lt)), f"is not below {mark.lt}")


def _finite(node: Node, bad: pl.Expr) -> pl.Expr:
    """The condition, but for numbers that are not finite: those have a demand of their own, and are told once."""
    return bad & pl.col(node.path).is_finite() if node.type is float else bad


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


def _of_model(node: Node, path: str) -> Iterator[Demand]:
    """What a class demands beyond single fields, said again in columns."""
    rule = _MODEL_RULES.get(node.type) if isinstance(node.type, type) else None
    if rule is not None:
        fields, bad, message = rule
        reads = tuple(f"{path}.{field}" for field in fields)
        yield Demand(path, "model-rule", bad(*(pl.col(read) for read in reads)), reads, lambda _: message)


def _not_falling(first: pl.Expr, second: pl.Expr, third: pl.Expr) -> pl.Expr:
    return ~((first > second) & (second > third))


def _open_ring(points: pl.Expr) -> pl.Expr:
    return points.list.first() != points.list.last()


_MODEL_RULES: dict[type[BaseModel], tuple[tuple[str, ...], Callable[..., pl.Expr], str]] = {
    QualityThresholds: (("tier_1", "tier_2", "tier_3"), _not_falling, "thresholds must fall: tier_1 > tier_2 > tier_3"),
    AltitudeBand: (
        ("min_meters", "max_meters"),
        lambda low, high: high < low,
        "max_meters must be at least min_meters",
    ),
    PolygonRing: (("points",), _open_ring, "a ring must be closed: its last point equals its first"),
}
"""Classes with a model rule: the fields it reads, an expression that is true where it is broken, and the message."""
