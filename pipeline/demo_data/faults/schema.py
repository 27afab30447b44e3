"""Faults that a record's own class finds: missing, unknown, of another type, out of bounds, badly formed.

They are planted in any domain, out of its models alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, get_origin

import annotated_types
from pydantic import BaseModel

from demo_data.faults.data import Cannot, Data, at, first
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change, Fault
from demo_data.faults.planter import Planter, planter
from demo_data.faults.spots import GONE, Spot, spots
from demo_data.schema.tree import Node, tree

Option = tuple[str, Any]
"""A path of a table, and the value that goes there."""

Values = Callable[[Node, Node], Iterator[Any]]
"""From the parent of a field and the field to values that it does not take."""


def somewhere(
    data: Data, draw: Draw, options: Callable[[str], list[Option]], fits: Callable[[Spot, str], bool] = Spot.holds
) -> tuple[Spot, str, Any]:
    """A spot for the first option of some table that has room, in a random order. Raises Cannot."""
    reason = Cannot("no table that is there has such a field")
    for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)]):
        for path, value in draw.shuffled(options(table)):
            try:
                return first(spot for spot in spots(data, draw, table, path) if fits(spot, path)), path, value
            except Cannot as cannot:
                reason = cannot
    raise reason


def _fields(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every field outside lists, with what it is a field of."""
    for child in node.children if node.kind in ("record", "dict") else ():
        yield node, child
        yield from _fields(child)


def _wrong_value(rule: str, sentence: str) -> Callable[[Values], Planter]:
    """Make a planter of a function from fields to values that they do not take."""

    def made(values: Values) -> Planter:
        def plant(data: Data, draw: Draw) -> Fault:
            def options(table: str) -> list[Option]:
                keys = data.domain.key_fields(table)
                pairs = [pair for pair in _fields(tree(data.domain.models[table])) if pair[1].path not in keys]
                return [(node.path, value) for parent, node in pairs for value in values(parent, node)]

            spot, path, value = somewhere(data, draw, options)
            return spot.broken(path, value, sentence)

        return planter(rule)(plant)

    return made


@_wrong_value("required", "A required field is missing or null.")
def missing(parent: Node, node: Node) -> Iterator[Any]:
    """Null is no word of a list, and told as such."""
    fields = parent.type.model_fields if isinstance(parent.type, type) and issubclass(parent.type, BaseModel) else {}
    if node.name in fields and fields[node.name].is_required() and not node.optional:
        yield from (GONE,) if _has_words(node) else (GONE, None)


@_wrong_value("type", "A value of another type than its field's.")
def mistyped(_: Node, node: Node) -> Iterator[Any]:
    others = {str: 17, int: 0.5, float: "much", bool: "yes", date: "last year", datetime: "last year", list: "one"}
    if node.type in others:
        yield others[node.type]


@_wrong_value("enum", "A word that is not on its field's list.")
def misnamed(_: Node, node: Node) -> Iterator[Any]:
    if _has_words(node):
        yield "no-such-word"


def _has_words(node: Node) -> bool:
    return get_origin(node.type) is Literal or (isinstance(node.type, type) and issubclass(node.type, Enum))


@_wrong_value("bounds", "A number beyond its field's bounds.")
def outside(_: Node, node: Node) -> Iterator[Any]:
    limits = {"ge": -1, "gt": 0, "le": 1, "lt": 0}
    found = [(getattr(mark, name, None), more) for mark in node.marks for name, more in limits.items()]
    yield from (node.type(limit + more) for limit, more in found if limit is not None and node.type in (int, float))


@_wrong_value("length", "A text that is too short or too long.")
def too_short_or_long(_: Node, node: Node) -> Iterator[Any]:
    for mark in node.marks if node.type is str and not _pattern(node) else ():
        if isinstance(mark, annotated_types.MinLen) and mark.min_length:
            yield "x" * (mark.min_length - 1)
        if isinstance(mark, annotated_types.MaxLen):
            yield "x" * (mark.max_length + 1)


@_wrong_value("pattern", "A text of another form than its field's.")
def misspelt(_: Node, node: Node) -> Iterator[Any]:
    """A text, or a list with one."""
    item = node.children[0] if node.kind == "list" else node
    if item.kind == "scalar" and (pattern := _pattern(item)) and not re.search(pattern, "?"):
        yield "?" if item is node else ["?"]


def _pattern(node: Node) -> str | None:
    patterns = (getattr(mark, "pattern", None) for mark in node.marks)
    return next((each for each in patterns if isinstance(each, str)), None)


@planter("unknown-field")
def unknown(data: Data, draw: Draw) -> Fault:
    """A field that the class does not have, in the record or below."""

    def options(table: str) -> list[Option]:
        root = tree(data.domain.models[table])
        records = ["", *(f"{node.path}." for _, node in _fields(root) if node.kind == "record")]
        return [(f"{path}no_such_field", 42) for path in records]

    spot, path, value = somewhere(data, draw, options, lambda spot, path: bool(spot.parent(path)))
    return spot.broken(path, value, "A field that the table does not have.")


@planter("duplicate-field")
def repeated(data: Data, draw: Draw) -> Fault:
    """A field that stands twice in its record's text."""

    def options(table: str) -> list[Option]:
        nodes = [node for node in tree(data.domain.models[table]).children if node.kind == "scalar"]
        return [(node.path, None) for node in nodes if node.name not in data.domain.key_fields(table)]

    spot, path, _ = somewhere(data, draw, options)
    value = at(spot.record, path)
    again = Change("repeat", spot.table, spot.row, path, value, value)
    fault = spot.broken(path, value, "A field stands twice in one object.")
    return replace(fault, changes=(*spot.added, again))
