"""Whose names farmers bear, and who has which scenario."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import polars as pl

from demo_data.dataset.recipe_file import Season
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
"""What the deliveries of each fifth of a season show."""

INACTIVE = "inactive"
SPAN = 90
"""Days of a season. One ends on the day that the world is born on, and one follows the other."""

PARTS = 5

MEMBERS = columns("farmers", "registration_date", "is_active", "updated_at", farmer="id")
"""Who is a farmer from when on, and till when: who has left never changes again, so `updated_at` is that moment."""


@view()
def seasons(data: Dataset) -> list[Season]:
    """The farmers' seasons in the recipe, oldest first; none where nobody has a story. Raises Skip without a recipe."""
    known = data.known_recipe.seasons
    return known.get("farmers") or known.get("", [])


@view(seasons)
def scenarios(_: Dataset, seasons: list[Season]) -> pl.DataFrame:
    """Who has which scenario in which season: season (0 for the oldest), farmer, scenario."""
    told = [
        (number, who, name)
        for number, season in enumerate(seasons)
        for name, farmers in season.stories.items()
        for who in farmers
    ]
    return pl.DataFrame(told, schema={"season": pl.Int64, "farmer": pl.String, "scenario": pl.String}, orient="row")


@view(columns("farmers", farmer="id"), scenarios)
def actors(_: Dataset, farmers: pl.DataFrame, scenarios: pl.DataFrame) -> pl.DataFrame:
    """Farmers who show a scenario's tiers in a season: row, farmer, season, scenario."""
    return farmers.join(scenarios, on="farmer").filter(pl.col("scenario").is_in(list(PATTERNS)))


def season_begins(born: date, season: int) -> date:
    """The first day of a season."""
    return born + timedelta(days=1 + (season - 1) * SPAN)


def season_of(day: pl.Expr, born: date) -> pl.Expr:
    """The number of a day's season. The oldest one shows in the days before it, too."""
    since = (day - pl.lit(season_begins(born, 0))).dt.total_days()
    return since.floordiv(SPAN).clip(0).cast(pl.Int64)


def part_of(day: pl.Expr, born: date) -> pl.Expr:
    """The part of its season, from 0, that a day lies in; those before all seasons are of the first."""
    since = (day - pl.lit(season_begins(born, 0))).dt.total_days()
    return pl.when(since < 0).then(0).otherwise(since % SPAN // (SPAN // PARTS)).cast(pl.Int64)


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
    """Every community and gender that bear a farmer's names: row, community, gender."""
    return (
        farmers.select("row", "slug", "first_name", "last_name")
        .join(_dwellers(farmers), on="slug")
        .join(_names("given", "first_name"), on=["community", "first_name"])
        .join(_names("family", "last_name"), on=["community", "gender", "last_name"], how="semi")
        .select("row", "community", "gender")
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
