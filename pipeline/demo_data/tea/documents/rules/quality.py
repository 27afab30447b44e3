"""What lowers the quality of a farmer's leaf from one bag to the next: old leaf, and wet weeks."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.free import free, off_usual
from demo_data.tea.documents.rounds import single
from demo_data.tea.weather.views import WET_MM
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

GAP_SAMPLE = 400
GAPS = (7, 14)

WET_SAMPLE, WET_MONTHS = 2000, 24

_PRIMARY = "extracted_fields.bag_summary.primary_percentage"


@rule("quality-gap", free, single)
def quality_gap(_: Dataset, free: pl.DataFrame, single: pl.DataFrame) -> Violations:
    """Old leaf is poorer: percentages of farms of one block fall with the days since the last round, against the mean
    of the region's month and then of the farmer. Bags of farmers with a scenario do not count.

    Skipped below 400 bags that come 7 to 14 days after the last one; the correlation is near -0.3 and its standard
    error there 0.05.
    """
    bags = free.join(single.select("row", "gap"), on="row").filter(pl.col("gap").is_between(*GAPS))
    if bags.height < GAP_SAMPLE:
        raise Skip(f"there are {bags.height} bags of farms of one block without a scenario, fewer than {GAP_SAMPLE}")
    found = off_usual(bags, "gap").select(bags=pl.len(), correlation=pl.corr("primary", "gap"))
    message = "percentages of {bags} bags correlate by {correlation} with the days since the last round"
    yield Violation(_PRIMARY, found.filter(pl.col("correlation") >= 0), message)


@rule(
    "quality-wet-weeks",
    free,
    columns("weather_observations", region="region_id", day="date", rain="precipitation_mm"),
)
def quality_wet_weeks(_: Dataset, free: pl.DataFrame, weather: pl.DataFrame) -> Violations:
    """Wet weeks cost quality: percentages fall with the wet days (1 mm or more) among the last seven, against the mean
    of the region's month and then of the farmer. Bags of farmers with a scenario do not count.

    Skipped below 2,000 bags or 24 months (all regions together); the correlation is near -0.25 and its standard error
    there below 0.04, as weeks are few.
    """
    wet = weather.sort("region", "day").select(
        pl.col("region").cast(pl.Categorical),
        "day",
        wet=(pl.col("rain") >= WET_MM).cast(pl.Float64).rolling_sum(7, min_samples=7).over("region"),
    )
    bags = off_usual(free.join(wet.drop_nulls(), on=["region", "day"]), "wet")
    months = bags.select("region", "month").unique().height
    if bags.height < WET_SAMPLE or months < WET_MONTHS:
        raise Skip(
            f"there are {bags.height} bags without a scenario in {months} months (all regions together), fewer than "
            f"{WET_SAMPLE} or {WET_MONTHS}"
        )
    found = bags.select(bags=pl.len(), correlation=pl.corr("primary", "wet"))
    message = "percentages of {bags} bags correlate by {correlation} with the wet days of the last week"
    yield Violation(_PRIMARY, found.filter(pl.col("correlation") >= 0), message)
