"""The data of the charts: quality by scenario, weather and leaf by month, and how values are distributed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from demo_data.dataset import store
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.export.page.views import Dataset
from demo_data.tea import pictures
from demo_data.tea.documents.model import Document
from demo_data.tea.factories.model import Factory
from demo_data.tea.kenya import tables
from demo_data.tea.pages import farms
from demo_data.tea.regions.model import Region
from demo_data.tea.weather.model import RegionalWeather

_DOCUMENT = {
    "factory": "linkage_fields.factory_id",
    "at": "ingestion.received_at",
    "kg": "extracted_fields.bag_summary.total_weight_kg",
    "primary": "extracted_fields.bag_summary.primary_percentage",
}
_SIZES = [0.2, 0.4, 0.6, 0.8, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0]
_LEAF = "Leaf per day against the mean day of the months shown"


def make(dataset: Dataset) -> dict[str, Any]:
    """The charts, in order; a chart's series may be of one region, by its place in `choice`. Raises `DataError`."""
    folder = dataset.folder
    regions = farms.columns(folder, Region, {"key": "region_id", "name": "name", "county": "county"})
    months, percents, weights = _deliveries(folder)
    every = farms.farms(dataset)
    return {
        "choice": {"title": "Region", "values": regions["name"].to_list()},
        "charts": [
            _quality(dataset),
            *_weather(folder, regions),
            _leaf(dataset, regions, months),
            _bars("Quality of deliveries", "primary leaves, %", "deliveries", percents, 5),
            _bars("Weight of deliveries", "kg of green leaf", "deliveries", weights, 10),
            _classes("Farm sizes", "hectares, from", "farms", every["hectares"]),
            _bars(
                "Yield of farms", "kg of green leaf a hectare in the last year", "farms", _counted(every, "yield"), 500
            ),
        ],
    }


