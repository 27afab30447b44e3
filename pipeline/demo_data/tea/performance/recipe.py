"""How a farmer has done: sums over the farmer's documents, never drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from demo_data.recipes import (
    MICRO,
    Array,
    Coded,
    Column,
    Columns,
    Earlier,
    Events,
    Maybe,
    Recipe,
    Settings,
    first_day,
    last_day,
    months_of,
)
from demo_data.tea.documents.model import LEAF_TYPES, LEAVES
from demo_data.tea.documents.recipe.leaves import GRADES, Leaf, leaf_column
from demo_data.tea.farmers.recipe import farm_scale
from demo_data.tea.grading.model import CLASSES, LABELS
from demo_data.tea.performance.model import FarmerPerformance, TrendDirection
from demo_data.tea.recipe import world_end
from demo_data.tea.reference import reference_rows

WINDOWS = {"30d": 30, "90d": 90, "year": 365}
"""Days of each window, which ends with the data's last day."""

TREND_POINTS = 5.0
"""How far the 30-day percentage must lie from the 90-day one to be called a trend."""

recipe = Recipe(FarmerPerformance, within=("farmer", "farmers"), children=("documents",))

_MODELS = reference_rows("grading_models")

_HISTORY = tuple(
    f"historical.{name}"
    for window in WINDOWS
    for name in (
        *(f"grade_distribution_{window}.{label}" for label in LABELS.names),
        *(f"attribute_distributions_{window}.{attribute}.{name}" for attribute, name in CLASSES),
        f"primary_percentage_{window}",
        f"total_kg_{window}",
        f"yield_kg_per_hectare_{window}",
    )
)

_TODAY = (
    "today.deliveries",
    "today.total_kg",
    *(f"today.grade_counts.{label}" for label in LABELS.names),
    *(f"today.attribute_counts.leaf_type.{name}" for name in LEAF_TYPES.names),
    "today.last_delivery",
)


@recipe.derive()
def model(farmer__grading_model: Array) -> Array:
    """The grading model of the main point's factory."""
    return farmer__grading_model


@recipe.derive("grading_model_id", "grading_model_version")
def grading_model(model: Array) -> tuple[Coded, Coded]:
    return (
        Coded(model, tuple(row["model_id"] for row in _MODELS)),
        Coded(model, tuple(row["model_version"] for row in _MODELS)),
    )


recipe.copy("farmer_id", "farmer__id")
recipe.copy("farm_size_hectares", "farmer__farm_size_hectares")


recipe.derive()(farm_scale)


@recipe.derive("totals")
def totals(rows: Array, documents: Events, settings: Settings) -> Array:
    """Kilograms, in tenths, and leaves by class, of each window: whole numbers, shape (farmers, windows, sums)."""
    last = last_day(settings)
    made = _by_age(documents, len(rows), max(first_day(settings), last - max(WINDOWS.values()) + 1), last)
    return np.cumsum(made, axis=1)


@recipe.carry("totals")
def carried(rows: Array, earlier: Earlier, documents: Events, settings: Settings) -> Array:
    """What the windows held on an earlier day, and the days since, less those that they have left behind."""
    last, before = last_day(settings), earlier.day
    moved = {name: (before - days + 1, last - days) for name, days in WINDOWS.items() if last - before < days}
    bags = documents(before + 1, last, *moved.values())
    day, values = bags["day"], _values(bags)
    come, made = (day > before).astype(np.int64), []
    held = dict(zip(moved, _held(earlier, [*moved], len(rows)), strict=True))
    for window, days in WINDOWS.items():
        if window not in moved:
            made.append(_by_age(documents, len(rows), last - days + 1, last).sum(axis=1))
            continue
        first_gone, last_gone = moved[window]
        share = come - ((day >= first_gone) & (day <= last_gone))
        made.append(held[window] + _sums([each * share for each in values], bags["farmer"], len(rows)))
    return np.stack(made, axis=1)


def _held(earlier: Earlier, windows: Sequence[str], farmers: int) -> Array:
    """Tenths of kilograms and leaves by class of each window as of the earlier day, shape (windows, farmers, sums)."""
    names = [
        name
        for window in windows
        for name in (
            f"historical.total_kg_{window}",
            *(f"historical.attribute_distributions_{window}.{'.'.join(leaf)}" for leaf in CLASSES),
        )
    ]
    sums = np.zeros((len(windows), 1 + len(CLASSES), farmers), np.int64)
    for place, column in enumerate(earlier.columns(*names)):
        window, number = divmod(place, 1 + len(CLASSES))
        sums[window, number] = np.rint(column * 10) if number == 0 else column
    return sums.transpose(0, 2, 1)


def _by_age(documents: Events, farmers: int, first: int, last: int) -> Array:
    """Tenths of kilograms and leaves by class on some days, by the shortest window before `last` that holds each day.

    Shape (farmers, windows, 1 + classes). Month by month, as documents are written, so that they are made once.
    """
    made = np.zeros((1 + len(CLASSES), farmers * len(WINDOWS)), np.int64)
    for span in months_of(first, last):
        bags = documents(*span)
        window = np.searchsorted([*WINDOWS.values()], last - bags["day"], side="right")
        _add(made, _values(bags), bags["farmer"].astype(np.int64) * len(WINDOWS) + window)
    return made.reshape(len(made), farmers, len(WINDOWS)).transpose(1, 2, 0)


