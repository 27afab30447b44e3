"""What a column's values may be, as Table Schema and JSON Schema both say it; and the JSON Schema of nested values."""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import annotated_types as at

from demo_data.schema.tree import Node

_BOUNDS: dict[type, tuple[str, str]] = {
    at.Ge: ("ge", "minimum"),
    at.Gt: ("gt", "exclusiveMinimum"),
    at.Le: ("le", "maximum"),
    at.Lt: ("lt", "exclusiveMaximum"),
    at.MinLen: ("min_length", "minLength"),
    at.MaxLen: ("max_length", "maxLength"),
}
_ITEMS = {"minLength": "minItems", "maxLength": "maxItems"}
_SCALARS: dict[type, dict[str, str]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
}


def constraints(node: Node) -> dict[str, Any]:
    """Bounds, lengths, pattern and permitted values of a node's values: `minimum`, `minLength`, `enum` and so on."""
    found: dict[str, Any] = {}
    if words := _words(node.type):
        found["enum"] = words
    for mark in node.marks:
        if type(mark) in _BOUNDS:
            attribute, name = _BOUNDS[type(mark)]
            found[name] = getattr(mark, attribute)
        elif pattern := getattr(mark, "pattern", None):
            found["pattern"] = pattern
    return found


def _words(kind: Any) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return list(get_args(kind)) if get_origin(kind) is Literal else []


def json_schema(node: Node) -> dict[str, Any]:
    """The JSON Schema of a node's values in the JSON form. Open dicts may hold other keys, and miss any of theirs."""
    found = _schema(node)
    if node.optional:
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"] = [*found["enum"], None]
    return found


def _schema(node: Node) -> dict[str, Any]:
    if node.kind == "list":
        limits = {_ITEMS[name]: value for name, value in constraints(node).items()}
        return {"type": "array", **limits, "items": json_schema(node.children[0])}
    if node.kind == "scalar":
        kind = node.type if node.type in _SCALARS else str
        return {**_SCALARS[kind], **constraints(node)}
    found: dict[str, Any] = {
        "type": "object",
        "properties": {child.name: json_schema(child) for child in node.children},
    }
    if node.kind == "record":
        found |= {"required": [child.name for child in node.children], "additionalProperties": False}
    return found
