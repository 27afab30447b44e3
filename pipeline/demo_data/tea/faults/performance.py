"""Faults in farmer performance. The figures of the year are changed: nothing else is measured against them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from demo_data.faults.changes import adds, sets
from demo_data.faults.data import SUMS, Cannot, Data, Record, at, moment, written
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import newcomer
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Also, Fault

TABLE = "farmer_performance"
PAST = "historical."


def _delivering(each: Record) -> Any:
    return at(each, f"{PAST}total_kg_30d")


def _sums(data: Data, each: Record) -> tuple[str, int]:
    """What stands for the farmer's documents."""
    return SUMS, data.farmer_rows.get(each["farmer_id"], -1)


def _summed(data: Data, draw: Draw, fits: Callable[[Record], Any]) -> tuple[int, list[tuple[str, int]]]:
    """A free record that fits, of a farmer whose documents can all be read; and what it leans on. Raises Cannot."""
    row = data.row(draw, TABLE, lambda each: fits(each) and data.firm(*_sums(data, each)))
    return row, [_sums(data, data[TABLE][row])]


@plants("performance-rows", TABLE, "farmers")
def no_performance(data: Data, draw: Draw) -> Fault:
    someone = newcomer(data, draw, active=False)
    return adds(data, someone.farmer, "The farmer has no row of performance.")


@plants("performance-farm", TABLE, "farmers")
def another_scale(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, TABLE, lambda each: data.firm("farmers", data.farmer_rows[each["farmer_id"]]))
    value = "medium" if data[TABLE][row]["farm_scale"] == "estate" else "estate"
    leans = [("farmers", data.farmer_rows[data[TABLE][row]["farmer_id"]])]
    return sets(data, TABLE, row, "farm_scale", value, "That is not the farmer's scale.", leans=leans)


@plants("performance-model", TABLE, "grading_models", "collection_points")
def another_version(data: Data, draw: Draw) -> Fault:
    models = {each["model_id"] for each in data["grading_models"]}
    row = data.row(draw, TABLE, lambda each: each["grading_model_id"] in models)
    return sets(data, TABLE, row, "grading_model_version", "0.0.1", "That is not the grading model's version.")


@plants("performance-weights", TABLE, "documents")
def another_weight(data: Data, draw: Draw) -> Fault:
    row, leans = _summed(data, draw, lambda each: at(each, f"{PAST}total_kg_year") is not None)
    field, more, sentence = draw.shuffled([
        ("total_kg_year", 0.7, "That is not what the documents weigh."),
        ("yield_kg_per_hectare_year", 1.3, "That is not what the documents weigh, by the hectares."),
    ])[0]  # fmt: skip
    value = round(at(data[TABLE][row], f"{PAST}{field}") + more, 1)
    return sets(data, TABLE, row, f"{PAST}{field}", value, sentence, leans=leans)


@plants("performance-percentages", TABLE, "documents", "grading_models")
def another_percentage(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}primary_percentage_year"
    row, leans = _summed(data, draw, lambda each: at(each, path))
    old = at(data[TABLE][row], path)
    value = round(old - 0.4 if old > 50 else old + 0.4, 1)
    return sets(data, TABLE, row, path, value, "That is not the share of leaves that are not rejected.", leans=leans)


@plants("performance-attributes", TABLE, "documents")
def miscounted_leaves(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}attribute_distributions_year.leaf_type"
    row, leans = _summed(data, draw, lambda each: at(each, path))
    name = draw.shuffled(list(at(data[TABLE][row], path)))[0]
    value = at(data[TABLE][row], f"{path}.{name}") + 1
    return sets(data, TABLE, row, f"{path}.{name}", value, "That is not what the documents count.", leans=leans)


@plants("performance-grades", TABLE, "documents", "grading_models")
def miscounted_grades(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}grade_distribution_year"
    row, leans = _summed(data, draw, lambda each: at(each, path))
    name = draw.shuffled(list(at(data[TABLE][row], path)))[0]
    value = at(data[TABLE][row], f"{path}.{name}") + 1
    return sets(data, TABLE, row, f"{path}.{name}", value, "That is not what the documents give.", leans=leans)


@plants("performance-windows", TABLE)
def more_in_less(data: Data, draw: Draw) -> Fault:
    """Each figure is a sum over documents: where there are some, it cannot but be wrong on its own too."""
    row, leans = _summed(data, draw, _delivering)
    value = round(at(data[TABLE][row], f"{PAST}total_kg_90d") + 10, 1)
    also = [Also("performance-weights", TABLE, row)] if data["documents"] else []
    return sets(data, TABLE, row, f"{PAST}total_kg_30d", value, "That is more than in 90 days.", also=also, leans=leans)


@plants("performance-trend", TABLE)
def another_trend(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}improvement_trend"
    row = data.row(draw, TABLE, lambda each: _delivering(each) and each["farmer_id"] not in data.scenarios)
    others = [trend for trend in ("improving", "stable", "declining") if trend != at(data[TABLE][row], path)]
    sentence = "The trend does not follow from the percentages of 30 and 90 days."
    return sets(data, TABLE, row, path, draw.shuffled(others)[0], sentence)


@plants("performance-dates", TABLE)
def another_day(data: Data, draw: Draw) -> Fault:
    if "as_of" not in data.recipe and data.sizes[TABLE] < 2:
        raise Cannot("nothing else tells the dataset's last day")
    row = data.row(draw, TABLE, lambda each: at(each, f"{PAST}computed_at") and at(each, "today.metrics_date"))
    day = date.fromisoformat(at(data[TABLE][row], "today.metrics_date")) - timedelta(days=1)
    before = moment(at(data[TABLE][row], f"{PAST}computed_at")) - timedelta(days=1)
    field, value = draw.shuffled([("today.metrics_date", day.isoformat()), (f"{PAST}computed_at", written(before))])[0]
    return sets(data, TABLE, row, field, value, "That is not the dataset's last day, or its end.")


@plants("performance-today", TABLE, "documents", "grading_models")
def busy_today(data: Data, draw: Draw) -> Fault:
    row, leans = _summed(data, draw, lambda each: at(each, "today.deliveries") is not None)
    field, more = draw.shuffled([("deliveries", 7), ("total_kg", 12.5)])[0]
    value = round(at(data[TABLE][row], f"today.{field}") + more, 1)
    return sets(data, TABLE, row, f"today.{field}", value, "That is not what today's documents give.", leans=leans)
