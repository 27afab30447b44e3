"""What farms give over the history: how much, and how good."""

from __future__ import annotations

from datetime import date

import polars as pl

from demo_data.tea.documents.free import free
from demo_data.tea.documents.views import as_in, deliveries, unsure
from demo_data.tea.farmers.views import MEMBERS
from demo_data.tea.views import last_day, local
from demo_data.validation import Dataset, Frames, Skip, columns, gathered, view

HISTORY = 80
"""Days of history from which on yields of farms can be compared."""

BAGS = 4
"""Bags without a scenario from which on a farm's quality is told."""


@gathered("farmers", deliveries, MEMBERS, columns("farmers", hectares="farm_size_hectares"), unsure, last_day)
def brought(
    data: Dataset,
    deliveries: pl.DataFrame,
    farmers: pl.DataFrame,
    farms: pl.DataFrame,
    unsure: list[str],
    last_day: date,
) -> pl.DataFrame:
    """Farmers who are members over the whole history, and what they bring: row, farmer, factory, yield (kilograms per
    hectare and year). Farmers of whom a document is at fault are left out. Raises Skip below 80 days of history.
    """
    days = (last_day - data.first_day).days + 1
    if days < HISTORY:
        raise Skip(f"the history has {days} days, fewer than {HISTORY}")
    known = farmers.hstack(farms.drop("row")).drop_nulls()
    known = known.filter(
        pl.col("is_active")
        & (local("registration_date").dt.date() < data.first_day)
        & ~pl.col("farmer").is_in(unsure)
        & (pl.col("hectares") > 0)
    )
    return per_hectare(known, deliveries, days).with_columns(pl.col("farmer", "factory").cast(pl.String))


@view(brought)
def yields(_: Dataset, brought: Frames) -> pl.DataFrame:
    """What farmers bring, in the order of their records; see `brought`."""
    return brought.whole().sort("row")


def per_hectare(members: pl.DataFrame, deliveries: pl.DataFrame, days: int) -> pl.DataFrame:
    """What these farmers of so many hectares bring in so many days: row, farmer, factory, yield (a year's)."""
    sums = deliveries.group_by("farmer").agg(pl.col("tenths").sum(), pl.col("factory").first())
    brought = members.with_columns(as_in(deliveries, "farmer")).join(sums, on="farmer", maintain_order="left")
    rate = pl.col("tenths") / 10 / pl.col("hectares") * 365 / days
    return brought.filter(pl.col("tenths") > 0).select("row", "farmer", "factory", rate.alias("yield"))


@gathered("farmers", free)
def qualities(_: Dataset, free: pl.DataFrame) -> pl.DataFrame:
    """Farmers with 4 bags or more without a scenario; see `means`."""
    return means(free).with_columns(pl.col("farmer", "factory").cast(pl.String))


@view(qualities)
def leaf(_: Dataset, qualities: Frames) -> pl.DataFrame:
    """All of them, in order; see `means`."""
    return qualities.whole().sort("farmer")


def means(free: pl.DataFrame) -> pl.DataFrame:
    """Farmers with 4 of these bags or more: farmer, factory, primary (the mean of their percentages)."""
    found = free.group_by("farmer", maintain_order=True).agg(
        pl.col("factory").first(), pl.col("primary").mean(), bags=pl.len()
    )
    return found.filter(pl.col("bags") >= BAGS).drop("bags")


def within_factory(farms: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Columns less their mean over the factory's farms."""
    return farms.with_columns(pl.col(names) - pl.col(names).mean().over("factory"))
