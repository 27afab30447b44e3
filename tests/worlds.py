"""Small worlds from plain settings, and their tables as records."""

from __future__ import annotations

import datetime
import math
from functools import cache
from typing import Any

import pyarrow as pa

from demo_data.domain import Domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.recipes.distributions import Chance, Weighted
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.tree import Node, tree
from demo_data.tea import DOMAIN

AS_OF = datetime.date(2026, 1, 31)
RECIPES = DOMAIN.recipes
TABLES = tuple(RECIPES)


def settings(**changes: Any) -> dict[str, Any]:
    """A profile by dotted path: what the entities' own distributions say, but for `changes` (`__` is the dot)."""
    found: dict[str, Any] = {
        "seed": 1,
        "as_of": AS_OF,
        "born": changes.get("as_of", AS_OF),
        "days": 90,
        "regions.count": 2,
        "factories.count": 3,
        "factories.id_prefix": "KEN-FAC-",
        "collection_points.count": 10,
        "farmers.count": 50,
        "farmers.id_prefix": "WM-",
        "farmers.joining": 3.0,
        "farmers.scenarios": {
            "consistently_poor": 3,
            "improving_trend": 5,
            "top_performer": 5,
            "declining_trend": 3,
            "inactive": 2,
        },
    }
    for name, recipe in RECIPES.items():
        found |= {f"{name}.{option}": words[0] for option, words in recipe.options.items()}
        for column, distribution in recipe.drawn.items():
            if isinstance(distribution, Weighted):
                found[f"{name}.{column}"] = dict(distribution.weights)
            elif isinstance(distribution, Chance):
                found[f"{name}.{column}"] = distribution.percent
    for path, value in changes.items():
        key = path.replace("__", ".")
        if key not in found:
            raise KeyError(key)
        own = found[key]
        weights = isinstance(value, dict) and key != "farmers.scenarios"
        found[key] = dict.fromkeys(own, 0) | value if weights else value
    return found


def changed(path: str, value: Any) -> dict[str, Any]:
    """A change of one setting, by its dotted path, for `make`."""
    return {path.replace(".", "__"): value}


def make(domain: Domain = DOMAIN, **changes: Any) -> World:
    """A world of 50 farmers, but for `changes`."""
    return World(domain, settings(**changes))


def published(world: World, name: str, start: int = 0, stop: int | None = None) -> pa.Table:
    """Rows of a table as they are stored; of a table that fans out, those of the parent's rows."""
    rows = world.rows(name, start, world.count(name) if stop is None else stop)
    return assemble(rows).cast(arrow_schema(world.domain.recipes[name].model))


def records(table: pa.Table, name: str) -> list[dict[str, Any]]:
    """The table's rows without the null keys of open dicts, as in their JSON form."""
    return [_pruned(row, tree(RECIPES[name].model)) for row in table.to_pylist()]


def _pruned(value: Any, node: Node) -> Any:
    if value is None or node.kind == "scalar":
        return value
    if node.kind == "list":
        return [_pruned(item, node.children[0]) for item in value]
    found = {child.name: _pruned(value[child.name], child) for child in node.children}
    if node.kind == "dict":
        return {key: below for key, below in found.items() if below is not None and below != {}}
    return found


SCENARIO_SHARES = {
    "consistently_poor": 1200,
    "improving_trend": 2000,
    "top_performer": 2000,
    "declining_trend": 1200,
    "inactive": 800,
}


@cache
def crowd() -> World:
    """20,000 farmers around 400 points over 90 days: enough to see shares in."""
    return make(
        regions__count=5,
        factories__count=20,
        collection_points__count=400,
        farmers__count=20_000,
        farmers__scenarios=SCENARIO_SHARES,
    )


@cache
def village() -> World:
    """300 farmers over 400 days, which hold a whole year and every scenario."""
    scenarios = dict.fromkeys(SCENARIO_SHARES, 20)
    return make(seed=5, collection_points__count=12, farmers__count=300, days=400, farmers__scenarios=scenarios)


@cache
def rows_of(world: World, name: str) -> list[dict[str, Any]]:
    """All published records of a table; kept, so leave them as they are."""
    return records(published(world, name), name)


def near(count: int, of: int, percent: float) -> bool:
    """Whether `count` of `of` draws is within six deviations of `percent`."""
    share = percent / 100
    return abs(count - of * share) <= 6 * math.sqrt(of * share * (1 - share))
