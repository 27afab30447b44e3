"""Values of records by their paths, such as `address.street` or `items[3]`: read, looked for in a class, changed."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from demo_data.common.errors import nearest
from demo_data.faults.ledger import Change
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

_PLACE = re.compile(r"\[\d+\]")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def at(record: Any, path: str) -> Any:
    """The value at a path such as `address.street` or `items[3]`; None where there is none."""
    for step in _steps(path):
        try:
            record = record[step]
        except (LookupError, TypeError):
            return None
    return record


def no_field(model: type[Entity], path: str) -> str | None:
    """That a class has no field of a path, and which it may mean; None where it has. Below an open dict all may be."""
    fields = _fields(model)
    field = _PLACE.sub("[]", path)
    if field in fields or any(field.startswith(f"{each}.") for each, node in fields.items() if node.kind == "dict"):
        return None
    return f"{model.__name__} has no field {path!r}; {nearest(field, fields)}"


@cache
def _fields(model: type[Entity]) -> dict[str, Node]:
    return {node.path: node for child in tree(model).children for node in child.walk()}


def _steps(path: str) -> list[str | int]:
    return [name or int(place) for name, place in _STEP.findall(path)]


def carry_out(change: Change, place: Any) -> None:
    """Change one value of a record."""
    *way, last = _steps(change.field or "")
    for step in way:
        place = place[step]
    if change.operation == "remove":
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(change.new)
    else:
        place[last] = change.new
