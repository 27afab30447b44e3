"""When a farmer brings what to which place: on an open day, in opening hours, in season, while a member."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.rules.rhythm import calendar
from demo_data.tea.documents.views import as_in, deliveries, visits
from demo_data.tea.farmers.views import MEMBERS
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import local
from demo_data.validation import Dataset, Frames, Skip, Violation, Violations, columns, gathered, rule

MORNING = (6 * 3600, 11 * 3600)
"""Points are open in the morning, on weekdays between these seconds of the day, whatever their hours were."""

MAIN_SAMPLE = 500
SATURDAY = 6

_AT = "ingestion.received_at"
MADE = (_AT, "linkage_fields.collection_point_id")
"""When and where a delivery was made."""


@rule("delivery-history", deliveries, each="farmers")
def delivery_history(data: Dataset, deliveries: pl.DataFrame) -> Violations:
    """Deliveries lie in the history: from the recipe's number of days before the day that the world is born on."""
    early = deliveries.filter(pl.col("day") < data.first_day)
    yield Violation(_AT, early, f"{{at}} is before the history, which begins on {data.first_day}")


@rule("inactive-deliveries", deliveries, MEMBERS, each="farmers")
def inactive_deliveries(_: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A farmer who is not active has no documents of later than leaving, which is when the record was last updated.

    Who has been inactive since before the history has none at all.
    """
    gone = farmers.filter(~pl.col("is_active")).select(*as_in(deliveries, "farmer"), left=local("updated_at"))
    wrong = deliveries.join(gone.drop_nulls(), on="farmer").filter(pl.col("at") > pl.col("left")).sort("row")
    message = "{farmer} is not active since {left}, but delivers on {day}"
    yield Violation("linkage_fields.farmer_id", wrong, message)


@rule("delivery-day", visits, each="farmers")
def delivery_day(_: Dataset, visits: pl.DataFrame) -> Violations:
    """Deliveries are made on the collection point's collection days (Kenya's calendar)."""
    open_today = (pl.col("open_days") & (pl.lit(1, pl.UInt8) * 2 ** (pl.col("weekday") - 1)).cast(pl.UInt8)) != 0
    closed = visits.filter(~open_today).with_columns(name=pl.col("at").dt.strftime("%A"))
    yield Violation(_AT, closed, "{at} in Kenya is a {name}, when {point} is closed")


@gathered("farmers", visits)
def visited(_: Dataset, visits: pl.DataFrame) -> pl.DataFrame:
    """When the points that leaf comes to open and close on weekdays: opens, closes (seconds)."""
    return visits.select(opens="weekday_opens", closes="weekday_closes").unique()


@gathered("farmers", visits)
def outside(_: Dataset, visits: pl.DataFrame) -> pl.DataFrame:
    """Deliveries outside of the point's hours: row, point, day, at, second, weekend, opens, closes."""
    weekend = pl.col("weekday") >= SATURDAY
    opens = pl.when(weekend).then("weekend_opens").otherwise("weekday_opens")
    closes = pl.when(weekend).then("weekend_closes").otherwise("weekday_closes")
    hours = {"second": _second("at"), "weekend": weekend, "opens": opens, "closes": closes}
    known = visits.select("row", pl.col("point").cast(pl.String), "day", "at", **hours)
    return known.filter((pl.col("second") < pl.col("opens")) | (pl.col("second") > pl.col("closes")))


def _second(moment: str) -> pl.Expr:
    return (pl.col(moment) - pl.col(moment).dt.truncate("1d")).dt.total_seconds()