def _values(bags: Columns) -> list[Array]:
    """Tenths of kilograms and leaves by class of each bag, shape (bags) each."""
    counts = (bags[leaf_column(*leaf)] for leaf in CLASSES)
    tenths = np.rint(bags["extracted_fields.bag_summary.total_weight_kg"] * 10).astype(np.int64)
    return [tenths, *(count.values * count.valid for count in counts)]


def _sums(values: Sequence[Array], place: Array, places: int) -> Array:
    """The sums of whole numbers at each place, shape (places, values)."""
    sums = np.zeros((len(values), places), np.int64)
    _add(sums, values, place)
    return sums.T


def _add(sums: Array, values: Sequence[Array], place: Array) -> None:
    """Add whole numbers to the sums, shape (values, places), at their places; it is fast where these rise."""
    if (np.diff(place) < 0).any():
        order = np.argsort(place, kind="stable")
        values, place = [each[order] for each in values], place[order]
    last = np.flatnonzero(np.diff(place, append=-1))
    places = place[last]
    for sum_, each in zip(sums, values, strict=True):
        if each.any():
            sum_[places] += np.diff(np.cumsum(each, dtype=np.int64)[last], prepend=0)


@recipe.derive(*_HISTORY)
def history(model: Array, farm_size_hectares: Array, totals: Array) -> list[Column]:
    """Every window's sums, percentages and yields; a farmer without deliveries has zeros and empty dicts."""
    columns: list[Column] = []
    hundredths = np.maximum(np.rint(farm_size_hectares * 100), 1)
    for window in range(len(WINDOWS)):
        tenths, *by_class = totals[:, window].T
        leaves = dict(zip(CLASSES, by_class, strict=True))
        counted = sum((leaves["leaf_type", name] for name in LEAF_TYPES.names), np.zeros(len(model), np.int64))
        some = counted > 0
        labels, kept = _grades(model, leaves)
        columns += [Maybe(counts, some & applies) for counts, applies in labels]
        columns += [Maybe(leaves[leaf], some & _counted(leaf)[model]) for leaf in CLASSES]
        columns.append(np.minimum(np.rint(1000 * kept / np.maximum(counted, 1)) / 10, 100.0))
        columns.append(tenths / 10)
        columns.append(np.rint(tenths * 100 / hundredths) / 10)
    return columns


@recipe.derive("historical.improvement_trend")
def improvement_trend(historical__primary_percentage_30d: Array, historical__primary_percentage_90d: Array) -> Coded:
    tenths = np.rint((historical__primary_percentage_30d - historical__primary_percentage_90d) * 10)
    trend = np.where(tenths > TREND_POINTS * 10, 0, np.where(tenths < -TREND_POINTS * 10, 2, 1))
    return Coded(trend, tuple(TrendDirection))


@recipe.derive(*_TODAY)
def today_(model: Array, documents: Events, settings: Settings) -> list[Column]:
    """The last day's deliveries; a bag at 50 % and above counts for the model's first label, else for its second."""
    bags = documents(last_day(settings), last_day(settings))
    own = [np.ones(len(bags["farmer"]), np.int64), (bags["kept"] * 2 >= LEAVES).astype(np.int64)]
    sums = _sums([*own, *_values(bags)], bags["farmer"], len(model))
    deliveries, good, tenths, *by_class = sums.T
    some, leaves = deliveries > 0, dict(zip(CLASSES, by_class, strict=True))
    columns: list[Column] = [deliveries, tenths / 10]
    for label in LABELS.names:
        place = _place(label)[model]
        columns.append(Maybe(np.where(place == 0, good, deliveries - good), some & (place >= 0) & (place < 2)))
    columns += [
        Maybe(leaves["leaf_type", name], some & _counted(("leaf_type", name))[model]) for name in LEAF_TYPES.names
    ]
    last = np.zeros(len(model), np.int64)
    np.maximum.at(last, bags["farmer"], bags["received"])
    columns.append(Maybe(last * MICRO, some))
    return columns


@recipe.derive("historical.computed_at", "created_at", "updated_at")
def computed_at(rows: Array, settings: Settings) -> tuple[Array, Array, Array]:
    """The world's end."""
    end = np.full(len(rows), world_end(settings) * MICRO)
    return end, end, end


@recipe.derive("today.metrics_date")
def metrics_date(rows: Array, settings: Settings) -> Array:
    return np.full(len(rows), last_day(settings))


def _grades(model: Array, leaves: Mapping[Leaf, Array]) -> tuple[list[tuple[Array, Array]], Array]:
    """Leaves by display label with where the label applies, and the leaves that are not rejected."""
    grades = [GRADES[row["model_id"]] for row in _MODELS]
    zeros = np.zeros(len(model), np.int64)
    labels, kept = [], zeros
    for label in LABELS.names:
        by_model = np.stack([sum((leaves[leaf] for leaf in grade.get(label, ())), zeros) for grade in grades])
        counts = by_model[model, np.arange(len(model))]
        applies = np.array([label in grade for grade in grades])[model]
        rejected = np.array([label == [*grade][-1] for grade in grades])[model]
        kept = kept + np.where(rejected, 0, counts)
        labels.append((counts, applies))
    return labels, kept


def _counted(leaf: Leaf) -> Array:
    """Whether each grading model counts the class."""
    attribute, name = leaf
    return np.array([name in row["attributes"].get(attribute, {"classes": ()})["classes"] for row in _MODELS])


def _place(label: str) -> Array:
    """Where a display label stands in each grading model's list; -1 where the model does not have it."""
    lists = [[*GRADES[row["model_id"]]] for row in _MODELS]
    return np.array([labels.index(label) if label in labels else -1 for labels in lists])
