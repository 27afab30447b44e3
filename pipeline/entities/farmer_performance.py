"""How a farmer has done: sums over the farmer's documents, never drawn."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.entities.document import LEAF_TYPES, leaf_column
from pipeline.entities.grading_model import ATTRIBUTES, LABELS, LEAVES
from pipeline.entities.leaves import GRADES, Leaf
from pipeline.entities.leaves import LEAVES as LEAVES_COUNTED
from pipeline.entities.values import FarmScale, scales
from pipeline.spec.clock import today
from pipeline.spec.columns import Array, Coded, Column, Columns, Maybe, Settings
from pipeline.spec.marks import Decimals, ForeignKey, Keys, PrimaryKey
from pipeline.spec.recipe import Recipe
from pipeline.spec.record import Day, Entity, Moment, Record, Timestamp
from pipeline.spec.reference import reference_rows
from pipeline.spec.time import MICRO, last_day, world_end

GradeDistribution = Annotated[dict[str, int], LABELS]
AttributeDistributions = Annotated[dict[str, dict[str, int]], ATTRIBUTES]
Percentage = Annotated[float, Field(ge=0.0, le=100.0), Decimals(1)]
Kilograms = Annotated[float, Field(ge=0.0), Decimals(1)]


class TrendDirection(StrEnum):
    """The 30-day primary percentage against the 90-day one: more than 5 points above, below, or neither."""

    IMPROVING = "improving"
    STABLE = "stable"
    DECLINING = "declining"


class HistoricalMetrics(Record):
    """Windows of 30, 90 and 365 days that end with the data's last day."""

    grade_distribution_30d: GradeDistribution = Field(default_factory=dict)
    grade_distribution_90d: GradeDistribution = Field(default_factory=dict)
    grade_distribution_year: GradeDistribution = Field(default_factory=dict)
    attribute_distributions_30d: AttributeDistributions = Field(default_factory=dict)
    attribute_distributions_90d: AttributeDistributions = Field(default_factory=dict)
    attribute_distributions_year: AttributeDistributions = Field(default_factory=dict)
    primary_percentage_30d: Percentage = 0.0
    primary_percentage_90d: Percentage = 0.0
    primary_percentage_year: Percentage = 0.0
    total_kg_30d: Kilograms = 0.0
    total_kg_90d: Kilograms = 0.0
    total_kg_year: Kilograms = 0.0
    yield_kg_per_hectare_30d: Kilograms = 0.0
    yield_kg_per_hectare_90d: Kilograms = 0.0
    yield_kg_per_hectare_year: Kilograms = 0.0
    improvement_trend: TrendDirection = TrendDirection.STABLE
    computed_at: Moment | None = None


class TodayMetrics(Record):
    """The data's last day."""

    deliveries: Annotated[int, Field(ge=0)] = 0
    total_kg: Kilograms = 0.0
    grade_counts: GradeDistribution = Field(default_factory=dict)
    attribute_counts: Annotated[dict[str, dict[str, int]], Keys({"leaf_type": LEAF_TYPES})] = Field(
        default_factory=dict
    )
    last_delivery: Moment | None = None
    metrics_date: Day = Field(default_factory=today)


class FarmerPerformance(Entity):
    """One row per farmer, computed from the documents."""

    table: ClassVar[str] = "farmer_performance"

    farmer_id: Annotated[str, PrimaryKey(), ForeignKey("farmers")]
    grading_model_id: Annotated[str, ForeignKey("grading_models")]
    grading_model_version: str
    farm_size_hectares: Annotated[float, Field(ge=0.01, le=1000.0), Decimals(2)]
    farm_scale: FarmScale
    historical: HistoricalMetrics = Field(default_factory=HistoricalMetrics)
    today: TodayMetrics = Field(default_factory=TodayMetrics)
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def initialize_for_farmer(
        cls,
        farmer_id: str,
        farm_size_hectares: float,
        grading_model_id: str,
        grading_model_version: str,
        farm_scale: FarmScale | None = None,
    ) -> FarmerPerformance:
        """The record of a farmer who has delivered nothing yet; without `farm_scale` it follows from the size."""
        return cls.model_validate(
            {
                "farmer_id": farmer_id,
                "farm_size_hectares": farm_size_hectares,
                "farm_scale": farm_scale or FarmScale.from_hectares(farm_size_hectares),
                "grading_model_id": grading_model_id,
                "grading_model_version": grading_model_version,
            }
        )

    def get_attribute_trend(
        self, attribute: str, class_name: str
    ) -> Literal["increasing", "decreasing", "stable"] | None:
        """How a class's share of its attribute's leaves in the last 30 days compares with that in the last 90.

        More than 10 % above it is increasing, more than 10 % below decreasing. None where either window holds fewer
        than three samples of the attribute.
        """
        recent, longer = (
            counts.get(attribute, {})
            for counts in (self.historical.attribute_distributions_30d, self.historical.attribute_distributions_90d)
        )
        if min(sum(recent.values()), sum(longer.values())) < LEAST_SAMPLES:
            return None
        now = recent.get(class_name, 0) * sum(longer.values())  # shares over one denominator: no rounding decides
        before = longer.get(class_name, 0) * sum(recent.values())
        if 100 * abs(now - before) <= TREND_PERCENT * before:
            return "stable"
        return "increasing" if now > before else "decreasing"


