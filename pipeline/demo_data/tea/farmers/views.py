"""Whose names farmers bear, and who has which scenario."""

from __future__ import annotations

from typing import Literal

import polars as pl

from demo_data.tea.kenya.people import communities, communities_of
from demo_data.validation import Dataset, columns, view

TIERS = {"tier_1": (85.0, 100.0), "tier_2": (70.0, 84.9), "tier_3": (50.0, 69.9), "reject": (20.0, 49.9)}
"""Primary percentages of each tier's deliveries."""

PATTERNS = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1",) * 5,
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
}
"""What the deliveries of each fifth of the last SPAN days show."""

INACTIVE = "inactive"
SPAN = 90
PARTS = 5


@view()
def scenarios(data: Dataset) -> pl.DataFrame:
    """Who has which scenario: farmer, scenario. Raises Skip without a recipe."""
    pairs = [(who, name) for name, farmers in data.known_recipe.stories.items() for who in farmers]
    return pl.DataFrame(pairs, schema={"farmer": pl.String, "scenario": pl.String}, orient="row")


@view(columns("farmers", farmer="id"), scenarios)
def actors(_: Dataset, farmers: pl.DataFrame, scenarios: pl.DataFrame) -> pl.DataFrame:
    """Farmers who show a scenario's tiers: row, farmer, scenario."""
    return farmers.join(scenarios, on="farmer").filter(pl.col("scenario").is_in(list(PATTERNS)))


def tiers() -> pl.DataFrame:
    """What each scenario shows: scenario, part (0 to 4), tier, low, high."""
    rows = [(name, part, tier, *TIERS[tier]) for name, tiers in PATTERNS.items() for part, tier in enumerate(tiers)]
    return pl.DataFrame(rows, schema=["scenario", "part", "tier", "low", "high"], orient="row")


@view(columns("farmers", "region_id", "first_name", "last_name", "pref_lang"))
def named(_: Dataset, farmers: pl.DataFrame) -> pl.DataFrame:
    """Farmers of the counties whose communities are known, with the county's slug."""
    farmers = farmers.drop_nulls(["first_name", "last_name"])
    farmers = farmers.with_columns(slug=pl.col("region_id").str.split("-").list.first())
    return farmers.filter(pl.col("slug").is_in(_dwellers(farmers)["slug"].unique().to_list()))


@view(named)
def fitting(_: Dataset, farmers: pl.DataFrame) -> pl.DataFrame:
    """Every community whose names a farmer bears: row, community."""
    return (
        farmers.select("row", "slug", "first_name", "last_name")
        .join(_dwellers(farmers), on="slug")
        .join(_names("given", "first_name"), on=["community", "first_name"])
        .join(_names("family", "last_name"), on=["community", "gender", "last_name"], how="semi")
        .select("row", "community")
    )


def _dwellers(farmers: pl.DataFrame) -> pl.DataFrame:
    """The communities of the farmers' counties: slug, community."""
    pairs = []
    for slug in farmers["slug"].drop_nulls().unique(maintain_order=True):
        try:
            pairs += [(slug, community.name) for community, _ in communities_of(slug)]
        except ValueError:
            continue
    return pl.DataFrame(pairs, schema={"slug": pl.String, "community": pl.String}, orient="row")


def _names(kind: Literal["given", "family"], column: str) -> pl.DataFrame:
    """Given or family names by community and gender."""
    rows = [
        (community.name, gender, name)
        for community in communities().values()
        for gender, names in getattr(community, kind).items()
        for name in names
    ]
    return pl.DataFrame(rows, schema=["community", "gender", column], orient="row")
