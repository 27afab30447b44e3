"""How often and how much farmers bring: after the dormant season, the crop of the month, and the rain."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.tea.documents.views import deliveries, unsure, visits
from demo_data.tea.kenya.places import county, crop_index
from demo_data.tea.views import last_day
from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Skip
from demo_data.validation.rules import Violations, columns, rule, view
from demo_data.validation.violation import Violation

GROWING = (7, 14)
DORMANT = (10, 18)
"""Days between a farmer's deliveries; the second where a day of the gap, its ends included, is dormant."""

SAMPLE = 2000
MONTHS = 12
VARIATION = 0.12
RAIN_DAYS = 14

_AT = "ingestion.received_at"
_WEIGHT = "extracted_fields.bag_summary.total_weight_kg"


@view(
    deliveries,
    columns("regions", region="region_id", start="flush_calendar.dormant.start", end="flush_calendar.dormant.end"),
    may_read=(last_day,),
)
def calendar(data: Dataset, deliveries: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Every region's days from the first to the last delivery: day, dormant (0 or 1), asleep (dormant days so far)."""
    first, last = deliveries.select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).row(0)
    if first is None:
        first = last = last_day(data)
    days = pl.DataFrame({"day": pl.date_range(first - timedelta(days=1), last, eager=True)})
    today, start, end = pl.col("day").dt.strftime("%m-%d"), pl.col("start"), pl.col("end")
    over_new_year = (today >= start) | (today <= end)
    inside = pl.when(start <= end).then(today.is_between(start, end)).when(start > end).then(over_new_year)
    return (
        regions.join(days, how="cross", maintain_order="left_right")
        .select(pl.col("region").cast(pl.Categorical), "day", dormant=inside.cast(pl.Int32))
        .with_columns(asleep=pl.col("dormant").cum_sum().over("region"))
    )


@rule("delivery-rhythm", visits, unsure, calendar)
def delivery_rhythm(_: Dataset, visits: pl.DataFrame, unsure: list[str], calendar: pl.DataFrame) -> Violations:
    """A farmer's deliveries lie 7 to 14 days apart, 10 to 18 where the gap touches the region's dormant season."""
    visits = visits.select("row", "farmer", "day", "region").filter(pl.col("farmer").is_not_null())
    visits = visits.filter(~pl.col("farmer").cast(pl.String).is_in(unsure)) if unsure else visits
    visits = visits.join(calendar, on=["region", "day"], how="left", maintain_order="left")
    before = pl.col("day", "asleep", "dormant").shift().over("farmer").name.prefix("last_")
    gaps = (
        visits.sort("farmer", "day")
        .with_columns(before)
        .with_columns(
            gap=(pl.col("day") - pl.col("last_day")).dt.total_days(),
            touches=pl.col("asleep") - pl.col("last_asleep") + pl.col("last_dormant") > 0,
        )
    )
    fits = pl.when("touches").then(pl.col("gap").is_between(*DORMANT)).otherwise(pl.col("gap").is_between(*GROWING))
    wrong = gaps.drop_nulls("touches").filter(~fits).sort("row")
    message = "{gap} days after the delivery of {last_day} (dormant season touched: {touches})"
    yield Violation(_AT, wrong, message)


@rule("seasonal-point", visits, calendar)
def seasonal_point(_: Dataset, visits: pl.DataFrame, calendar: pl.DataFrame) -> Violations:
    """A seasonal collection point is closed in its region's dormant season."""
    asleep = calendar.filter(pl.col("dormant") == 1)
    wrong = visits.filter(pl.col("status") == "seasonal").join(asleep, on=["region", "day"], how="semi").sort("row")
    yield Violation(_AT, wrong, "{point} is seasonal and closed on {day}, in the dormant season")


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
    found = bags.select(correlation=pl.corr("more", "crop")).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, found, "weights correlate by {correlation} with the crop index of the month")


@rule(
    "delivery-rain",
    visits,
    columns("weather_observations", region="region_id", day="date", rain="precipitation_mm"),
)
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
    found = bags.select(within).select(correlation=pl.corr("more", "rain")).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, found, "weights correlate by {correlation} with the rain of the last 14 days")


def _bags(visits: pl.DataFrame) -> pl.DataFrame:
    """Documents with their region, day, month, and how much more they hold than the farmer's mean (logarithms)."""
    bags = visits.select("farmer", "region", "day", "tenths").drop_nulls().filter(pl.col("tenths") > 0)
    if bags.height < SAMPLE:
        raise Skip(f"there are {bags.height} documents, fewer than {SAMPLE}")
    weight = pl.col("tenths").log()
    return bags.select("region", "day", month=pl.col("day").dt.month(), more=weight - weight.mean().over("farmer"))


def _crop(regions: pl.DataFrame) -> pl.DataFrame:
    """The crop index of every month in the regions whose county is known."""
    found = []
    for region in regions["region_id"].drop_nulls():
        try:
            flush = county(region.split("-")[0]).flush
        except ValueError:
            continue
        found += [(region, month, index) for month, index in enumerate(crop_index(flush), start=1)]
    crop = pl.DataFrame(found, schema={"region": pl.String, "month": pl.Int8, "crop": pl.Float64}, orient="row")
    return crop.with_columns(pl.col("region").cast(pl.Categorical))
