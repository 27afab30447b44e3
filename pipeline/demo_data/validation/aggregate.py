"""What a farmer's documents add up to, over windows that end with the last day."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.grading import LEAF_TYPE, LEAF_TYPES

WINDOWS = {"30d": 30, "90d": 90, "year": 365}
TODAY = 1
UPPER = 50
"""Percent from which a bag counts for its model's first label, not for the second."""

_ANALYSIS = "extracted_fields.leaf_analysis."


def class_columns(data: Dataset) -> dict[str, str]:
    """The documents' columns of counts, by `<attribute>.<class>`."""
    found = {f"{LEAF_TYPE}.{path.removeprefix(LEAF_TYPES)}": path for path in data.columns("documents", LEAF_TYPES)}
    return found | {path.removeprefix(_ANALYSIS): path for path in data.columns("documents", _ANALYSIS)}


def sums(data: Dataset, days: int) -> pl.DataFrame:
    """What each farmer's documents of the last `days` days (one of WINDOWS, or TODAY) add up to.

    Columns: farmer, tenths (of a kilogram), bags, upper_bags and lower_bags (those of 50 % and more, those of
    less), and every column of counts. Farmers without documents in the window have no row.
    """
    if data.sums is None:
        data.sums = _sums(data)
    return data.sums[days]


def _sums(data: Dataset) -> dict[int, pl.DataFrame]:
    columns = list(class_columns(data).values())
    rows = data.deliveries.select("farmer", "day", "tenths", "primary")
    rows = rows.hstack(data.frame("documents", *columns).drop("row")).filter(pl.col("farmer").is_not_null())
    upper = pl.col("primary") >= UPPER
    totals = [
        pl.col("tenths").sum(),
        pl.len().cast(pl.Int64).alias("bags"),
        upper.sum().cast(pl.Int64).alias("upper_bags"),
        (~upper).sum().cast(pl.Int64).alias("lower_bags"),
        *(pl.col(column).cast(pl.Int64).sum() for column in columns),
    ]
    found = {}
    for days in sorted((*WINDOWS.values(), TODAY), reverse=True):
        rows = rows.filter(pl.col("day").is_between(data.as_of - timedelta(days=days - 1), data.as_of))
        found[days] = rows.group_by("farmer").agg(totals)
    return found
