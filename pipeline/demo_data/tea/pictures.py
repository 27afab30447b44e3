"""The data of the pictures: what a snapshot's `plots/<function>.csv` holds, of the dataset in a directory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.dataset import layout, store
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.recipes.calendar import DAY, MICRO
from demo_data.recipes.columns import Array
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


COLUMNS = {
    "quality": {
        Document.table: (
            "linkage_fields.farmer_id",
            "ingestion.received_at",
            "extracted_fields.bag_summary.primary_percentage",
        )
    },
    "rain": {RegionalWeather.table: ("date", "region_id", "precipitation_mm")},
}
"""All that each reads, of which tables: where a dataset lies elsewhere, no more of it is fetched."""

BY_DAYS = frozenset({"quality", "rain"})
"""Those whose rows tell of their own days alone, which they begin with: of a month that is over they stay."""


_OTHERS = "others"
_FORTNIGHT, _MONDAY = 14, 4
"""Fortnights are counted from 5 January 1970, a Monday."""


def quality(folder: Path) -> pa.Table:
    """Mean primary percentage of the deliveries of every fortnight, by the scenario of their season.

    Days before the first season count with it.
    """
    seasons = whole_recipe(folder / layout.RECIPE).seasons.get(Farmer.table, [])
    lasts = np.array([season.last for season in seasons[:-1]], "datetime64[D]").astype(np.int64)
    told = [
        (number, name, keys) for number, season in enumerate(seasons) for name, keys in season.stories.items() if keys
    ]
    names = sorted({name for _, name, _ in told} | {_OTHERS})
    known = pa.array(sorted({key for *_, keys in told for key in keys}), pa.string())
    stories = np.full((len(known) + 1, max(len(seasons), 1)), names.index(_OTHERS))  # of whom none is told come last
    for number, name, keys in told:
        stories[pc.index_in(pa.array(keys), known), number] = names.index(name)
    groups = []
    farmer, at, primary = COLUMNS["quality"][Document.table]
    for columns in store.arrow_columns(folder, Document, farmer, at, primary):
        day = (columns[at].cast(pa.int64()).to_numpy() // MICRO + UTC_OFFSET) // DAY
        who = _places(columns[farmer], known)
        story = pa.array(stories[who, np.searchsorted(lasts, day)])
        fortnight = (day - _MONDAY) // _FORTNIGHT * _FORTNIGHT + _MONDAY
        groups.append(_sums(columns[primary], date=pa.array(fortnight.astype("datetime64[D]")), scenario=story))
    made = _joined(groups, date=pa.date32(), scenario=pa.int64())
    mean = pc.divide(pc.divide(made["tenths"].cast(pa.float64()), made["known"]), 10)
    primary_percentage = pc.round(mean, 1, round_mode="half_towards_infinity")
    scenario = pa.array(names).take(made["scenario"].combine_chunks())
    return pa.table({"date": made["date"], "scenario": scenario, "primary_percentage": primary_percentage})


def _places(keys: pa.ChunkedArray, known: pa.Array) -> Array:
    """Where each key stands among those known, which are sorted; the number of these where it does not.

    It is sought once where a key stands in many rows that follow each other, and among those between the least and the
    greatest key alone: looking one up takes a table of them all.
    """
    runs = pc.run_end_encode(keys.combine_chunks())
    ends = pc.min_max(runs.values).as_py()
    if ends["min"] is None:
        return np.full(len(keys), len(known))
    first = bisect_left(known, ends["min"], key=str)
    last = bisect_right(known, ends["max"], key=str)
    found = pc.index_in(runs.values, known.slice(first, last - first))
    places = found.fill_null(len(known) - first).to_numpy() + first
    return np.repeat(places, np.diff(runs.run_ends.to_numpy(), prepend=0))


def rain(folder: Path) -> pa.Table:
    """Millimetres per month and region."""
    groups = [
        _sums(columns["precipitation_mm"], month=pc.strftime(columns["date"], "%Y-%m"), region_id=columns["region_id"])
        for columns in store.arrow_columns(folder, RegionalWeather, *COLUMNS["rain"][RegionalWeather.table])
    ]
    made = _joined(groups, month=pa.string(), region_id=pa.string())
    tenths = made["tenths"].cast(pa.float64())
    return (
        made.select(["month", "region_id"])
        .append_column("rain_mm", pc.divide(tenths, 10))
        .append_column("days", made["known"])
    )


def _sums(values: pa.ChunkedArray, **keys: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Tenths and number of the values that are known, by keys."""
    tenths = pc.round(pc.multiply(values, 10)).cast(pa.int64())
    groups = pa.table({**keys, "tenths": tenths}).group_by([*keys], use_threads=False)
    return groups.aggregate([("tenths", "sum"), ("tenths", "count")]).rename_columns([*keys, "tenths", "known"])


def _joined(groups: Iterable[pa.Table], **keys: pa.DataType) -> pa.Table:
    """The groups of all rows, in order of their keys."""
    none = pa.schema({**keys, "tenths": pa.int64(), "known": pa.int64()}).empty_table()
    every = pa.concat_tables([none, *groups]).group_by([*keys], use_threads=False)
    made = every.aggregate([("tenths", "sum"), ("known", "sum")]).rename_columns([*keys, "tenths", "known"])
    return made.sort_by([(key, "ascending") for key in keys])