@rule(
    "delivery-hours",
    outside,
    visited,
    columns("collection_points", "updated_at", point="id"),
    may_read=(columns("documents", *MADE),),
)
def delivery_hours(data: Dataset, outside: Frames, visited: Frames, points: pl.DataFrame) -> Violations:
    """Deliveries are made within the point's operating hours, Kenya's time; Saturday and Sunday are weekend.

    A point may change its hours on weekdays, and only those are known that hold from the day after its last update. A
    delivery of up to that day may lie outside of them, but not by night (in no point's hours, nor from 6:00 to 11:00),
    and the point was not open for longer than now on its day. Whether it had other hours then cannot be seen.
    """
    early = outside.whole()
    if early.is_empty():
        return
    updated = points.select("point", updated=local("updated_at").dt.date()).unique("point")
    hours = visited.whole()
    earliest = min(MORNING[0], *hours["opens"].drop_nulls())
    latest = max(MORNING[1], *hours["closes"].drop_nulls())
    morning = pl.col("second").is_between(earliest, latest)
    days = pl.concat(
        piece.select(at=local(MADE[0]), point=MADE[1])
        .with_columns(second=_second("at"), day=pl.col("at").dt.date())
        .filter(morning)
        .join(early, on=["point", "day"], how="semi")
        .group_by("point", "day")
        .agg(last=pl.col("second").max(), first=pl.col("second").min())
        for piece in data.pieces("documents", *MADE)
    )
    days = days.group_by("point", "day").agg(open_for=pl.col("last").max() - pl.col("first").min())
    wrong = (
        early.sort("row")
        .join(updated, on="point", how="left", maintain_order="left")
        .join(days, on=["point", "day"], how="left", maintain_order="left")
        .filter(
            pl.col("weekend")
            | (pl.col("day") > pl.col("updated"))
            | ~morning
            | (pl.col("open_for") > pl.col("closes") - pl.col("opens"))
        )
    )
    yield Violation(_AT, wrong, "{at} in Kenya is outside the operating hours of {point}")


@rule("seasonal-point", visits, calendar, each="farmers")
def seasonal_point(_: Dataset, visits: pl.DataFrame, calendar: pl.DataFrame) -> Violations:
    """A seasonal collection point is closed in its region's dormant season."""
    asleep = calendar.filter(pl.col("dormant") == 1)
    wrong = visits.filter(pl.col("status") == "seasonal").join(asleep, on=["region", "day"], how="semi").sort("row")
    yield Violation(_AT, wrong, "{point} is seasonal and closed on {day}, in the dormant season")


@gathered("farmers", deliveries, enrolments)
def of_two(_: Dataset, deliveries: pl.DataFrame, enrolments: pl.DataFrame) -> pl.DataFrame:
    """What farmers on two points bring: farmers, total (bags), most (those to the point that a farmer uses most)."""
    two = enrolments.group_by("farmer").agg(points=pl.len()).filter(pl.col("points") == 2)
    two = two.select(as_in(deliveries, "farmer"))
    counts = deliveries.join(two, on="farmer", how="semi").group_by("farmer", "point").agg(bags=pl.len())
    farmers = counts.group_by("farmer").agg(most=pl.col("bags").max(), total=pl.col("bags").sum())
    return farmers.select(farmers=pl.len(), total=pl.col("total").sum(), most=pl.col("most").sum())


@rule("main-point-share", of_two)
def main_point_share(_: Dataset, of_two: Frames) -> Violations:
    """Farmers on two points bring about 4 in 5 of their bags to the one they use most: 70 to 92 %, and for n farmers to
    20 / sqrt(n) points less, as it depends on the days on which both are open.

    Skipped below 500 documents of such farmers.
    """
    farmers, total, most = of_two.whole().sum().row(0)
    if total < MAIN_SAMPLE:
        raise Skip(f"there are {total} documents of farmers on two points, fewer than {MAIN_SAMPLE}")
    least = 0.70 - 0.20 / farmers**0.5
    if not least <= most / total <= 0.92:
        row = pl.DataFrame({"percent": [100 * most / total]})
        message = "{percent} % of the bags go to the point used most, not about 80 %"
        yield Violation("linkage_fields.collection_point_id", row, message)
