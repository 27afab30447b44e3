"""Farmer performance: exactly what the farmer's documents add up to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from demo_data.validation.aggregate import TODAY, WINDOWS, class_columns, sums
from demo_data.validation.dataset import KENYA, Dataset
from demo_data.validation.grading import LEAF_TYPE, REJECT, Grading, counts, gradings
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

TABLE = "farmer_performance"
PAST = "historical."
NOW = "today."
TREND_TENTHS = 50
HALF = 0.0501
"""Published to one decimal: within half of it, and what adding floats may cost."""

Counter = Callable[[Grading, frozenset[str]], pl.Expr]
Labeller = Callable[..., pl.Expr]


@rule("performance-rows", TABLE, "farmers")
def performance_rows(data: Dataset) -> Faults:
    """Every farmer has a row of performance."""
    rows = data.frame(TABLE, "farmer_id").select(id="farmer_id")
    without = data.frame("farmers", "id").drop_nulls().join(rows, on="id", how="anti").sort("row")
    if without.height <= len(data.faulty(TABLE, "farmer_id")):
        return  # theirs may be the rows that name no farmer
    yield Fault("farmers", "id", without, "{id} has no row in farmer_performance")


@rule("performance-farm", TABLE, "farmers")
def performance_farm(data: Dataset) -> Faults:
    """Farm size and scale are the farmer's."""
    farmers = data.frame("farmers", "id", "farm_size_hectares", "farm_scale")
    farmers = farmers.select(farmer_id="id", size="farm_size_hectares", scale="farm_scale")
    rows = data.frame(TABLE, "farmer_id", "farm_size_hectares", "farm_scale").join(
        farmers, on="farmer_id", maintain_order="left"
    )
    wrong = rows.filter(pl.col("farm_size_hectares") != pl.col("size"))
    yield Fault(TABLE, "farm_size_hectares", wrong, "{farm_size_hectares} is not the farmer's {size} ha")
    wrong = rows.filter(pl.col("farm_scale") != pl.col("scale"))
    yield Fault(TABLE, "farm_scale", wrong, "{farm_scale} is not the farmer's {scale}")


@rule("performance-model", TABLE, "grading_models", "collection_points")
def performance_model(data: Dataset) -> Faults:
    """The grading model is active at the factory of the farmer's collection points, and the version is that model's."""
    names = ("grading_model_id", "grading_model_version")
    rows = data.frame(TABLE, "farmer_id", *names).rename(dict(zip(names, ("model", "version"), strict=True)))
    models = data.frame("grading_models", "model_id", "model_version", "active_at_factory")
    active = models.explode("active_at_factory").select(factory_id="active_at_factory", due="model_id")
    due = data.enrolments.select("farmer", "factory_id").join(active, on="factory_id")
    due = due.unique("farmer").select("farmer", "due")
    wrong = rows.join(due, left_on="farmer_id", right_on="farmer", maintain_order="left")
    wrong = wrong.filter(pl.col("model") != pl.col("due"))
    yield Fault(TABLE, names[0], wrong, "{model} is not {due}, which is active at the factory of {farmer_id}")
    versions = models.select(model="model_id", own="model_version")
    wrong = rows.join(versions, on="model", maintain_order="left").filter(pl.col("version") != pl.col("own"))
    yield Fault(TABLE, names[1], wrong, "{version} is not {own}, the version of {model}")


@rule("performance-weights", TABLE, "documents")
def performance_weights(data: Dataset) -> Faults:
    """Kilograms are the sum of the documents', to 0.1, and per hectare of the farm, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        total, rate = f"{PAST}total_kg_{window}", f"{PAST}yield_kg_per_hectare_{window}"
        rows = _beside(data, sums(data, days), total, rate, "farm_size_hectares")
        due = (pl.col("tenths").fill_null(0) / 10).alias("due")
        wrong = rows.with_columns(due).filter((pl.col(total) * 10).round() != pl.col("tenths").fill_null(0))
        yield Fault(TABLE, total, wrong, f"{{{total}}} kg is not {{due}} kg, the sum of the documents")
        rows = rows.with_columns(due=pl.col("tenths").fill_null(0) / 10 / pl.col("farm_size_hectares"))
        wrong = rows.filter((pl.col(rate) - pl.col("due")).abs() > HALF)
        yield Fault(TABLE, rate, wrong, f"{{{rate}}} is not {{due}} kg per hectare")


@rule("performance-percentages", TABLE, "documents", "grading_models")
def performance_percentages(data: Dataset) -> Faults:
    """Primary percentages are the share of leaves that are not rejected, to 0.1, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        path = f"{PAST}primary_percentage_{window}"
        rows = _beside(data, sums(data, days), path, "grading_model_id")
        due = _by_model(data, rows, _share)
        wrong = rows.with_columns(due=due.fill_null(0)).filter((pl.col(path) - pl.col("due")).abs() > HALF)
        yield Fault(TABLE, path, wrong, f"{{{path}}} is not {{due}} %, the share of leaves not rejected")


