"""How much farmers bring: after the crop of the month, and the rain."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import visits
from demo_data.tea.kenya.places import county, crop_index
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

SAMPLE = 2000
MONTHS = 12
VARIATION = 0.12
RAIN_DAYS = 14

_WEIGHT = "extracted_fields.bag_summary.total_weight_kg"


@rule("delivery-season", visits, columns("regions", "region_id"))
def delivery_season(_: Dataset, visits: pl.DataFrame, regions: pl.DataFrame) -> Violations:
    """Weights follow the season: a bag against its farmer's mean correlates positively with the month's crop index.

    Skipped below 2,000 documents, 12 months (all regions together) or where the index varies by less than 0.12; the
    correlation is near 0.7 and its standard error there below 0.1.
    """
    bags = _bags(visits).join(_crop(regions), on=["region", "month"])
    months = bags.select("region", pl.col("day").dt.truncate("1mo")).unique().height
    variation = bags["crop"].std()
    if months < MONTHS or not isinstance(variation, float) or variation < VARIATION:
        raise Skip(f"the history of {months} months (all regions together) has too little season")
    unlike = bags.select(correlation=pl.corr("more", "crop")).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, unlike, "weights correlate by {correlation} with the crop index of the month")


@rule("delivery-rain", visits, columns("weather_observations", region="region_id", day="date", rain="precipitation_mm"))
def delivery_rain(_: Dataset, visits: pl.DataFrame, weather: pl.DataFrame) -> Violations:
    """Weights follow rain: a bag against its farmer's mean, within a region and month, correlates positively with the
    rain of the last 14 days.

    Skipped below 2,000 documents or 12 months (all regions together); the correlation is near 0.4 and its standard
    error there below 0.07.
    """
    rain = weather.sort("region", "day").select(
        pl.col("region").cast(pl.Categorical),
        "day",
        pl.col("rain").rolling_sum(RAIN_DAYS, min_samples=1).over("region"),
    )
    month = ("region", pl.col("day").dt.truncate("1mo"))
    bags = _bags(visits).join(rain, on=["region", "day"])
    months = bags.select(month).unique().height
    if months < MONTHS:
        raise Skip(f"the history has {months} months (all regions together), fewer than {MONTHS}")
    within = (pl.col(name) - pl.col(name).mean().over(month) for name in ("more", "rain"))
    unlike = bags.select(within).select(correlation=pl.corr("more", "rain")).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, unlike, "weights correlate by {correlation} with the rain of the last 14 days")


def _bags(visits: pl.DataFrame) -> pl.DataFrame:
    """Documents with their region, day, month, and how much more they hold than the farmer's mean (logarithms)."""
    bags = visits.select("farmer", "region", "day", "tenths").drop_nulls().filter(pl.col("tenths") > 0)
    if bags.height < SAMPLE:
        raise Skip(f"there are {bags.height} documents, fewer than {SAMPLE}")
    weight = pl.col("tenths").log()
    return bags.select("region", "day", month=pl.col("day").dt.month(), more=weight - weight.mean().over("farmer"))


def _crop(regions: pl.DataFrame) -> pl.DataFrame:
    """The crop index of every month in the regions whose county is known."""
    known: list[tuple[str, int, float]] = []
    for region in regions["region_id"].drop_nulls():
        try:
            flush = county(region.split("-")[0]).flush
        except ValueError:
            continue
        known += [(region, month, index) for month, index in enumerate(crop_index(flush), start=1)]
    crop = pl.DataFrame(known, schema={"region": pl.String, "month": pl.Int8, "crop": pl.Float64}, orient="row")
    return crop.with_columns(pl.col("region").cast(pl.Categorical))
