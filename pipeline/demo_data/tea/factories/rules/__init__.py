"""Factories: where they lie, and what collects and grades for them."""

from __future__ import annotations

import polars as pl

from demo_data.tea.factories.model import QualityThresholds
from demo_data.tea.regions.views import LIMITS, outside, places
from demo_data.tea.views import beyond_faulty
from demo_data.validation import Dataset, ModelRule, Violation, Violations, columns, rule

falling_thresholds = ModelRule(
    QualityThresholds,
    ("tier_1", "tier_2", "tier_3"),
    "thresholds must fall: tier_1 > tier_2 > tier_3",
    lambda first, second, third: ~((first > second) & (second > third)),
)


@rule("factory-in-region", places("factories", "location"), LIMITS)
def factory_in_region(_: Dataset, factories: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A factory lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from outside(factories, limits, "location")


@rule("factory-point", columns("collection_points", "factory_id", "status"), columns("factories", "id"))
def factory_point(data: Dataset, points: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """Every factory has an active collection point."""
    active = points.filter(pl.col("status") == "active").select(id="factory_id")
    idle = factories.drop_nulls().join(active, on="id", how="anti").sort("row")
    idle = beyond_faulty(data, idle, "collection_points", "factory_id", "status")
    yield Violation("id", idle, "{id} has no active collection point")


@rule("factory-model", columns("grading_models", "active_at_factory"), columns("factories", "id"))
def factory_model(data: Dataset, models: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """Every factory is on exactly one grading model."""
    counts = models.explode("active_at_factory").group_by(id="active_at_factory").agg(models=pl.len())
    counted = factories.drop_nulls().join(counts, on="id", how="left", maintain_order="left")
    wrong = counted.with_columns(pl.col("models").fill_null(0)).filter(pl.col("models") != 1)
    if len(data.faulty("grading_models", "active_at_factory")):
        wrong = wrong.filter(pl.col("models") > 1)  # the others may be meant by what is at fault
    yield Violation("id", wrong, "{id} is on {models} grading models, not on one")
