"""The data of the pictures: what a snapshot's `plots/<function>.csv` holds, of the dataset in a directory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from demo_data.dataset import layout, store
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.tea.documents.model import Document
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.recipe import UTC_OFFSET
from demo_data.tea.weather.model import RegionalWeather

_SEVERAL = ("demo", "demo-large")
PLOTS: dict[str, tuple[str, str, tuple[str, ...], dict[str, str]]] = {
    "quality": (
        "Primary percentage by scenario",
        "primary_percentage",
        _SEVERAL,
        {"template": "scenarios", "x": "date", "x_label": "fortnight from", "y_label": "primary leaves, %"},
    ),
    "rain": (
        "Rain by month",
        "rain_mm",
        _SEVERAL,
        {"template": "rain", "x": "month", "x_label": "month", "y_label": "rain, mm"},
    ),
}
"""How DVC draws them: title, the column of the y axis, of which profiles, and what else a plot of dvc.yaml has."""


BY_DAYS = frozenset({"quality", "rain"})
"""Those whose rows tell of their own days alone, which they begin with: of a month that is over they stay."""


def quality(folder: Path) -> pl.DataFrame:
    """Mean primary percentage of the deliveries of every fortnight, by the scenario of their season.

    Days before the first season count with it.
    """
    seasons = whole_recipe(folder / layout.RECIPE).seasons.get(Farmer.table, [])
    who = pl.DataFrame(
        [
            (farmer, number, scenario)
            for number, season in enumerate(seasons)
            for scenario, ids in season.stories.items()
            for farmer in ids
        ],
        schema={"farmer_id": pl.String, "season": pl.Int64, "scenario": pl.String},
        orient="row",
    )
    lasts = [season.last for season in seasons[:-1]]
    farmer, at = "linkage_fields.farmer_id", "ingestion.received_at"
    primary = "extracted_fields.bag_summary.primary_percentage"
    tenths = (pl.col(primary) * 10).round().cast(pl.Int64)
    groups = (
        frame.with_columns(day=(pl.col(at) + pl.duration(seconds=UTC_OFFSET)).dt.date())
        .with_columns(season=pl.sum_horizontal(pl.lit(0, pl.Int64), *((pl.col("day") > last) for last in lasts)))
        .join(who, left_on=[farmer, "season"], right_on=["farmer_id", "season"], how="left")
        .group_by(
            pl.col("day").dt.truncate("2w").alias("date"),
            pl.col("scenario").fill_null("others"),
        )
        .agg(tenths=tenths.sum(), known=tenths.count())
        for frame in store.columns(folder, Document, farmer, at, primary)
    )
    return (
        _concat(groups, {"date": pl.Date, "scenario": pl.String, "tenths": pl.Int64, "known": pl.UInt32})
        .group_by("date", "scenario")
        .agg(pl.col("tenths", "known").sum())
        .with_columns(primary_percentage=pl.when(pl.col("known") > 0).then(pl.col("tenths") / pl.col("known") / 10))
        .select("date", "scenario", pl.col("primary_percentage").round(1))
        .sort("date", "scenario")
    )


def rain(folder: Path) -> pl.DataFrame:
    """Millimetres per month and region."""
    tenths = (pl.col("precipitation_mm") * 10).round().cast(pl.Int64)
    groups = (
        frame.group_by(pl.col("date").dt.strftime("%Y-%m").alias("month"), "region_id").agg(
            tenths=tenths.sum(), days=pl.len()
        )
        for frame in store.columns(folder, RegionalWeather, "date", "region_id", "precipitation_mm")
    )
    return (
        _concat(groups, {"month": pl.String, "region_id": pl.String, "tenths": pl.Int64, "days": pl.UInt32})
        .group_by("month", "region_id")
        .agg(rain_mm=(pl.col("tenths").sum() / 10).round(1), days=pl.col("days").sum())
        .sort("month", "region_id")
    )


def _concat(frames: Iterable[pl.DataFrame], schema: dict[str, Any]) -> pl.DataFrame:
    """All rows of the frames; of this schema where there are none."""
    return pl.concat([pl.DataFrame(schema=schema), *frames])
