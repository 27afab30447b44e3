"""When a farmer brings what to which place: on an open day, and as often as the bushes give."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries, unsure, visits
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import last_day
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule, view

GROWING = (7, 14)
DORMANT = (10, 18)
"""Days between a farmer's deliveries; the second where a day of the gap, its ends included, is dormant."""

MAIN_SAMPLE = 500

_AT = "ingestion.received_at"


@rule("delivery-history", deliveries, last_day)
def delivery_history(data: Dataset, deliveries: pl.DataFrame, last_day: date) -> Violations:
    """Deliveries lie in the history: the recipe's number of days up to the last day, this one included."""
    first = last_day - timedelta(days=data.days - 1)
    early = deliveries.filter(pl.col("day") < first)
    yield Violation(_AT, early, f"{{at}} is before the history, which begins on {first}")


@rule("inactive-deliveries", deliveries, columns("farmers", "is_active", farmer="id"))
def inactive_deliveries(_: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A farmer who is not active has no documents."""
    inactive = farmers.filter(~pl.col("is_active"))
    inactive = inactive.select(as_in(deliveries, "farmer")).drop_nulls()
    wrong = deliveries.join(inactive, on="farmer", how="semi").sort("row")
    yield Violation("linkage_fields.farmer_id", wrong, "{farmer} is not active, but delivers on {day}")


@rule("delivery-day", visits)
def delivery_day(_: Dataset, visits: pl.DataFrame) -> Violations:
    """Deliveries are made on the collection point's collection days (Kenya's calendar)."""
    open_today = (pl.col("open_days") & (pl.lit(1, pl.UInt8) * 2 ** (pl.col("weekday") - 1)).cast(pl.UInt8)) != 0
    closed = visits.filter(~open_today).with_columns(name=pl.col("at").dt.strftime("%A"))
    yield Violation(_AT, closed, "{at} in Kenya is a {name}, when {point} is closed")


@rule("delivery-hours", visits)
def delivery_hours(_: Dataset, visits: pl.DataFrame) -> Violations:
    """Deliveries are made within the point's operating hours, Kenya's time; Saturday and Sunday are weekend."""
    second = (pl.col("at") - pl.col("at").dt.truncate("1d")).dt.total_seconds()
    weekend = pl.col("weekday") >= 6
    opens = pl.when(weekend).then("weekend_opens").otherwise("weekday_opens")
    closes = pl.when(weekend).then("weekend_closes").otherwise("weekday_closes")
    outside = visits.filter((second < opens) | (second > closes))
    yield Violation(_AT, outside, "{at} in Kenya is outside the operating hours of {point}")


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


@rule("main-point-share", deliveries, enrolments)
def main_point_share(_: Dataset, deliveries: pl.DataFrame, enrolments: pl.DataFrame) -> Violations:
    """Farmers on two points bring about 4 in 5 of their bags to the one they use most: 70 to 92 %.

    Skipped below 500 documents of such farmers.
    """
    two = enrolments.group_by("farmer").agg(points=pl.len()).filter(pl.col("points") == 2)
    two = two.select(as_in(deliveries, "farmer"))
    counts = deliveries.join(two, on="farmer", how="semi").group_by("farmer", "point").agg(bags=pl.len())
    total = int(counts["bags"].sum())
    if total < MAIN_SAMPLE:
        raise Skip(f"there are {total} documents of farmers on two points, fewer than {MAIN_SAMPLE}")
    most = int(counts.group_by("farmer").agg(pl.col("bags").max())["bags"].sum())
    if not 0.70 <= most / total <= 0.92:
        row = pl.DataFrame({"percent": [100 * most / total]})
        message = "{percent} % of the bags go to the point used most, not about 80 %"
        yield Violation("linkage_fields.collection_point_id", row, message)
