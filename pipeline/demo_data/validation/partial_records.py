"""What is left of a JSON record at fault: each value that is of its column's type, so that the record keeps its key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from demo_data.schema.record import Day, Entity, Moment
from demo_data.schema.tree import Node, tree
from demo_data.validation.opendict import fitted


def salvaged(record: Mapping[str, Any], model: type[Entity]) -> dict[str, Any]:
    """The record as far as it fits the columns of `model`; all else is null."""
    return fitted(_record(record, tree(model).children), model)[0]


def is_text(value: Any) -> bool:
    """Whether it is a text that can be stored: JSON may hold halves of surrogate pairs."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _record(record: Mapping[str, Any], nodes: Iterable[Node]) -> dict[str, Any]:
    return {node.name: _value(record.get(node.name), node) for node in nodes}


def _value(value: Any, node: Node) -> Any:
    if node.kind == "list":
        return [_value(item, node.children[0]) for item in value] if isinstance(value, list) else None
    if node.kind == "record":
        return _record(value, node.children) if isinstance(value, dict) else None
    if node.kind == "dict":
        if not isinstance(value, dict):
            return None
        known = {child.name: child for child in node.children}
        any_of = node.children[0] if node.children else None
        return {
            name: _value(item, child)
            for name, item in value.items()
            if is_text(name) and (child := known.get(name, any_of)) is not None
        }
    if node.type in (datetime, date):
        return _moment(value, node.type)
    return value if is_text(value) or isinstance(value, int | float) else None


def _moment(value: Any, kind: type[date]) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        found: date = _READERS[kind].validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return None
    return found


_READERS: dict[type[date], TypeAdapter[Any]] = {date: TypeAdapter(Day), datetime: TypeAdapter(Moment)}
