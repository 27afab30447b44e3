"""How often a farmer delivers: as often as the bushes of each block give."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.tea.documents.rounds import rounds
from demo_data.tea.documents.views import deliveries
from demo_data.tea.views import last_day
from demo_data.validation import Dataset, Violation, Violations, columns, rule, view

GROWING = (7, 14)
DORMANT = (10, 18)
"""Days between a block's deliveries; the second where a day of the gap, its ends included, is dormant."""

_REACH = DORMANT[1]


@view(
    deliveries,
    columns("regions", region="region_id", start="flush_calendar.dormant.start", end="flush_calendar.dormant.end"),
    may_read=(last_day,),
)
def calendar(data: Dataset, deliveries: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Every region's days from 18 before the first delivery to 18 after the last: region, day, dormant (0 or 1).

    Also how many dormant days there were: until (up to the day), lately (up to 19 days before), soon (up to 18 after).
    """
    first, last = deliveries.select(pl.col("day").min().alias("first"), pl.col("day").max().alias("last")).row(0)
    if first is None:
        first = last = last_day(data)
    begins, ends = first - timedelta(days=2 * _REACH + 1), last + timedelta(days=2 * _REACH)
    days = pl.DataFrame({"day": pl.date_range(begins, ends, eager=True)})
    today, start, end = pl.col("day").dt.strftime("%m-%d"), pl.col("start"), pl.col("end")
    over_new_year = (today >= start) | (today <= end)
    inside = pl.when(start <= end).then(today.is_between(start, end)).when(start > end).then(over_new_year)
    until = pl.col("dormant").cum_sum()
    return (
        regions.join(days, how="cross", maintain_order="left_right")
        .select(pl.col("region").cast(pl.Categorical), "day", dormant=inside.cast(pl.Int32))
        .with_columns(
            until=until.over("region"),
            lately=until.shift(_REACH + 1).over("region"),
            soon=until.shift(-_REACH).over("region"),
        )
        .filter(pl.col("day").is_between(begins + timedelta(days=_REACH + 1), ends - timedelta(days=_REACH)))
    )


@rule("delivery-rhythm", rounds, calendar, each="farmers")
def delivery_rhythm(_: Dataset, rounds: pl.DataFrame, calendar: pl.DataFrame) -> Violations:
    """A block of a farm is plucked again after 7 to 14 days, after 10 to 18 where the gap touches the region's dormant
    season; a farm has one per hectare, a begun one too.

    Which block a delivery is of does not show. So of a farm with n blocks it is known: of n + 1 deliveries in a row two
    are of one block, and each block is among those of 14 days (18 where its gap may touch the dormant season). Hence
    the n-th delivery after each comes 7 to 14 days later. It may be up to 18 where a day within 18 of both is dormant,
    and has to be 10 where fewer than 8 of the days from one to the other are not.
    """
    gap = (pl.col("day") - pl.col("before")).dt.total_days()
    odd = rounds.with_columns(gap=gap).filter(~pl.col("gap").is_between(DORMANT[0], GROWING[1]))
    there = calendar.select("region", "day", "until", "soon", before_dormant="dormant")
    odd = odd.join(calendar.drop("soon"), on=["region", "day"]).join(
        there, left_on=["region", "before"], right_on=["region", "day"], suffix="_before"
    )
    asleep = pl.col("until") - pl.col("until_before") + pl.col("before_dormant")
    one, gap = pl.col("blocks") == 1, pl.col("gap")
    near = pl.when(one).then(asleep > 0).otherwise(pl.col("soon") > pl.col("lately"))
    awake = pl.when(one).then(asleep == 0).otherwise(gap + 1 - asleep > GROWING[0])
    fits = pl.when(gap < DORMANT[0]).then((gap >= GROWING[0]) & awake).otherwise((gap <= DORMANT[1]) & near)
    wrong = odd.with_columns(touches=near).filter(~fits).sort("row")
    message = "{gap} days after the delivery of {before}, {blocks} before it (dormant season touched: {touches})"
    yield Violation("ingestion.received_at", wrong, message)
