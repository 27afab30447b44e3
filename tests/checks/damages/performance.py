"""Faults in farmer performance."""

from __future__ import annotations

from datetime import timedelta

from tests.checks.damaged import Damaged, at, put
from tests.checks.damages.plant import Place, free, plants, sets


@plants("performance-rows")
def lost_performance(data: Damaged) -> Place:
    data["farmer_performance"].pop(6)
    return "farmers", 6


sets("performance-farm", "farmer_performance", "farm_size_hectares", lambda old: old + 1, "performance-weights")
sets("performance-model", "farmer_performance", "grading_model_version", "0.0.1")
sets(
    "performance-weights", "farmer_performance", "historical.total_kg_90d", lambda old: old + 0.1, "performance-windows"
)
sets("performance-percentages", "farmer_performance", "historical.primary_percentage_year", lambda old: old - 0.1)
sets("performance-dates", "farmer_performance", "historical.computed_at", lambda old: old - timedelta(days=1))
sets("performance-today", "farmer_performance", "today.deliveries", 7)


@plants("performance-attributes")
def miscounted_leaves(data: Damaged) -> Place:
    counts = at(data["farmer_performance"][0], "historical.attribute_distributions_30d.leaf_type")
    name = next(name for name in counts if counts[name])
    counts[name] += 1
    return "farmer_performance", 0


@plants("performance-grades")
def miscounted_grades(data: Damaged) -> Place:
    counts = at(data["farmer_performance"][0], "historical.grade_distribution_90d")
    name = next(name for name in counts if counts[name])
    counts[name] -= 1
    return "farmer_performance", 0


@plants("performance-windows", "performance-weights")
def shrinking_window(data: Damaged) -> Place:
    put(data["farmer_performance"][0], "historical.total_kg_year", 0.1)
    return "farmer_performance", 0


@plants("performance-trend")
def sudden_improver(data: Damaged) -> Place:
    row = data.row("farmer_performance", farmer_id=free(data))
    put(data["farmer_performance"][row], "historical.improvement_trend", "declining")
    return "farmer_performance", row
