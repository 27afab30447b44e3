"""How a farmer has done: sums over the farmer's documents, never drawn."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from demo_data.common.clock import today
from demo_data.schema import Day, Decimals, Entity, ForeignKey, Keys, Moment, PrimaryKey, Record, Timestamp
from demo_data.tea.documents.model import LEAF_TYPES
from demo_data.tea.grading.model import ATTRIBUTES, LABELS
from demo_data.tea.values import FarmScale

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
