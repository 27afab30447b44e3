"""What lowers the quality of a farmer's leaf from one bag to the next: old leaf, and wet weeks."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.free import free
from demo_data.tea.documents.rounds import off_usual, single
from demo_data.tea.weather.views import WET_MM
from demo_data.validation import Dataset, Frames, Skip, Violation, Violations, columns, gathered, rule

GAP_SAMPLE = 400
GAPS = (7, 14)

WET_SAMPLE, WET_MONTHS = 2000, 24

_PRIMARY = "extracted_fields.bag_summary.primary_percentage"


@gathered("farmers", free, single)
def aged(_: Dataset, free: pl.DataFrame, single: pl.DataFrame) -> pl.DataFrame:
    """Bags of farms of one block, 7 to 14 days after the last, without a scenario: primary and gap, and whose."""
    bags = free.join(single.select("row", "gap"), on="row").filter(pl.col("gap").is_between(*GAPS))
    return _by_month(bags, "gap")


def _by_month(bags: pl.DataFrame, cause: str) -> pl.DataFrame:
    month = pl.col("day").dt.truncate("1mo")
    return bags.select(pl.col("farmer").to_physical(), "region", "primary", cause, month=month)


@rule("quality-gap", aged)
def quality_gap(_: Dataset, bags: Frames) -> Violations:
    """Old leaf is poorer: percentages of farms of one block fall with the days since the last round, against the mean
    of the region's month and then of the farmer. Bags of farmers with a scenario do not count.

    Skipped below 400 bags that come 7 to 14 days after the last one; the correlation is near -0.3 and its standard
    error there 0.05.
    """
    if bags.height < GAP_SAMPLE:
        raise Skip(f"there are {bags.height} bags of farms of one block without a scenario, fewer than {GAP_SAMPLE}")
    found = off_usual(bags, "primary", "gap")
    message = "percentages of {bags} bags correlate by {correlation} with the days since the last round"
    yield Violation(_PRIMARY, found.filter(pl.col("correlation") >= 0), message)


@gathered(
    "farmers",
    free,
    columns("weather_observations", region="region_id", day="date", rain="precipitation_mm"),
)
def rained(_: Dataset, free: pl.DataFrame, weather: pl.DataFrame) -> pl.DataFrame:
    """Bags without a scenario: farmer, region, month, primary, wet (days of the last seven)."""
    wet = weather.sort("region", "day").select(
        pl.col("region").cast(pl.Categorical),
        "day",
        wet=(pl.col("rain") >= WET_MM).cast(pl.Float64).rolling_sum(7, min_samples=7).over("region"),
    )
    return _by_month(free.join(wet.drop_nulls(), on=["region", "day"]), "wet")


@rule("quality-wet-weeks", rained)
def quality_wet_weeks(_: Dataset, bags: Frames) -> Violations:
    """Wet weeks cost quality: percentages fall with the wet days (1 mm or more) among the last seven, against the mean
    of the region's month and then of the farmer. Bags of farmers with a scenario do not count.

    Skipped below 2,000 bags or 24 months (all regions together); the correlation is near -0.25 and its standard error
    there below 0.04, as weeks are few.
    """
    months = pl.concat(each.select("region", "month").unique() for each in bags).unique().height
    if bags.height < WET_SAMPLE or months < WET_MONTHS:
        raise Skip(
            f"there are {bags.height} bags without a scenario in {months} months (all regions together), fewer than "
            f"{WET_SAMPLE} or {WET_MONTHS}"
        )
    found = off_usual(bags, "primary", "wet")
    message = "percentages of {bags} bags correlate by {correlation} with the wet days of the last week"
    yield Violation(_PRIMARY, found.filter(pl.col("correlation") >= 0), message)
