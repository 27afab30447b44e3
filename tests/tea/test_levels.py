from __future__ import annotations

import pytest

from demo_data.recipes.recipe import Recipe
from demo_data.tea import DOMAIN
from demo_data.tea.weather.model import RegionalWeather


def test_levels() -> None:
    """Tables come in the contract's levels."""
    assert DOMAIN.levels == (
        ("grading_models", "source_configs", "regions"),
        ("factories", "weather_observations"),
        ("collection_points",),
        ("farmers",),
        ("documents",),
        ("farmer_performance",),
    )


def test_levels_are_topological() -> None:
    """A table lies exactly one level above the highest that it needs, and needs none of its own level."""
    depth = {table: number for number, level in enumerate(DOMAIN.levels) for table in level}

    assert set(DOMAIN.recipes) == set(depth)
    for table, recipe in DOMAIN.recipes.items():
        assert depth[table] == 1 + max((depth[source] for source in recipe.sources()), default=-1)


@pytest.mark.parametrize(
    ("table", "sources"),
    [
        ("regions", set()),
        ("grading_models", set()),
        ("factories", {"regions"}),
        ("collection_points", {"factories", "regions"}),
        ("farmers", {"regions", "collection_points"}),
        ("farmer_performance", {"farmers", "documents", "grading_models"}),
    ],
)
def test_sources(table: str, sources: set[str]) -> None:
    """A table needs its keys' targets and what it is derived from; deferred references do not count."""
    assert sources == DOMAIN.recipes[table].sources()


def test_a_column_is_stated_once() -> None:
    """A second function for a column is an error that names it."""
    recipe = Recipe(RegionalWeather)
    recipe.derive("source")(lambda rows: rows)

    with pytest.raises(ValueError, match=r"weather_observations\.source"):
        recipe.derive("source")(lambda rows: rows)
