"""The list of tables. Adding one means: a file in this package, and a line here."""

from __future__ import annotations

from functools import cache

from pipeline.entities import (
    collection_point,
    document,
    factory,
    farmer,
    farmer_performance,
    grading_model,
    region,
    source_config,
    weather,
)
from pipeline.spec.recipe import Recipe
from pipeline.spec.record import Entity

RECIPES: dict[str, Recipe] = {
    module.recipe.table: module.recipe
    for module in (
        grading_model,
        source_config,
        region,
        factory,
        weather,
        collection_point,
        farmer,
        document,
        farmer_performance,
    )
}

SCHEMA_VERSION = "1.0"
"""Raised with any table's columns, types or nullability: the first number where readers may break, else the second."""

MODELS: dict[str, type[Entity]] = {table: recipe.model for table, recipe in RECIPES.items()}


@cache
def levels() -> tuple[tuple[str, ...], ...]:
    """Tables by level: each is one level above the highest table that it needs."""
    depth: dict[str, int] = {}

    def of(table: str, above: tuple[str, ...] = ()) -> int:
        if table in above:
            raise ValueError(f"tables need each other: {' -> '.join((*above, table))}")
        if table not in depth:
            sources = RECIPES[table].sources()
            depth[table] = 1 + max((of(source, (*above, table)) for source in sources), default=-1)
        return depth[table]

    for table in RECIPES:
        of(table)
    return tuple(tuple(t for t in RECIPES if depth[t] == level) for level in range(max(depth.values()) + 1))
