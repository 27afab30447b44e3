"""Who farmers are: their farms, names and numbers."""

from __future__ import annotations

import polars as pl

from demo_data.tea.farmers.views import fitting, named
from demo_data.tea.kenya.people import communities
from demo_data.tea.regions.views import LIMITS, outside, places
from demo_data.validation import Dataset, RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule


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
    """A national ID is eight digits, or the seven of old people; the first is not 0."""
    bad = ~pl.col("national_id").str.contains(r"^[1-9][0-9]{6,7}$")
    yield RowViolation("national_id", bad, "{national_id} is not eight digits, nor seven")


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
