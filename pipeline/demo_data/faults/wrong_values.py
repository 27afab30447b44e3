"""What a class does not take: for each rule of the schema, values that break it, out of the class's annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, get_origin

import annotated_types
from pydantic import BaseModel

from demo_data.schema.tree import Node

GONE = object()
"""Stands for a value that is taken away."""

Values = Callable[[Node, Node], Iterator[Any]]
"""From the parent of a field and the field to values that it does not take."""

_OF_ANOTHER_TYPE: dict[Any, Any] = {
    str: 17,
    int: 0.5,
    float: "much",
    bool: "yes",
    date: "last year",
    datetime: "last year",
    list: "one",
}


def missing(parent: Node, node: Node) -> Iterator[Any]:
    """Nothing, or null, where a value must be. Null is no word of a list, and told as such."""
    fields = parent.type.model_fields if isinstance(parent.type, type) and issubclass(parent.type, BaseModel) else {}
    if node.name in fields and fields[node.name].is_required() and not node.optional:
        yield GONE
        if not _has_words(node):
            yield None


def mistyped(_: Node, node: Node) -> Iterator[Any]:
    """A value of another type."""
    if node.type in _OF_ANOTHER_TYPE:
        yield _OF_ANOTHER_TYPE[node.type]


def misnamed(_: Node, node: Node) -> Iterator[Any]:
    """A word that is not on the field's list."""
    if get_origin(node.type) is Literal or (isinstance(node.type, type) and issubclass(node.type, Enum)):
        yield "no-such-word"


def _has_words(node: Node) -> bool:
    return get_origin(node.type) is Literal or (isinstance(node.type, type) and issubclass(node.type, Enum))


def outside(_: Node, node: Node) -> Iterator[Any]:
    """A number just beyond a bound."""
    for mark in node.marks:
        for kind, name, more in (
            (annotated_types.Ge, "ge", -1),
            (annotated_types.Gt, "gt", 0),
            (annotated_types.Le, "le", 1),
            (annotated_types.Lt, "lt", 0),
        ):
            if isinstance(mark, kind) and node.type in (int, float):
                yield node.type(getattr(mark, name) + more)


def too_short_or_long(_: Node, node: Node) -> Iterator[Any]:
    """A text that is too short or too long, where nothing else is asked of it."""
    if node.type is not str or _pattern(node):
        return
    for mark in node.marks:
        if isinstance(mark, annotated_types.MinLen) and mark.min_length:
            yield "x" * (mark.min_length - 1)
        if isinstance(mark, annotated_types.MaxLen):
            yield "x" * (mark.max_length + 1)


def misspelt(_: Node, node: Node) -> Iterator[Any]:
    """A text of another form, or a list with one."""
    item = node.children[0] if node.kind == "list" else node
    pattern = _pattern(item)
    if item.kind == "scalar" and pattern and not re.search(pattern, "?"):
        yield "?" if item is node else ["?"]


def _pattern(node: Node) -> str | None:
    patterns = (getattr(mark, "pattern", None) for mark in node.marks)
    return next((each for each in patterns if isinstance(each, str)), None)
