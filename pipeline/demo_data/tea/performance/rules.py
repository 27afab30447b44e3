"""Farmer performance: exactly what the farmer's documents add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import polars as pl

from demo_data.tea.documents.views import TODAY, WINDOWS, classes, deliveries, sums
from demo_data.tea.farmers.views import MEMBERS, SPAN, scenarios
from demo_data.tea.grading.views import Grading, gradings
from demo_data.tea.performance.views import bags_of, by_model, known, leaves_of, share, with_sums
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import in_utc, last_day, local, world_end
from demo_data.validation import (
    Dataset,
    RowViolation,
    RowViolations,
    Skip,
    Violation,
    Violations,
    columns,
    row_rule,
    rule,
)

TABLE = "farmer_performance"
PAST = "historical."
NOW = "today."
TREND_TENTHS = 50
TRENDS = {"improving_trend": "improving", "declining_trend": "declining"}
HALF = 0.0501
"""Published to one decimal: within half of it, and what adding floats may cost."""

Labeller = Callable[..., pl.Expr]
Sums = dict[int, pl.DataFrame]

_TREND = f"{PAST}improvement_trend"


@rule(
    "performance-farm",
    columns(TABLE, "farmer_id", "farm_size_hectares", "farm_scale"),
    columns("farmers", farmer_id="id", size="farm_size_hectares", scale="farm_scale"),
    each="farmers",
)
def performance_farm(_: Dataset, rows: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """Farm size and scale are the farmer's."""
    rows = rows.join(farmers.drop("row"), on="farmer_id", maintain_order="left")
    wrong = rows.filter(pl.col("farm_size_hectares") != pl.col("size"))
    yield Violation("farm_size_hectares", wrong, "{farm_size_hectares} is not the farmer's {size} ha")
    wrong = rows.filter(pl.col("farm_scale") != pl.col("scale"))
    yield Violation("farm_scale", wrong, "{farm_scale} is not the farmer's {scale}")


@rule(
    "performance-model",
    columns(TABLE, "farmer_id", model="grading_model_id", version="grading_model_version"),
    columns("grading_models", "active_at_factory", model="model_id", own="model_version"),
    enrolments,
    each="farmers",
)
def performance_model(_: Dataset, rows: pl.DataFrame, models: pl.DataFrame, enrolments: pl.DataFrame) -> Violations:
    """The grading model is active at the factory of the farmer's collection points, and the version is that model's."""
    active = models.explode("active_at_factory").select(factory_id="active_at_factory", due="model")
    due = enrolments.select("farmer", "factory_id").join(active, on="factory_id")
    due = due.unique("farmer").select("farmer", "due")
    wrong = rows.join(due, left_on="farmer_id", right_on="farmer", maintain_order="left")
    wrong = wrong.filter(pl.col("model") != pl.col("due"))
    message = "{model} is not {due}, which is active at the factory of {farmer_id}"
    yield Violation("grading_model_id", wrong, message)
    wrong = rows.join(models.select("model", "own"), on="model", maintain_order="left")
    wrong = wrong.filter(pl.col("version") != pl.col("own"))
    yield Violation("grading_model_version", wrong, "{version} is not {own}, the version of {model}")


@rule(
    "performance-weights",
    known("farm_size_hectares", f"{PAST}total_kg_*", f"{PAST}yield_kg_per_hectare_*"),
    sums,
    each="farmers",
)
def performance_weights(data: Dataset, rows: pl.DataFrame, sums: Sums) -> Violations:
    """Kilograms are the sum of the documents', to 0.1, and per hectare of the farm, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        total, rate = f"{PAST}total_kg_{window}", f"{PAST}yield_kg_per_hectare_{window}"
        tenths = pl.col("tenths").fill_null(0)
        summed = with_sums(data, rows, sums[days]).with_columns(due=tenths / 10)
        wrong = summed.filter((pl.col(total) * 10).round() != tenths)
        yield Violation(total, wrong, f"{{{total}}} kg is not {{due}} kg, the sum of the documents")
        summed = summed.with_columns(pl.col("due") / pl.col("farm_size_hectares"))
        wrong = summed.filter((pl.col(rate) - pl.col("due")).abs() > HALF)
        yield Violation(rate, wrong, f"{{{rate}}} is not {{due}} kg per hectare")


@rule(
    "performance-percentages", known("grading_model_id", f"{PAST}primary_percentage_*"), sums, gradings, each="farmers"
)
def performance_percentages(data: Dataset, rows: pl.DataFrame, sums: Sums, gradings: list[Grading]) -> Violations:
    """Primary percentages are the share of leaves that are not rejected, to 0.1, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        path = f"{PAST}primary_percentage_{window}"
        summed = with_sums(data, rows, sums[days], "grading_model_id")
        summed = summed.with_columns(due=by_model(gradings, summed, share).fill_null(0))
        wrong = summed.filter((pl.col(path) - pl.col("due")).abs() > HALF)
        yield Violation(path, wrong, f"{{{path}}} is not {{due}} %, the share of leaves not rejected")