@rule("performance-attributes", TABLE, "documents")
def performance_attributes(data: Dataset) -> Faults:
    """Attribute distributions are the sums of the documents' counts, class by class, for 30, 90 and 365 days."""
    for window, days in WINDOWS.items():
        yield from _sums(data, f"{PAST}attribute_distributions_{window}.", sums(data, days))


@rule("performance-grades", TABLE, "documents", "grading_models")
def performance_grades(data: Dataset) -> Faults:
    """Grade distributions count leaves by display label: the rejected, the best type, the others."""
    for window, days in WINDOWS.items():
        yield from _labels(data, f"{PAST}grade_distribution_{window}.", sums(data, days), _leaves_of)


@row_rule("performance-windows", TABLE)
def performance_windows(data: Dataset) -> Bads:
    """What 30 days hold, 90 days hold too, and 365 days hold too."""
    columns = set(data.columns(TABLE))
    for shorter, longer in (("30d", "90d"), ("90d", "year")):
        for path in sorted(columns):
            other = path.replace(f"_{shorter}", f"_{longer}")
            if other != path and other in columns and "primary_percentage" not in path:
                bad = pl.col(path).fill_null(0) > pl.col(other).fill_null(0)
                yield Bad(TABLE, path, bad, f"{{{path}}} is more than {{{other}}} in the longer window")


@row_rule("performance-trend", TABLE)
def performance_trend(data: Dataset) -> Bads:
    """The trend is improving where the 30-day percentage is more than 5 points above the 90-day one, declining where
    more than 5 below, else stable. Without leaves in the last 30 days it is not checked.
    """
    path = f"{PAST}improvement_trend"
    recent, longer = pl.col(f"{PAST}primary_percentage_30d"), pl.col(f"{PAST}primary_percentage_90d")
    tenths = (recent * 10).round() - (longer * 10).round()
    due = (
        pl.when(tenths > TREND_TENTHS)
        .then(pl.lit("improving"))
        .when(tenths < -TREND_TENTHS)
        .then(pl.lit("declining"))
        .otherwise(pl.lit("stable"))
    )
    bad = (pl.col(f"{PAST}total_kg_30d") > 0) & (pl.col(path) != due)
    message = f"{{{path}}} does not follow from {{{PAST}primary_percentage_30d}} and {{{PAST}primary_percentage_90d}}"
    yield Bad(TABLE, path, bad, message)


@row_rule("performance-dates", TABLE)
def performance_dates(data: Dataset) -> Bads:
    """Metrics are of the last day, and computed at its end: 21:00 in Kenya."""
    moment, day = f"{PAST}computed_at", f"{NOW}metrics_date"
    end = pl.lit(data.end).dt.replace_time_zone("UTC")
    yield Bad(TABLE, moment, pl.col(moment) != end, f"{{{moment}}} is not the dataset's end")
    yield Bad(TABLE, day, pl.col(day) != data.as_of, f"{{{day}}} is not the dataset's last day")


@rule("performance-today", TABLE, "documents", "grading_models")
def performance_today(data: Dataset) -> Faults:
    """Today's figures are those of the last day's documents: deliveries, weight, grades, leaf types, last one."""
    today = sums(data, TODAY)
    paths = {name: f"{NOW}{name}" for name in ("deliveries", "total_kg", "last_delivery")}
    rows = _beside(data, today, *paths.values())
    wrong = rows.filter(pl.col(paths["deliveries"]) != pl.col("bags").fill_null(0))
    yield Fault(TABLE, paths["deliveries"], wrong, f"{{{paths['deliveries']}}} is not the number of today's documents")
    wrong = rows.filter((pl.col(paths["total_kg"]) * 10).round() != pl.col("tenths").fill_null(0))
    yield Fault(TABLE, paths["total_kg"], wrong, f"{{{paths['total_kg']}}} is not the sum of today's documents")
    yield from _sums(data, f"{NOW}attribute_counts.", today)
    yield from _labels(data, f"{NOW}grade_counts.", today, _bags_of)
    last = paths["last_delivery"]
    lasts = data.deliveries.group_by("farmer").agg(latest=pl.col("at").max())
    local = pl.col(last).dt.replace_time_zone(None) + KENYA
    rows = _beside(data, lasts, last).with_columns(local=local)
    due = pl.col("latest").dt.date() == data.as_of
    wrong = rows.filter(pl.col("local").ne_missing(pl.col("latest")) & (due | pl.col("local").is_not_null()))
    yield Fault(TABLE, last, wrong, "{local} is not the last delivery, {latest} in Kenya")


