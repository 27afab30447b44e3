"""Who is listed at which collection point, and what it takes in."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import deliveries
from demo_data.validation import Dataset, Frames, columns, gathered, view

TONNE = 10_000
"""In tenths of a kilogram."""


@view(columns("collection_points", "factory_id", "region_id", "status", point="id", farmer="farmer_ids"))
def enrolments(_: Dataset, points: pl.DataFrame) -> pl.DataFrame:
    """Who is listed where: row and item of the list, point, factory_id, region_id, status, farmer."""
    return (
        points.filter(pl.col("farmer").list.len() > 0)
        .with_columns(item=pl.int_ranges(pl.col("farmer").list.len()))
        .explode("farmer", "item")
        .filter(pl.col("farmer").is_not_null())
    )


@view(columns("collection_points", "region_id"))
def unlisted(data: Dataset, points: pl.DataFrame) -> list[str]:
    """The regions in which a list of farmers is at fault: who lives there may be meant by it."""
    faulty = data.faulty("collection_points", "farmer_ids")
    regions = points.filter(pl.col("row").is_in(faulty.implode()))["region_id"]
    return list(regions.drop_nulls().unique(maintain_order=True))


def built_for(data: Dataset) -> date:
    """The last day that capacities are made for. Raises Skip without a recipe."""
    return data.born + timedelta(days=5 * 365)


@gathered("farmers", deliveries)
def brought(data: Dataset, deliveries: pl.DataFrame) -> pl.DataFrame:
    """What each point takes in of some farmers: point, factory, day, tenths (of a kilogram); see `intake`."""
    bags = deliveries.filter(pl.col("tenths") < TONNE, pl.col("point").is_not_null())
    if data.recipe:
        bags = bags.filter(pl.col("day") <= built_for(data))
    bags = bags.group_by("point", "factory", "day").agg(pl.col("tenths").sum())
    return bags.with_columns(pl.col("point", "factory").cast(pl.Categorical))


@view(brought)
def intake(_: Dataset, brought: Frames) -> pl.DataFrame:
    """What each point took in on each day, by factory: point, factory, day, kg.

    Bags of a tonne and more are left out: nobody carries them, and other rules tell of them. So is what came more than
    five years after the day that the world is born on: capacities are made for as long.
    """
    return brought.whole().group_by("point", "factory", "day").agg(kg=pl.col("tenths").sum() / 10)
