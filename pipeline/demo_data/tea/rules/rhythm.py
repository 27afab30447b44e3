"""How often farmers pluck, and which points close when the bushes rest."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import Faults, rule
from demo_data.validation.violation import Fault

GROWING = (7, 14)
DORMANT = (10, 18)
"""Days between a farmer's deliveries; the second where a day of the gap, its ends included, is dormant."""

_AT = "ingestion.received_at"


@rule("delivery-rhythm", "documents", "regions")
def delivery_rhythm(data: Dataset) -> Faults:
    """A farmer's deliveries lie 7 to 14 days apart, 10 to 18 where the gap touches the region's dormant season."""
    visits = data.visits.select("row", "farmer", "day", "region").filter(pl.col("farmer").is_not_null())
    visits = visits.filter(~pl.col("farmer").cast(pl.String).is_in(data.unsure)) if data.unsure else visits
    visits = visits.join(_calendar(data), on=["region", "day"], how="left", maintain_order="left")
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
    yield Fault(
        "documents", _AT, wrong, "{gap} days after the delivery of {last_day} (dormant season touched: {touches})"
    )


@rule("seasonal-point", "documents", "collection_points", "regions")
def seasonal_point(data: Dataset) -> Faults:
    """A seasonal collection point is closed in its region's dormant season."""
    visits = data.visits.filter(pl.col("status") == "seasonal")
    asleep = _calendar(data).filter(pl.col("dormant") == 1)
    wrong = visits.join(asleep, on=["region", "day"], how="semi").sort("row")
    yield Fault("documents", _AT, wrong, "{point} is seasonal and closed on {day}, in the dormant season")


def _calendar(data: Dataset) -> pl.DataFrame:
    """Every region's days from the first to the last delivery: day, dormant (0 or 1), asleep (dormant days so far)."""
    first, last = data.deliveries.select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).row(0)
    if first is None:
        first = last = data.as_of
    names = {"flush_calendar.dormant.start": "start", "flush_calendar.dormant.end": "end"}
    regions = data.frame("regions", "region_id", *names).rename(names)
    days = pl.DataFrame({"day": pl.date_range(first - timedelta(days=1), last, eager=True)})
    today, start, end = pl.col("day").dt.strftime("%m-%d"), pl.col("start"), pl.col("end")
    over_new_year = (today >= start) | (today <= end)
    inside = pl.when(start <= end).then(today.is_between(start, end)).when(start > end).then(over_new_year)
    return (
        regions.join(days, how="cross", maintain_order="left_right")
        .select(region=pl.col("region_id").cast(pl.Categorical), day="day", dormant=inside.cast(pl.Int32))
        .with_columns(asleep=pl.col("dormant").cum_sum().over("region"))
    )