@rule("performance-attributes", known(f"{PAST}attribute_distributions_*"), sums, each="farmers")
def performance_attributes(data: Dataset, rows: pl.DataFrame, sums: Sums) -> Violations:
    """Attribute distributions are the sums of the documents' counts, class by class, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        yield from _sums(data, f"{PAST}attribute_distributions_{window}.", with_sums(data, rows, sums[days]))


@rule("performance-grades", known("grading_model_id", f"{PAST}grade_distribution_*"), sums, gradings, each="farmers")
def performance_grades(data: Dataset, rows: pl.DataFrame, sums: Sums, gradings: list[Grading]) -> Violations:
    """Grade distributions count leaves by display label: the rejected, the best type, the others."""
    for window, days in WINDOWS.items():
        prefix = f"{PAST}grade_distribution_{window}."
        yield from _labels(data, prefix, with_sums(data, rows, sums[days], "grading_model_id"), gradings, leaves_of)


@row_rule("performance-windows", f"{PAST}*")
def performance_windows(data: Dataset) -> RowViolations:
    """What 30 days hold, 90 days hold too, and 365 days hold too."""
    columns = set(data.columns(TABLE))
    for shorter, longer in (("30d", "90d"), ("90d", "year")):
        for path in sorted(columns):
            other = path.replace(f"_{shorter}", f"_{longer}")
            if other != path and other in columns and "primary_percentage" not in path:
                bad = pl.col(path).fill_null(0) > pl.col(other).fill_null(0)
                yield RowViolation(path, bad, f"{{{path}}} is more than {{{other}}} in the longer window")


@row_rule(
    "performance-trend", _TREND, f"{PAST}primary_percentage_30d", f"{PAST}primary_percentage_90d", f"{PAST}total_kg_30d"
)
def performance_trend(_: Dataset) -> RowViolations:
    """The trend is improving where the 30-day percentage is more than 5 points above the 90-day one, declining where
    more than 5 below, else stable. Without leaves in the last 30 days it is not checked.
    """
    recent, longer = pl.col(f"{PAST}primary_percentage_30d"), pl.col(f"{PAST}primary_percentage_90d")
    tenths = (recent * 10).round() - (longer * 10).round()
    improving, stable, declining = (pl.lit(trend) for trend in ("improving", "stable", "declining"))
    due = pl.when(tenths > TREND_TENTHS).then(improving).when(tenths < -TREND_TENTHS).then(declining).otherwise(stable)
    bad = (pl.col(f"{PAST}total_kg_30d") > 0) & (pl.col(_TREND) != due)
    message = f"{{{_TREND}}} does not follow from {{{PAST}primary_percentage_30d}} and {{{PAST}primary_percentage_90d}}"
    yield RowViolation(_TREND, bad, message)


@row_rule("performance-dates", f"{PAST}computed_at", f"{NOW}metrics_date", last_day, world_end)
def performance_dates(_: Dataset, last_day: date, world_end: datetime) -> RowViolations:
    """Metrics are of the last day, and computed at its end: 21:00 in Kenya."""
    moment, day = f"{PAST}computed_at", f"{NOW}metrics_date"
    yield RowViolation(moment, pl.col(moment) != in_utc(world_end), f"{{{moment}}} is not the dataset's end")
    yield RowViolation(day, pl.col(day) != last_day, f"{{{day}}} is not the dataset's last day")


@rule(
    "performance-today",
    known(
        "grading_model_id",
        f"{NOW}deliveries",
        f"{NOW}total_kg",
        f"{NOW}last_delivery",
        f"{NOW}attribute_counts.*",
        f"{NOW}grade_counts.*",
    ),
    sums,
    gradings,
    deliveries,
    last_day,
    each="farmers",
)
def performance_today(
    data: Dataset, rows: pl.DataFrame, sums: Sums, gradings: list[Grading], deliveries: pl.DataFrame, last_day: date
) -> Violations:
    """Today's figures are those of the last day's documents: deliveries, weight, grades, leaf types, last one."""
    bags, total, last = (f"{NOW}{name}" for name in ("deliveries", "total_kg", "last_delivery"))
    today = with_sums(data, rows, sums[TODAY])
    wrong = today.filter(pl.col(bags) != pl.col("bags").fill_null(0))
    yield Violation(bags, wrong, f"{{{bags}}} is not the number of today's documents")
    wrong = today.filter((pl.col(total) * 10).round() != pl.col("tenths").fill_null(0))
    yield Violation(total, wrong, f"{{{total}}} is not the sum of today's documents")
    yield from _sums(data, f"{NOW}attribute_counts.", today)
    graded = with_sums(data, rows, sums[TODAY], "grading_model_id")
    yield from _labels(data, f"{NOW}grade_counts.", graded, gradings, bags_of)
    lasts = deliveries.group_by("farmer").agg(latest=pl.col("at").max())
    latest = with_sums(data, rows, lasts).with_columns(local=local(last))
    due = pl.col("latest").dt.date() == last_day
    wrong = latest.filter(pl.col("local").ne_missing(pl.col("latest")) & (due | pl.col("local").is_not_null()))
    yield Violation(last, wrong, "{local} is not the last delivery, {latest} in Kenya")


@rule("scenario-trend", columns(TABLE, farmer="farmer_id", trend=_TREND), scenarios, MEMBERS)
def scenario_trend(data: Dataset, rows: pl.DataFrame, scenarios: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """Improving farmers improve and declining ones decline, where the history holds a whole season of 90 days.

    Skipped where the last day does not end a season, for a trend of some days of one says little.
    """
    if data.days < SPAN:
        raise Skip(f"the history has {data.days} days, fewer than {SPAN}")
    season, rest = divmod((data.as_of - data.born).days, SPAN)
    if rest:
        raise Skip("the last day does not end a season")
    stories = scenarios.filter(pl.col("season") == season).join(farmers.filter("is_active"), on="farmer", how="semi")
    due = stories.with_columns(due=pl.col("scenario").replace_strict(TRENDS, default=None))
    wrong = rows.join(due, on="farmer").filter(pl.col("trend") != pl.col("due")).sort("row")
    yield Violation(_TREND, wrong, "{trend} is not {due}, which {scenario} asks for")


def _sums(data: Dataset, prefix: str, rows: pl.DataFrame) -> Violations:
    """Every class whose count differs from the documents' sum; a count that is not there is 0."""
    due = {f"{prefix}{name}": pl.col(path) for name, path in classes(rows.columns).items()}
    yield from _differing(
        data, rows, {path: due.get(path, pl.lit(0)) for path in rows.columns if path.startswith(prefix)}
    )


def _differing(data: Dataset, rows: pl.DataFrame, pairs: dict[str, pl.Expr]) -> Violations:
    bad = {path: pl.col(path).fill_null(0) != due.fill_null(0) for path, due in pairs.items()}
    for path in bad:
        faulty = data.faulty(TABLE, path)
        if len(faulty):
            bad[path] &= ~pl.col("row").is_in(faulty.implode())
    counts = rows.select(expr.sum().alias(path) for path, expr in bad.items())
    for path, number in counts.row(0, named=True).items() if bad else ():
        wrong = rows.with_columns(due=pairs[path].fill_null(0)).filter(bad[path]) if number else rows.clear()
        yield Violation(path, wrong, f"{{{path}}} is not {{due}}, what the documents add up to")


def _labels(data: Dataset, prefix: str, rows: pl.DataFrame, gradings: list[Grading], of: Labeller) -> Violations:
    """Every display label whose count differs from what the documents give."""
    paths = [path for path in rows.columns if path.startswith(prefix)]
    pairs = {path: by_model(gradings, rows, partial(of, label=path.removeprefix(prefix))) for path in paths}
    yield from _differing(data, rows, pairs)