LEAST_SAMPLES = 3
TREND_PERCENT = 10
"""What an attribute's trend needs: leaves in each window, and a change against the longer window's share."""

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
        *(f"attribute_distributions_{window}.{attribute}.{name}" for attribute, name in LEAVES),
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


class Sums:
    """Sums of whole numbers per farmer, over the documents that are `inside` a window."""

    def __init__(self, farmers: int, documents: Columns, inside: Array) -> None:
        self._farmers, self._documents, self._inside = farmers, documents, np.flatnonzero(inside)
        self._farmer = documents["farmer"][self._inside]
        self.deliveries = np.bincount(self._farmer, minlength=farmers)
        self.tenths = self.of(np.rint(documents["extracted_fields.bag_summary.total_weight_kg"] * 10))

    def of(self, values: Array) -> Array:
        totals = np.bincount(self._farmer, weights=values[self._inside], minlength=self._farmers)
        return totals.astype(np.int64)

    def leaves(self, attribute: str, name: str) -> Array:
        """Leaves of one class."""
        counts = self._documents[leaf_column(attribute, name)]
        return self.of(np.where(counts.valid, counts.values, 0))


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


@recipe.derive()
def farmer_id(farmer__id: Coded) -> Coded:
    return farmer__id


@recipe.derive()
def farm_size_hectares(farmer__farm_size_hectares: Array) -> Array:
    return farmer__farm_size_hectares


@recipe.derive()
def farm_scale(farm_size_hectares: Array) -> Coded:
    return scales(farm_size_hectares)


@recipe.derive(*_HISTORY)
def history(model: Array, farm_size_hectares: Array, documents: Columns, settings: Settings) -> list[Column]:
    """Every window's sums, percentages and yields; a farmer without deliveries has zeros and empty dicts."""
    columns: list[Column] = []
    hundredths = np.maximum(np.rint(farm_size_hectares * 100), 1)
    last, day = last_day(settings), documents["day"]
    for days in WINDOWS.values():
        sums = Sums(len(model), documents, (day > last - days) & (day <= last))
        leaves = {leaf: sums.leaves(*leaf) for leaf in LEAVES}
        some = sums.deliveries > 0
        labels, kept = _grades(model, leaves)
        columns += [Maybe(counts, some & applies) for counts, applies in labels]
        columns += [Maybe(leaves[leaf], some & _counted(leaf)[model]) for leaf in LEAVES]
        counted = sum((leaves["leaf_type", name] for name in LEAF_TYPES.names), np.zeros(len(model), np.int64))
        columns.append(np.minimum(np.rint(1000 * kept / np.maximum(counted, 1)) / 10, 100.0))
        columns.append(sums.tenths / 10)
        columns.append(np.rint(sums.tenths * 100 / hundredths) / 10)
    return columns


@recipe.derive("historical.improvement_trend")
def improvement_trend(historical__primary_percentage_30d: Array, historical__primary_percentage_90d: Array) -> Coded:
    tenths = np.rint((historical__primary_percentage_30d - historical__primary_percentage_90d) * 10)
    trend = np.where(tenths > TREND_POINTS * 10, 0, np.where(tenths < -TREND_POINTS * 10, 2, 1))
    return Coded(trend, tuple(TrendDirection))


@recipe.derive(*_TODAY)
def today_(model: Array, documents: Columns, settings: Settings) -> list[Column]:
    """The last day's deliveries; a bag at 50 % and above counts for the model's first label, else for its second."""
    inside = documents["day"] == last_day(settings)
    sums = Sums(len(model), documents, inside)
    some = sums.deliveries > 0
    good = sums.of(documents["kept"] * 2 >= LEAVES_COUNTED)
    columns: list[Column] = [sums.deliveries, sums.tenths / 10]
    for label in LABELS.names:
        place = _place(label)[model]
        columns.append(Maybe(np.where(place == 0, good, sums.deliveries - good), some & (place >= 0) & (place < 2)))
    columns += [
        Maybe(sums.leaves("leaf_type", name), some & _counted(("leaf_type", name))[model]) for name in LEAF_TYPES.names
    ]
    last = np.zeros(len(model), np.int64)
    np.maximum.at(last, documents["farmer"][inside], documents["received"][inside])
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
        counts, applies = zeros, np.zeros(len(model), bool)
        for number, grade in enumerate(grades):
            own = model == number
            counts = np.where(own, sum((leaves[leaf] for leaf in grade.get(label, ())), zeros), counts)
            applies = applies | (own & (label in grade))
            if label in grade and label != [*grade][-1]:
                kept = kept + np.where(own, counts, 0)
        labels.append((counts, applies))
    return labels, kept


def _counted(leaf: Leaf) -> Array:
    """Whether each grading model counts the class."""
    attribute, name = leaf
    return np.array([name in row["attributes"].get(attribute, {"classes": ()})["classes"] for row in _MODELS])


def _place(label: str) -> Array:
    """Where a display label stands in each grading model's list; -1 where the model does not have it."""
    lists = [[*GRADES[row["model_id"]]] for row in _MODELS]
    return np.array([found.index(label) if label in found else -1 for found in lists])
