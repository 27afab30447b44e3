"""Which values a field can choose from: what Polyfactory's `coverage` has to show."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any, get_args

from pipeline.spec.distributions import Weighted
from pipeline.spec.recipe import Recipe
from pipeline.spec.tree import Node, tree

ANY = object()


@cache
def choices(recipe: Recipe) -> dict[str, list[Any]]:
    """What each top-level field with a choice can be; `ANY` stands for whatever the recipe makes."""
    return {node.name: found for node in tree(recipe.model).children if (found := _options(recipe, node))}


def _options(recipe: Recipe, node: Node) -> list[Any]:
    distribution = recipe.drawn.get(node.path)
    if isinstance(node.type, type) and issubclass(node.type, Enum):
        found: list[Any] = list(node.type)
    elif node.type is bool:
        found = [True, False]
    elif isinstance(distribution, Weighted):
        found = list(distribution.weights)
    else:
        found = list(get_args(node.type)) if node.kind == "scalar" else []
    return [*(found or [ANY]), None] if node.optional else found
