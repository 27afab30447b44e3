"""The crop: what members bring month by month, and from how much land."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import deliveries
from demo_data.tea.kenya.places import county
from demo_data.tea.views import last_day, local
from demo_data.validation import Dataset, Frames, columns, gathered, view

LANDHOLDERS = columns(
    "farmers",
    "registration_date",
    "is_active",
    "updated_at",
    farmer="id",
    region="region_id",
    hectares="farm_size_hectares",
)
"""Whose leaf it is: where, of how much land, from when to when."""


@gathered("farmers", deliveries, LANDHOLDERS)
def leaf(_: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame) -> pl.DataFrame:
    """What farmers bring; see `brought`."""
    return brought(deliveries, farmers)


@gathered("farmers", deliveries)
def beginnings(_: Dataset, deliveries: pl.DataFrame) -> pl.DataFrame:
    """The day of the first delivery."""
    return deliveries.select(pl.col("day").min())


@view(leaf, beginnings, LANDHOLDERS, last_day)
def crop(data: Dataset, leaf: Frames, beginnings: Frames, farmers: pl.DataFrame, last_day: date) -> pl.DataFrame:
    """The crop of the history's whole months; see `monthly`. Without a recipe it begins with the first delivery."""
    first = data.first_day if data.recipe else beginnings.whole()["day"].min()
    return by_month(leaf.whole(), farmers, first if isinstance(first, date) else last_day, last_day)


def monthly(deliveries: pl.DataFrame, farmers: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """The crop of each region's whole months, in order: region, month (its first day), bags, tenths (of a kilogram)
    and land (hectares of members, times days).

    Leaf is counted in the farmer's region. A member is counted from the day after registering, up to the day before
    leaving.
    """
    return by_month(brought(deliveries, farmers), farmers, first, last)


def by_month(leaf: pl.DataFrame, farmers: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """The same, of leaf by region and month."""
    land = _land(_known(farmers), first, last)
    leaf = leaf.group_by("region", "month").agg(pl.col("bags", "tenths").sum())
    return land.join(leaf, on=["region", "month"], how="left").with_columns(pl.col("bags", "tenths").fill_null(0))


def _known(farmers: pl.DataFrame) -> pl.DataFrame:
    return farmers.drop_nulls().unique("farmer", keep="none")


def brought(deliveries: pl.DataFrame, farmers: pl.DataFrame) -> pl.DataFrame:
    """What farmers bring, by their region: region, month, bags, tenths."""
    regions = _known(farmers).select(pl.col("farmer").cast(deliveries.schema["farmer"], strict=False), "region")
    return (
        deliveries.lazy()
        .group_by("farmer", month=pl.col("day").dt.truncate("1mo"))
        .agg(bags=pl.len(), tenths=pl.col("tenths").sum())
        .join(regions.lazy(), on="farmer")
        .group_by("region", "month")
        .agg(pl.col("bags", "tenths").sum())
        .collect()
    )


def _land(farmers: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Region, month, land: of whole months from the first to the last day."""
    left = pl.when("is_active").then(pl.lit(last + timedelta(days=1))).otherwise(local("updated_at").dt.date())
    begins = local("registration_date").dt.date() + timedelta(days=1)
    spans = farmers.select("region", "hectares", begins=begins.clip(first), ends=left).filter(
        pl.col("begins") < pl.col("ends")
    )
    changes = [
        spans.group_by("region", day=day).agg(pl.col("hectares").sum() * sign)
        for day, sign in (("begins", 1), ("ends", -1))
    ]
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    every = spans.select(pl.col("region").unique()).join(days, how="cross")
    by_day = pl.concat(changes).group_by("region", "day").agg(pl.col("hectares").sum())
    months = (
        every.join(by_day, on=["region", "day"], how="left")
        .sort("region", "day")
        .with_columns(pl.col("hectares").fill_null(0.0).cum_sum().over("region"))
        .group_by("region", month=pl.col("day").dt.truncate("1mo"))
        .agg(days=pl.len(), land=pl.col("hectares").sum())
    )
    whole = pl.col("days") == pl.col("month").dt.month_end().dt.day()
    return months.filter(whole & (pl.col("land") > 0)).select("region", "month", "land").sort("region", "month")


def side_of(region: str) -> str | None:
    """The flush calendar of a region's county, which names its side of the Rift; None where that is not known."""
    try:
        return county(region.partition("-")[0]).flush
    except ValueError:
        return None
