"""Farmers: their farms, names and numbers, where they are enrolled, and how steadily they deliver."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries
from demo_data.tea.farmers.views import INACTIVE, PARTS, PATTERNS, SPAN, actors, fitting, named, scenarios, tiers
from demo_data.tea.kenya.people import communities
from demo_data.tea.points.views import enrolments, unlisted
from demo_data.tea.regions.views import LIMITS, outside, places
from demo_data.tea.views import beyond_faulty, last_day, local
from demo_data.validation import Dataset, RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule

STEADY_POINTS = 30.0
STEADY_SAMPLE = 5


@row_rule("farm-scale", "farm_scale", "farm_size_hectares")
def farm_scale(_: Dataset) -> RowViolations:
    """Farm scale follows from hectares: smallholder below 1, medium 1 to 5 (both included), estate above."""
    size = pl.col("farm_size_hectares")
    small, medium, large = pl.lit("smallholder"), pl.lit("medium"), pl.lit("estate")
    bad = pl.col("farm_scale") != pl.when(size < 1).then(small).when(size <= 5).then(medium).otherwise(large)
    yield RowViolation("farm_scale", bad, "{farm_scale} is not the scale of {farm_size_hectares} ha")


@rule("farm-in-region", places("farmers", "farm_location"), LIMITS)
def farm_in_region(_: Dataset, farmers: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A farm lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from outside(farmers, limits, "farm_location")


@row_rule("national-id", "national_id")
def national_id(_: Dataset) -> RowViolations:
    """A national ID is eight digits."""
    bad = ~pl.col("national_id").str.contains(r"^[0-9]{8}$")
    yield RowViolation("national_id", bad, "{national_id} is not eight digits")


@rule("national-id-unique", columns("farmers", "national_id"))
def national_id_unique(_: Dataset, farmers: pl.DataFrame) -> Violations:
    """No two farmers share a national ID."""
    yield _again(farmers, "national_id")


@row_rule("grower-number", "grower_number")
def grower_number(_: Dataset) -> RowViolations:
    """A grower number, where given, is GN- and at least five digits."""
    bad = ~pl.col("grower_number").str.contains(r"^GN-[0-9]{5,}$")
    yield RowViolation("grower_number", bad, "{grower_number} is not GN- and at least five digits")


@rule("grower-number-unique", columns("farmers", "grower_number"))
def grower_number_unique(_: Dataset, farmers: pl.DataFrame) -> Violations:
    """No two farmers share a grower number."""
    yield _again(farmers, "grower_number")


def _again(farmers: pl.DataFrame, path: str) -> Violation:
    given = farmers.filter(pl.col(path).is_not_null())
    return Violation(path, given.filter(~pl.col(path).is_first_distinct()), f"{{{path}}} is another farmer's already")


@rule("names", named, fitting)
def names(_: Dataset, farmers: pl.DataFrame, fitting: pl.DataFrame) -> Violations:
    """One community of the farmer's county has one gender that bears both the given and the family name."""
    strangers = farmers.join(fitting, on="row", how="anti").sort("row")
    yield Violation("first_name", strangers, "no community of {slug} has both names: {first_name} {last_name}")


@rule("language", named, fitting)
def language(_: Dataset, farmers: pl.DataFrame, fitting: pl.DataFrame) -> Violations:
    """A community's own language (Kikuyu, Luo) is preferred only where the names fit that community."""
    own = {people.name: people.language for people in communities().values() if people.language}
    speakers = fitting.with_columns(pref_lang=pl.col("community").replace_strict(own, default=None))
    asked = farmers.filter(pl.col("pref_lang").is_in(list(own.values())))
    strangers = asked.join(speakers, on=["row", "pref_lang"], how="anti").sort("row")
    yield Violation("pref_lang", strangers, "{pref_lang} is not the language of people named {first_name} {last_name}")


@rule("farmer-enrolled", columns("farmers", "is_active", "region_id", farmer="id"), enrolments, unlisted)
def farmer_enrolled(_: Dataset, farmers: pl.DataFrame, enrolments: pl.DataFrame, unlisted: list[str]) -> Violations:
    """Every active farmer is on at least one collection point."""
    active = farmers.filter("is_active")
    active = active.filter(pl.col("farmer").is_not_null() & ~pl.col("region_id").is_in(unlisted))
    lost = active.join(enrolments, on="farmer", how="anti").sort("row")
    yield Violation("id", lost, "{farmer} is active but on no collection point")