def _deliveries(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Kilograms by factory and month, and how many deliveries there are by percent and by weight: `at` and `rows`."""
    by_month, percents, weights = [], [], []
    for batch in store.columns(folder, Document, *_DOCUMENT.values()):
        frame = batch.rename({old: new for new, old in _DOCUMENT.items()})
        month = pl.col("at").dt.convert_time_zone("Africa/Nairobi").dt.strftime("%Y-%m")
        by_month.append(frame.group_by("factory", month=month).agg(pl.col("kg").sum()))
        percents.append(_counted(frame.with_columns((pl.col("primary") // 5 * 5).clip(upper_bound=95)), "primary"))
        weights.append(_counted(frame.with_columns(pl.col("kg") // 10 * 10), "kg"))
    if not by_month:
        none = pl.DataFrame(schema={"at": pl.Float64, "rows": pl.Int64})
        return pl.DataFrame(schema={"factory": pl.String, "month": pl.String, "kg": pl.Float64}), none, none
    return (
        pl.concat(by_month).group_by("factory", "month").agg(pl.col("kg").sum()),
        pl.concat(percents),
        pl.concat(weights),
    )


def _quality(dataset: Dataset) -> dict[str, Any]:
    """A line a scenario, in the order and the colours that the map has them in; last the others."""
    made = pl.DataFrame(pl.from_arrow(pictures.quality(dataset.folder))).drop_nulls().sort("date")
    names = list(dict.fromkeys((*farms.stories(dataset)[:-1], *made["scenario"])))
    last = {"rest": True}
    return {
        "title": "Quality over time by scenario",
        "note": "Mean of the deliveries of each fortnight.",
        "kind": "line",
        "x": {"title": "fortnight from", "type": "day"},
        "y": {"title": "primary leaves, %"},
        "series": [
            _series(
                name.replace("_", " "),
                group["date"].cast(pl.String),
                group["primary_percentage"],
                **(last if name == "others" else {"colour": colour}),
            )
            for colour, name in enumerate(names)
            if (group := made.filter(scenario=name)).height
        ],
    }


def _weather(folder: Path, regions: pl.DataFrame) -> Iterator[dict[str, Any]]:
    paths = {
        "region": "region_id",
        "date": "date",
        "rain": "precipitation_mm",
        "low": "temp_min",
        "high": "temp_max",
    }
    months = (
        farms.columns(folder, RegionalWeather, paths)
        .group_by("region", month=pl.col("date").cast(pl.Date).dt.strftime("%Y-%m"))
        .agg(pl.col("rain").sum(), pl.col("low", "high").mean())
        .sort("month")
    )
    month = {"title": "month", "type": "month"}
    of = [months.filter(region=key) for key in regions["key"]]
    yield {
        "title": "Rain by month",
        "note": "Sum of the days that the history holds: its first and last month may be parts of one.",
        "kind": "columns",
        "x": month,
        "y": {"title": "rain, mm"},
        "series": [_series("rain", group["month"], group["rain"], of=at) for at, group in enumerate(of)],
    }
    yield {
        "title": "Temperature by month",
        "note": "Mean of the days' lowest and highest temperatures.",
        "kind": "line",
        "x": month,
        "y": {"title": "temperature, °C"},
        "series": [
            _series(name, group["month"], group[column], of=at)
            for at, group in enumerate(of)
            for name, column in (("highest of the day", "high"), ("lowest of the day", "low"))
        ],
    }


def _leaf(dataset: Dataset, regions: pl.DataFrame, months: pl.DataFrame) -> dict[str, Any]:
    region_of = farms.columns(dataset.folder, Factory, {"factory": "id", "region": "region_id"})
    leaf = (
        months.join(farms.first(region_of, "factory"), on="factory")
        .group_by("region", "month")
        .agg(pl.col("kg").sum())
        .sort("month")
    )
    days = _days(dataset.recipe)
    flush = {row["county"]: row["flush"] for row in tables.rows("counties")}
    series = []
    for at, (key, county) in enumerate(regions.select("key", "county").iter_rows()):
        ours = {month: kg / days[month] for month, kg in leaf.filter(region=key).select("month", "kg").iter_rows()}
        published = {
            month: float(row["index"])
            for month in days
            for row in tables.rows("crop_index")
            if row["flush"] == flush.get(county) and int(row["month"]) == int(month[5:])
        }
        for name, values, dashed in (("published index", published, True), ("this dataset", ours, False)):
            mean = sum(value * days[month] for month, value in values.items()) / sum(days.values())
            if mean:
                index = pl.Series([value / mean for value in values.values()], dtype=pl.Float64)
                series.append(_series(name, pl.Series([*values]), index, of=at, dashed=dashed, digits=3))
    return {
        "title": "Leaf by month",
        "note": f"{_LEAF}; dashed: the index that is published for its side of the Rift, over the same months. "
        f"{_index_source()}",
        "kind": "line",
        "x": {"title": "month", "type": "month"},
        "y": {"title": "leaf a day, mean = 1", "zero": True},
        "series": series,
    }


def _index_source() -> str:
    """Who published the index of leaf."""
    return f"Source: {next(row['source'] for row in tables.rows('crop_index')).partition(',')[0]}."


def _days(made: RecipeFile) -> dict[str, int]:
    """How many days of each month the history holds."""
    first, last = made.first_day, made.as_of
    months = [(n // 12, n % 12 + 1) for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]
    return {
        f"{year}-{month:02}": (
            min(last, date(year, month, monthrange(year, month)[1])) - max(first, date(year, month, 1))
        ).days
        + 1
        for year, month in months
    }


def _counted(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.drop_nulls(column).group_by(at=pl.col(column)).agg(rows=pl.len())


def _bars(title: str, x: str, y: str, counts: pl.DataFrame, width: int) -> dict[str, Any]:
    """A histogram in bins of one width: by the lower end of each, how many."""
    bins = counts.group_by(at=pl.col("at") // width * width).agg(pl.col("rows").sum()).sort("at")
    return {
        "title": title,
        "kind": "bins",
        "x": {"title": x, "type": "number"},
        "y": {"title": y},
        "width": width,
        "series": [_series(y, bins["at"], bins["rows"])],
    }


def _classes(title: str, x: str, y: str, values: pl.Series) -> dict[str, Any]:
    """How many lie in classes of unequal widths."""
    names = [f"{low:g} to {high:g}" for low, high in zip([0.0, *_SIZES], _SIZES, strict=False)] + [f"{_SIZES[-1]:g} +"]
    counts, _ = np.histogram(values.drop_nulls().to_numpy(), [0.0, *_SIZES, np.inf])
    return {
        "title": title,
        "kind": "columns",
        "x": {"title": x, "type": "class"},
        "y": {"title": y},
        "series": [_series(y, pl.Series(names), pl.Series(counts))],
    }


def _series(name: str, x: pl.Series, y: pl.Series, digits: int = 1, **more: Any) -> dict[str, Any]:
    return {"name": name, "x": x.to_list(), "y": y.cast(pl.Float64).round(digits).to_list(), **more}
