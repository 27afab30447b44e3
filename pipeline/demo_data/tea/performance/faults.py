"""Faults in farmer performance. The figures of the year are changed: nothing else is measured against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from demo_data.faults import (
    Also,
    Cannot,
    Data,
    Draw,
    Fault,
    Place,
    Planter,
    Record,
    at,
    first,
    moment,
    planter,
    written,
)
from demo_data.tea.farmers.views import SPAN
from demo_data.tea.performance.rules import PAST, TABLE, TRENDS
from demo_data.tea.planting import ROWS, as_of, asked, born, days, scenarios, story, sums


def _delivering(record: Record) -> Any:
    return at(record, f"{PAST}total_kg_30d")


def _summed(data: Data, draw: Draw, fits: Callable[[Record], Any]) -> tuple[int, list[Place]]:
    """A free record that fits, of a farmer whose documents can all be read; and what it requires. Raises Cannot."""
    row = data.row(draw, TABLE, lambda record: fits(record) and data.unlocked(*sums(data, record["farmer_id"])))
    return row, [sums(data, data[TABLE][row]["farmer_id"])]


def unsure(_data: Data, _record: Record, path: str | None) -> list[Place]:
    """Who has no row: the one that names nobody may be theirs."""
    return [ROWS] if path in (None, "farmer_id") else []


@planter("performance-farm", TABLE, "farmers")
def another_scale(data: Data, draw: Draw) -> Fault:
    farmers = data.index("farmers")
    row = data.row(draw, TABLE, lambda record: data.unlocked("farmers", farmers[record["farmer_id"]]))
    value = "medium" if data[TABLE][row]["farm_scale"] == "estate" else "estate"
    requires = [("farmers", farmers[data[TABLE][row]["farmer_id"]])]
    return data.fault(TABLE, row, "farm_scale", value, "That is not the farmer's scale.", requires=requires)


@planter("performance-model", TABLE, "grading_models", "collection_points")
def another_version(data: Data, draw: Draw) -> Fault:
    models = {model["model_id"] for model in data["grading_models"]}
    row = data.row(draw, TABLE, lambda record: record["grading_model_id"] in models)
    return data.fault(TABLE, row, "grading_model_version", "0.0.1", "That is not the grading model's version.")


def _more(rule: str, options: Sequence[tuple[str, float, str]], *needs: str) -> Planter:
    """A planter of too much in one of several sums: path, how much more, and what is said of it."""

    def plant(data: Data, draw: Draw) -> Fault:
        row, requires = _summed(data, draw, lambda record: at(record, options[0][0]) is not None)
        path, more, sentence = draw.shuffled(options)[0]
        value = round(at(data[TABLE][row], path) + more, 1)
        return data.fault(TABLE, row, path, value, sentence, requires=requires)

    return planter(rule, TABLE, "documents", *needs)(plant)


_WEIGHTS = (
    (f"{PAST}total_kg_year", 0.7, "That is not what the documents weigh."),
    (f"{PAST}yield_kg_per_hectare_year", 1.3, "That is not what the documents weigh, by the hectares."),
)
another_weight = _more("performance-weights", _WEIGHTS)

_NOT_TODAYS = "That is not what today's documents give."
busy_today = _more(
    "performance-today", (("today.deliveries", 7, _NOT_TODAYS), ("today.total_kg", 12.5, _NOT_TODAYS)), "grading_models"
)


@planter("performance-percentages", TABLE, "documents", "grading_models")
def another_percentage(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}primary_percentage_year"
    row, requires = _summed(data, draw, lambda record: at(record, path))
    old = at(data[TABLE][row], path)
    value = round(old - 0.4 if old > 50 else old + 0.4, 1)
    sentence = "That is not the share of leaves that are not rejected."
    return data.fault(TABLE, row, path, value, sentence, requires=requires)


def _miscounted(rule: str, path: str, sentence: str, *needs: str) -> Planter:
    """A planter of one too many in a count of the year."""

    def plant(data: Data, draw: Draw) -> Fault:
        row, requires = _summed(data, draw, lambda record: at(record, path))
        name, count = draw.shuffled(list(at(data[TABLE][row], path).items()))[0]
        return data.fault(TABLE, row, f"{path}.{name}", count + 1, sentence, requires=requires)

    return planter(rule, TABLE, "documents", *needs)(plant)


miscounted_leaves = _miscounted(
    "performance-attributes", f"{PAST}attribute_distributions_year.leaf_type", "That is not what the documents count."
)
miscounted_grades = _miscounted(
    "performance-grades", f"{PAST}grade_distribution_year", "That is not what the documents give.", "grading_models"
)


@planter("performance-windows", TABLE)
def more_in_less(data: Data, draw: Draw) -> Fault:
    """Each figure is a sum over documents: where there are some, it cannot but be wrong on its own too."""
    row, requires = _summed(data, draw, _delivering)
    value = round(at(data[TABLE][row], f"{PAST}total_kg_90d") + 10, 1)
    also = [Also("performance-weights", TABLE, row)] if data["documents"] else []
    sentence = "That is more than in 90 days."
    return data.fault(TABLE, row, f"{PAST}total_kg_30d", value, sentence, also=also, requires=requires)


@planter("performance-trend", TABLE)
def another_trend(data: Data, draw: Draw) -> Fault:
    path = f"{PAST}improvement_trend"
    row = data.row(draw, TABLE, lambda record: _delivering(record) and record["farmer_id"] not in scenarios(data))
    others = [trend for trend in ("improving", "stable", "declining") if trend != at(data[TABLE][row], path)]
    sentence = "The trend does not follow from the percentages of 30 and 90 days."
    return data.fault(TABLE, row, path, draw.shuffled(others)[0], sentence)


@planter("performance-dates", TABLE)
def another_day(data: Data, draw: Draw) -> Fault:
    if "as_of" not in data.recipe and data.sizes[TABLE] < 2:
        raise Cannot("nothing else tells the dataset's last day")
    row = data.row(draw, TABLE, lambda record: at(record, f"{PAST}computed_at") and at(record, "today.metrics_date"))
    day = date.fromisoformat(at(data[TABLE][row], "today.metrics_date")) - timedelta(days=1)
    before = moment(at(data[TABLE][row], f"{PAST}computed_at")) - timedelta(days=1)
    field, value = draw.shuffled([("today.metrics_date", day.isoformat()), (f"{PAST}computed_at", written(before))])[0]
    also = (
        [Also("nothing-happens", TABLE, row)]
        if field == f"{PAST}computed_at" and "updated_at" in data[TABLE][row]
        else []
    )
    return data.fault(TABLE, row, field, value, "That is not the dataset's last day, or its end.", also=also)


@planter("scenario-trend", TABLE, "farmers")
def stable_improver(data: Data, draw: Draw) -> Fault:
    """The trend follows from the percentages beside it, and so must be wrong there too."""
    asked(data, *TRENDS)
    if days(data) < SPAN:
        raise Cannot(f"the history is shorter than {SPAN} days")
    last = as_of(data)
    if (last - born(data)).days % SPAN:
        raise Cannot("the last day does not end a season")
    active = {farmer["id"] for farmer in data["farmers"] if farmer["is_active"]}
    rows = data.rows(draw, TABLE, lambda record: record["farmer_id"] in active and _delivering(record))
    row, scenario = first(
        (row, name) for row in rows if (name := story(data, data[TABLE][row]["farmer_id"], last) or "") in TRENDS
    )
    sentence = f"The trend of a farmer with the scenario {scenario} is {TRENDS[scenario]}."
    also = [Also("performance-trend", TABLE, row)]
    return data.fault(TABLE, row, f"{PAST}improvement_trend", "stable", sentence, also=also)