def _beside(data: Dataset, added: pl.DataFrame, *paths: str) -> pl.DataFrame:
    """Performance rows with columns at `paths`, and what the farmer's documents add up to.

    Without the farmers of whom a document is at fault, and rows that name no farmer or no grading model.
    """
    rows = data.frame(TABLE, "farmer_id", *paths).filter(~pl.col("farmer_id").is_in(data.unsure))
    rows = rows.with_columns(farmer=pl.col("farmer_id").cast(data.ids["farmer"], strict=False))
    if data.faulty(TABLE, "farmer_id", "grading_model_id").len():
        rows = rows.drop_nulls(["farmer", *(path for path in paths if path == "grading_model_id")])
    return rows.join(added, on="farmer", how="left", maintain_order="left")


def _sums(data: Dataset, prefix: str, added: pl.DataFrame) -> Faults:
    """Faults of every class whose count differs from the documents' sum; a count that is not there is 0."""
    ours = {path.removeprefix(prefix): path for path in data.columns(TABLE, prefix)}
    theirs = class_columns(data)
    rows = _beside(data, added, *ours.values())
    pairs = {path: pl.col(theirs[name]) if name in theirs else pl.lit(0) for name, path in ours.items()}
    yield from _differing(data, rows, pairs)


def _differing(data: Dataset, rows: pl.DataFrame, pairs: dict[str, pl.Expr]) -> Faults:
    bad = {path: pl.col(path).fill_null(0) != due.fill_null(0) for path, due in pairs.items()}
    for path in bad:
        faulty = data.faulty(TABLE, path)
        if len(faulty):
            bad[path] &= ~pl.col("row").is_in(faulty.implode())
    counts = rows.select(expr.sum().alias(path) for path, expr in bad.items())
    for path, number in counts.row(0, named=True).items() if bad else ():
        if number:
            wrong = rows.with_columns(due=pairs[path].fill_null(0)).filter(bad[path])
            yield Fault(TABLE, path, wrong, f"{{{path}}} is not {{due}}, what the documents add up to")


def _labels(data: Dataset, prefix: str, added: pl.DataFrame, of: Labeller) -> Faults:
    """Faults of every display label whose count differs from what the documents give."""
    paths = data.columns(TABLE, prefix)
    rows = _beside(data, added, "grading_model_id", *paths)
    pairs = {}
    for path in paths:
        label = path.removeprefix(prefix)
        pairs[path] = _by_model(data, rows, partial(of, label=label))
    yield from _differing(data, rows, pairs)


def _by_model(data: Dataset, rows: pl.DataFrame, of: Counter) -> pl.Expr:
    """An expression that is, for each row, what `of` gives for the row's grading model."""
    columns = frozenset(rows.columns)
    chain: pl.Expr = pl.lit(None, pl.Float64)
    for each in gradings(data):
        chain = pl.when(pl.col("grading_model_id") == each.model).then(of(each, columns)).otherwise(chain)
    return chain


def _share(grading: Grading, columns: frozenset[str]) -> pl.Expr:
    total = counts(columns, LEAF_TYPE, grading.attributes[LEAF_TYPE])
    if total is None:
        return pl.lit(None, pl.Float64)
    return pl.when(total > 0).then((total - grading.rejected(columns)) * 100 / total)


def _leaves_of(grading: Grading, columns: frozenset[str], label: str) -> pl.Expr:
    if label == grading.labels.get(REJECT):
        return grading.rejected(columns)
    own = [kind for kind in grading.accepted if grading.label_of(kind) == label]
    every: Sequence[pl.Expr | None] = [counts(columns, LEAF_TYPE, own)] + [
        -part
        for kind, attribute, names in grading.conditions
        if kind in own and (part := counts(columns, attribute, names)) is not None
    ]
    return pl.sum_horizontal(pl.lit(0), *(each for each in every if each is not None))


def _bags_of(grading: Grading, columns: frozenset[str], label: str) -> pl.Expr:
    place = grading.grades.index(label) if label in grading.grades else -1
    return pl.col(("upper_bags", "lower_bags")[place]) if place in (0, 1) else pl.lit(0)