@rule("registered-first", deliveries, columns("farmers", "id", "registration_date"))
def registered_first(_: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A farmer is registered before the first delivery."""
    firsts = deliveries.group_by("farmer").agg(first=pl.col("at").min())
    farmers = farmers.with_columns(
        farmer=pl.col("id").cast(deliveries.schema["farmer"], strict=False), local=local("registration_date")
    )
    late = farmers.join(firsts, on="farmer", maintain_order="left").filter(pl.col("local") > pl.col("first"))
    message = "{registration_date} is after the first delivery, {first} in Kenya"
    yield Violation("registration_date", late, message)


@rule("performance-rows", columns("farmer_performance", id="farmer_id"), columns("farmers", "id"))
def performance_rows(data: Dataset, rows: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """Every farmer has a row of performance."""
    without = farmers.drop_nulls().join(rows, on="id", how="anti").sort("row")
    without = beyond_faulty(data, without, "farmer_performance", "farmer_id")
    yield Violation("id", without, "{id} has no row in farmer_performance")


@rule("scenario-names", scenarios, columns("farmers", farmer="id"))
def scenario_names(_: Dataset, scenarios: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """The recipe's scenarios are known ones, and those who have them are farmers, each with one scenario."""
    unknown = scenarios.filter(~pl.col("scenario").is_in([*PATTERNS, INACTIVE])).unique("scenario")
    yield Violation(None, unknown, "recipe.json has the unknown scenario {scenario}")
    strangers = scenarios.join(farmers, on="farmer", how="anti")
    yield Violation("id", strangers, "{farmer} of {scenario} is no farmer")
    again = scenarios.filter(~pl.col("farmer").is_first_distinct())
    yield Violation("id", again, "{farmer} has more than one scenario")


@rule("scenario-active", columns("farmers", "is_active", farmer="id"), scenarios)
def scenario_active(_: Dataset, farmers: pl.DataFrame, scenarios: pl.DataFrame) -> Violations:
    """Farmers with a scenario are active, those of the scenario `inactive` are not."""
    actors = farmers.join(scenarios, on="farmer")
    wrong = actors.filter(pl.col("is_active") == (pl.col("scenario") == INACTIVE)).sort("row")
    yield Violation("is_active", wrong, "{farmer} has the scenario {scenario}, but is_active is {is_active}")


@rule("scenario-parts", deliveries, actors, last_day)
def scenario_parts(data: Dataset, deliveries: pl.DataFrame, actors: pl.DataFrame, last_day: date) -> Violations:
    """A farmer with a scenario delivers in each fifth of the last 90 days that lies in the history."""
    whole = min(SPAN, data.days) // (SPAN // PARTS)
    begins = last_day - timedelta(days=SPAN - 1)
    part = ((pl.col("day") - pl.lit(begins)).dt.total_days() // (SPAN // PARTS)).cast(pl.Int64)
    busy = deliveries.filter(pl.col("day") >= begins).select("farmer", part=part)
    expected = tiers().filter(pl.col("part") >= PARTS - whole)
    due = actors.with_columns(as_in(deliveries, "farmer")).join(expected, on="scenario")
    idle = due.join(busy, on=["farmer", "part"], how="anti").sort("row", "part")
    yield Violation("id", idle, "{farmer} has no delivery in part {part} (from 0) of {scenario}")


@rule("steady-farmers", deliveries, scenarios, columns("farmers", "id"))
def steady_farmers(_: Dataset, deliveries: pl.DataFrame, scenarios: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A farmer without a scenario stays at about one tier: of the percentages, the middle half lies within 30 points.

    Farmers with fewer than 5 deliveries are left out.
    """
    actors = scenarios.select(as_in(deliveries, "farmer")).drop_nulls()
    free = deliveries.select("farmer", "primary").drop_nulls().join(actors, on="farmer", how="anti")
    spread = free.group_by("farmer").agg(
        bags=pl.len(), low=pl.col("primary").quantile(0.25), high=pl.col("primary").quantile(0.75)
    )
    wide = spread.filter((pl.col("bags") >= STEADY_SAMPLE) & (pl.col("high") - pl.col("low") > STEADY_POINTS))
    rows = farmers.with_columns(farmer=pl.col("id").cast(deliveries.schema["farmer"], strict=False))
    message = "the middle half of {bags} percentages runs from {low} to {high}"
    yield Violation("id", rows.join(wide, on="farmer", maintain_order="left"), message)
