"""What callers state of an object's fields, and what they may choose from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel

from demo_data.recipes.distributions import Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.schema.marks import ForeignKey
from demo_data.schema.tree import Node, tree

CONSTANTS = (str, int, float, bool, type(None), Enum, datetime.date)


def is_constant(value: Any) -> bool:
    """Whether a value is made of constants only, so that equal values make equal objects."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_constant(below) for key, below in value.items())
    return all(map(is_constant, value)) if isinstance(value, list) else isinstance(value, CONSTANTS)


def repeated(fields: Mapping[str, Any], size: int) -> dict[str, list[Any]]:
    """The overrides with a value per object, each its own where it can be changed."""
    return {
        name: [value] * size if isinstance(value, CONSTANTS) else [deepcopy(value) for _ in range(size)]
        for name, value in fields.items()
    }


def laid_over(below: Any, over: Any) -> Any:
    """The override; a mapping is laid over the record's own, key by key."""
    if isinstance(below, dict) and isinstance(over, Mapping):
        return below | {key: laid_over(below.get(key), value) for key, value in over.items()}
    return over


def inside(model: type[BaseModel], name: str) -> str | None:
    """A hint where a name that is no field of the model stands further inside: a foreign key before anything else."""
    nodes = [node for node in tree(model).walk() if node.name == name and "." in node.path and "[]" not in node.path]
    for node in sorted(nodes, key=lambda node: node.mark(ForeignKey) is None):
        top, *steps = node.path.split(".")
        value = "..."
        for step in reversed(steps):
            value = f"{{{step!r}: {value}}}"
        return f"did you mean {top}={value}?"
    return None


def choices(recipe: Recipe) -> list[list[dict[str, Any]]]:
    """For each field that has few values, the overrides that state these; {} is whatever the recipe makes.

    Fields of nested records count; not those of open dicts, nor of records that may be missing.
    """
    return [stated for node in _scalars(tree(recipe.model)) if (stated := list(_stated(recipe, node)))]


def _scalars(node: Node) -> list[Node]:
    if node.kind == "record" and not node.optional:
        return [scalar for child in node.children for scalar in _scalars(child)]
    return [node] if node.kind == "scalar" else []


def _stated(recipe: Recipe, node: Node) -> Iterator[dict[str, Any]]:
    distribution = recipe.drawn.get(node.path)
    values: Iterable[Any] = get_args(node.type)  # of a Literal
    if isinstance(node.type, type) and issubclass(node.type, Enum):
        values = node.type
    elif node.type is bool:
        values = (True, False)
    elif isinstance(distribution, Weighted):
        values = distribution.weights
    yield from (_nested(node.path, value) for value in values)
    if node.optional:
        yield from ([] if values else [{}])
        yield _nested(node.path, None)


def _nested(path: str, value: Any) -> dict[str, Any]:
    """The override of a field further inside."""
    for step in reversed(path.split(".")):
        value = {step: value}
    return dict(value)
