"""What of a record read from JSON fits our columns, though others may be at fault, and open dicts hold other keys."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any, get_origin

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from demo_data.schema.arrow import arrow_type, nullable
from demo_data.schema.marks import Shape
from demo_data.schema.record import Day, Entity, Moment
from demo_data.schema.tree import Node, tree
from demo_data.validation.report import quoted

Misfit = tuple[str, str, Any, str]
"""Path, rule, value and message."""


def fitted(values: dict[str, Any], model: type[Entity]) -> tuple[dict[str, Any], list[Misfit]]:
    """The record with what fits the known columns, and the values that fit none.

    Of a record that has passed its class these are known keys of open dicts that hold another type.
    """
    misfits: list[Misfit] = []
    return _record(values, tree(model).children, misfits), misfits


def _record(values: dict[str, Any], nodes: Iterable[Node], misfits: list[Misfit]) -> dict[str, Any]:
    return {node.name: _value(values.get(node.name), node, misfits) for node in nodes}


def _value(value: Any, node: Node, misfits: list[Misfit]) -> Any:
    if value is None:
        return None
    if node.kind == "list" and isinstance(value, list):
        return [_value(item, node.children[0], misfits) for item in value]
    if node.kind == "dict" and isinstance(value, dict) and not node.mark(Shape):
        known = {child.name: child for child in node.children}
        other = node.children[:1]
        return {
            key: _value(item, known.get(key) or _renamed(other[0], key, node.path), misfits)
            for key, item in value.items()
            if other and is_text(key)
        }
    if node.kind in ("record", "dict") and isinstance(value, dict):
        return _record(value, node.children, misfits)
    if node.type in _READERS and isinstance(value, str) and (moment := _moment(value, node.type)) is not None:
        return moment
    if node.kind == "scalar" and _is(value, node):
        if node.type is float:
            return float(value)
        return value.value if isinstance(value, Enum) else value
    if node.type is Any:
        return None
    misfits.append((node.path, "type", value, f"{quoted(value)} is not {_article(node)}"))
    return None


def _is(value: Any, node: Node) -> bool:
    kind = node.type
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if kind is int:
        bits = arrow_type(node).bit_width - 1
        return isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits
    if kind in (bool, datetime, date):
        return isinstance(value, kind)
    return is_text(value)


def is_text(value: Any) -> bool:
    """Whether it is a text that can be stored: JSON may hold halves of surrogate pairs."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _moment(text: str, kind: type[date]) -> date | None:
    try:
        found: date = _READERS[kind].validate_json(json.dumps(text), strict=True)
    except ValidationError:
        return None
    return found


_READERS: dict[Any, TypeAdapter[Any]] = {date: TypeAdapter(Day), datetime: TypeAdapter(Moment)}


def _article(node: Node) -> str:
    if node.kind != "scalar" or not isinstance(node.type, type) or get_origin(node.type):
        return f"a {node.kind}" if node.kind != "scalar" else "a text"
    if node.type is int:
        return f"an integer of {arrow_type(node).bit_width} bits"
    words: dict[Any, str] = {float: "a number", bool: "true or false"}
    return words.get(node.type, "a text")


def _renamed(node: Node, name: str, parent: str) -> Node:
    path = f"{parent}{name}" if name == "[]" else f"{parent}.{name}"
    children = tuple(_renamed(child, child.name, path) for child in node.children)
    return replace(node, name=name, path=path, children=children)


def arrow_schema_of(records: list[dict[str, Any]], model: type[Entity]) -> pa.Schema:
    """The class's schema, all nullable, with the further keys that open dicts hold in these records."""
    return pa.schema([_loose(node, [record.get(node.name) for record in records]) for node in tree(model).children])


def _loose(node: Node, values: list[Any]) -> pa.Field:
    if not _open(node):
        return nullable(pa.field(node.name, arrow_type(node)))
    there = [value for value in values if value is not None]
    children = [_loose(child, [value.get(child.name) for value in there]) for child in _children(node, there)]
    return pa.field(node.name, pa.struct(children))


def _children(node: Node, values: list[dict[str, Any]]) -> Iterator[Node]:
    yield from node.children
    if node.kind == "dict" and not node.mark(Shape) and node.children:
        known = {child.name for child in node.children}
        for key in dict.fromkeys(key for value in values for key in value if key not in known):
            yield _renamed(node.children[0], key, node.path)


def _open(node: Node) -> bool:
    return node.kind in ("record", "dict") and any(below.kind == "dict" for below in node.walk())
