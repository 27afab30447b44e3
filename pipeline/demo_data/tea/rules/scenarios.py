"""Who was told to do what, and does it: the scenarios of the recipe."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Skip
from demo_data.validation.rules import Faults, rule
from demo_data.validation.violation import Fault

TIERS = {"tier_1": (85.0, 100.0), "tier_2": (70.0, 84.9), "tier_3": (50.0, 69.9), "reject": (20.0, 49.9)}
"""Primary percentages of each tier's deliveries."""

PATTERNS = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1",) * 5,
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
}
INACTIVE = "inactive"
SPAN = 90
PARTS = 5
TRENDS = {"improving_trend": "improving", "declining_trend": "declining"}

STEADY_POINTS = 30.0
STEADY_SAMPLE = 5

_PRIMARY = "extracted_fields.bag_summary.primary_percentage"


@rule("scenario-names", "farmers")
def scenario_names(data: Dataset) -> Faults:
    """The recipe's scenarios are known ones, and those who have them are farmers, each with one scenario."""
    scenarios = data.scenarios
    unknown = scenarios.filter(~pl.col("scenario").is_in([*PATTERNS, INACTIVE])).unique("scenario")
    yield Fault("farmers", None, unknown, "recipe.json has the unknown scenario {scenario}")
    ids = data.frame("farmers", "id").select(farmer="id")
    yield Fault("farmers", "id", scenarios.join(ids, on="farmer", how="anti"), "{farmer} of {scenario} is no farmer")
    again = scenarios.filter(~pl.col("farmer").is_first_distinct())
    yield Fault("farmers", "id", again, "{farmer} has more than one scenario")


@rule("scenario-active", "farmers")
def scenario_active(data: Dataset) -> Faults:
    """Farmers with a scenario are active, those of the scenario `inactive` are not."""
    farmers = data.frame("farmers", "id", "is_active").rename({"id": "farmer"}).join(data.scenarios, on="farmer")
    wrong = farmers.filter(pl.col("is_active") == (pl.col("scenario") == INACTIVE)).sort("row")
    yield Fault("farmers", "is_active", wrong, "{farmer} has the scenario {scenario}, but is_active is {is_active}")


@rule("inactive-deliveries", "documents", "farmers")
def inactive_deliveries(data: Dataset) -> Faults:
    """A farmer who is not active has no documents."""
    inactive = data.frame("farmers", "id", "is_active").filter(~pl.col("is_active"))
    inactive = inactive.select(farmer=pl.col("id").cast(data.ids["farmer"], strict=False)).drop_nulls()
    found = data.deliveries.join(inactive, on="farmer", how="semi").sort("row")
    yield Fault("documents", "linkage_fields.farmer_id", found, "{farmer} is not active, but delivers on {day}")


@rule("scenario-tiers", "documents", "farmers")
def scenario_tiers(data: Dataset) -> Faults:
    """A farmer's deliveries show the tiers of the scenario: one in each fifth of the last 90 days, the first before."""
    begins = data.as_of - timedelta(days=SPAN - 1)
    part = ((pl.col("day") - pl.lit(begins)).dt.total_days() // (SPAN // PARTS)).clip(0, PARTS - 1).cast(pl.Int64)
    shown = _told(data).drop("row").join(data.deliveries, on="farmer").with_columns(part=part)
    shown = shown.join(_tiers(), on=["scenario", "part"])
    wrong = shown.filter(~pl.col("primary").is_between("low", "high")).sort("row")
    message = "{primary} % is not {tier}, which {scenario} shows on {day} ({farmer})"
    yield Fault("documents", _PRIMARY, wrong, message)


@rule("scenario-parts", "documents", "farmers")
def scenario_parts(data: Dataset) -> Faults:
    """A farmer with a scenario delivers in each fifth of the last 90 days that lies in the history."""
    whole = min(SPAN, data.days) // (SPAN // PARTS)
    begins = data.as_of - timedelta(days=SPAN - 1)
    shown = data.deliveries.filter(pl.col("day") >= begins).select(
        "farmer", part=((pl.col("day") - pl.lit(begins)).dt.total_days() // (SPAN // PARTS)).cast(pl.Int64)
    )
    due = _told(data).join(_tiers().filter(pl.col("part") >= PARTS - whole), on="scenario")
    idle = due.join(shown, on=["farmer", "part"], how="anti").sort("row", "part")
    yield Fault("farmers", "id", idle, "{farmer} has no delivery in part {part} (from 0) of {scenario}")


@rule("scenario-trend", "farmer_performance", "farmers")
def scenario_trend(data: Dataset) -> Faults:
    """Improving farmers improve and declining ones decline, where the history holds 90 days."""
    if data.days < SPAN:
        raise Skip(f"the history has {data.days} days, fewer than {SPAN}")
    path = "historical.improvement_trend"
    trends = data.frame("farmer_performance", "farmer_id", path).rename({"farmer_id": "farmer", path: "trend"})
    due = data.scenarios.with_columns(due=pl.col("scenario").replace_strict(TRENDS, default=None))
    wrong = trends.join(due, on="farmer").filter(pl.col("trend") != pl.col("due")).sort("row")
    yield Fault("farmer_performance", path, wrong, "{trend} is not {due}, which {scenario} asks for")


@rule("steady-farmers", "documents", "farmers")
def steady_farmers(data: Dataset) -> Faults:
    """A farmer without a scenario stays at about one tier: of the percentages, the middle half lies within 30 points.

    Farmers with fewer than 5 deliveries are left out.
    """
    told = data.scenarios.select(pl.col("farmer").cast(data.ids["farmer"], strict=False)).drop_nulls()
    free = data.deliveries.select("farmer", "primary").drop_nulls().join(told, on="farmer", how="anti")
    spread = free.group_by("farmer").agg(
        bags=pl.len(), low=pl.col("primary").quantile(0.25), high=pl.col("primary").quantile(0.75)
    )
    wide = spread.filter((pl.col("bags") >= STEADY_SAMPLE) & (pl.col("high") - pl.col("low") > STEADY_POINTS))
    rows = data.frame("farmers", "id").with_columns(farmer=pl.col("id").cast(data.ids["farmer"], strict=False))
    message = "the middle half of {bags} percentages runs from {low} to {high}"
    yield Fault("farmers", "id", rows.join(wide, on="farmer", maintain_order="left"), message)


def _told(data: Dataset) -> pl.DataFrame:
    """Farmers who show a scenario's tiers: row, farmer (enumeration), scenario."""
    farmers = data.frame("farmers", "id").rename({"id": "farmer"}).join(data.scenarios, on="farmer")
    farmers = farmers.filter(pl.col("scenario").is_in(list(PATTERNS)))
    return farmers.with_columns(pl.col("farmer").cast(data.ids["farmer"], strict=False))


def _tiers() -> pl.DataFrame:
    """What each scenario shows: scenario, part (0 to 4), tier, low, high."""
    rows = [(name, part, tier, *TIERS[tier]) for name, tiers in PATTERNS.items() for part, tier in enumerate(tiers)]
    return pl.DataFrame(rows, schema=["scenario", "part", "tier", "low", "high"], orient="row")
