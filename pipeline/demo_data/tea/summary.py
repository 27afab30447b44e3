"""What `demo-data show` tells of a dataset besides its tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from demo_data.dataset import store
from demo_data.report.story import TimeSeries
from demo_data.schema import Entity
from demo_data.tea.documents.model import Document
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.weather.model import RegionalWeather

_RECEIVED = "ingestion.received_at"


def spans(folder: Path, tables: Collection[str]) -> Iterator[str]:
    """From when to when a dataset's tables tell."""
    if RegionalWeather.table in tables:
        first, last = _span(folder, RegionalWeather, "date")
        yield f"weather from {first} to {last}" if first else "no weather"
    if Document.table in tables:
        first, last = _span(folder, Document, _RECEIVED)
        yield f"deliveries from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC" if first else "no deliveries"


def names(folder: Path, table: str) -> dict[str, str]:
    """What people call the rows of a table, by key; empty where they have no name."""
    if table != Farmer.table:
        return {}
    name = pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True)
    frames = store.columns(folder, Farmer, "id", "first_name", "last_name")
    return {key: called for frame in frames for key, called in frame.select("id", name).iter_rows()}


def story(table: str, record: Mapping[str, Any], rows: Callable[..., list[dict[str, Any]]]) -> Iterator[TimeSeries]:
    """A farmer's deliveries over time: how good the leaf was, and how much of it."""
    if table != Farmer.table:
        return
    percent, weight = (f"extracted_fields.bag_summary.{name}" for name in ("primary_percentage", "total_weight_kg"))
    found = rows(Document.table, "linkage_fields.farmer_id", _RECEIVED, percent, weight)
    found = sorted((row for row in found if row[_RECEIVED] is not None), key=lambda row: row[_RECEIVED])
    moments = [row[_RECEIVED] for row in found]
    yield TimeSeries("primary leaf of deliveries", "%", moments, [row[percent] for row in found])
    yield TimeSeries("weight of deliveries", "kg", moments, [row[weight] for row in found])


def _span(folder: Path, model: type[Entity], path: str) -> tuple[Any, Any]:
    """The least and the greatest value of a column; None where it has none."""
    ends = [(frame[path].min(), frame[path].max()) for frame in store.columns(folder, model, path)]
    known: list[Any] = [end for pair in ends for end in pair if end is not None]
    return (min(known), max(known)) if known else (None, None)
