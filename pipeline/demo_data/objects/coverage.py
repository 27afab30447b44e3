"""Which values fields can choose from: what Polyfactory's `coverage` has to show."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin

from demo_data.recipes.distributions import Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.schema.tree import Node, tree

ANY = object()
"""Whatever the recipe makes."""


@cache
def choices(recipe: Recipe) -> dict[str, list[Any]]:
    """What each field with a choice can be, by its dotted path; null is one of the values of an optional field."""
    return {node.path: found for node in _leaves(tree(recipe.model)) if (found := _options(recipe, node))}


def _leaves(node: Node) -> list[Node]:
    """The scalars of nested records; not of open dicts, nor of records that may be missing."""
    if node.kind == "scalar":
        return [node]
    if node.kind != "record" or node.optional:
        return []
    return [leaf for child in node.children for leaf in _leaves(child)]


def _options(recipe: Recipe, node: Node) -> list[Any]:
    distribution = recipe.drawn.get(node.path)
    found: list[Any] = []
    if isinstance(node.type, type) and issubclass(node.type, Enum):
        found = list(node.type)
    elif node.type is bool:
        found = [True, False]
    elif isinstance(distribution, Weighted):
        found = list(distribution.weights)
    elif get_origin(node.type) is Literal:
        found = list(get_args(node.type))
    return [*(found or [ANY]), None] if node.optional else found


def lay(fields: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at its place among nested fields."""
    for step in path[:-1]:
        fields = fields.setdefault(step, {})
    fields[path[-1]] = value
