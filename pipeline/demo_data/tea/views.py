"""The world's clock, as the rules see it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl

from demo_data.validation import Dataset, Skip, columns, view

UTC_OFFSET = timedelta(hours=3)
"""Kenya's clocks are this much ahead of UTC, all year."""

LATELY = 30
"""Days up to the last one within which few records change."""

OFFICE = time(7), time(16)
"""Clerks are at work between these hours, Kenya's time."""

DAY_ENDS = time(21)
"""The world ends on its last day at this hour, Kenya's time."""

_COMPUTED = columns("farmer_performance", computed="historical.computed_at")


@view(may_read=(_COMPUTED,), whole=True)
def last_day(data: Dataset) -> date:
    """The recipe's last day, else that of the latest `computed_at`. Raises Skip where neither is there."""
    if data.recipe:
        return data.recipe.as_of
    if data.has("farmer_performance"):
        latest = _COMPUTED(data)["computed"].max()
        if isinstance(latest, datetime):
            return (latest + UTC_OFFSET).date()
    raise Skip("neither recipe.json nor farmer_performance tells the dataset's last day")


@view(last_day)
def world_end(_: Dataset, last_day: date) -> datetime:
    """The moment that nothing is later than, in UTC without a zone."""
    return datetime.combine(last_day, DAY_ENDS) - UTC_OFFSET


def beyond_faulty(data: Dataset, missing: pl.DataFrame, table: str, *paths: str) -> pl.DataFrame:
    """What is missing; nothing, where no more is missing than records are at fault there: they may be what it is."""
    return missing if missing.height > len(data.faulty(table, *paths)) else missing.clear()


def most_lately(records: int) -> float:
    """How many of so many records may have changed in the last days: 6 in 100, to 6 standard errors and 3 more."""
    return 0.06 * records + 6 * (0.06 * 0.94 * records) ** 0.5 + 3


def in_utc(moment: datetime) -> pl.Expr:
    return pl.lit(moment).dt.replace_time_zone("UTC")


def local(moment: str) -> pl.Expr:
    """The column of moments by Kenya's clocks, without a zone."""
    return pl.col(moment).dt.replace_time_zone(None) + UTC_OFFSET
