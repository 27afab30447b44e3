"""Leaf counts, and the percentages and grades that follow from them by the grading models' own rules."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import ANALYSIS, as_in, deliveries
from demo_data.tea.farmers.views import actors, part_of, season_of, tiers
from demo_data.tea.grading.views import BAG, LEAF_TYPE, LEAF_TYPES, Grading, count_path, counts, gradings
from demo_data.validation import Dataset, RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule

LEAVES = 200

_MODEL = "extracted_fields.grading_model_id"
_PRIMARY, _SECONDARY = f"{BAG}primary_percentage", f"{BAG}secondary_percentage"


@row_rule("leaf-classes", _MODEL, f"{LEAF_TYPES}*", f"{ANALYSIS}*", gradings)
def leaf_classes(data: Dataset, gradings: list[Grading]) -> RowViolations:
    """A document counts leaves by the attributes and classes of its grading model only."""
    columns = [*data.columns("documents", LEAF_TYPES), *data.columns("documents", ANALYSIS)]
    for grading in gradings:
        own = {count_path(attribute, name) for attribute, names in grading.attributes.items() for name in names}
        other = [pl.col(path).is_not_null() for path in columns if path not in own]
        if other:
            bad = _of(grading) & pl.any_horizontal(other)
            yield RowViolation("extracted_fields", bad, f"counts leaves of a class that {grading.model} does not have")


@row_rule("leaf-counts", _MODEL, f"{LEAF_TYPES}*", f"{ANALYSIS}*", gradings)
def leaf_counts(data: Dataset, gradings: list[Grading]) -> RowViolations:
    """Of 200 leaves each has a leaf type, and a class of every attribute that applies to it.

    An attribute that a conditional rejection looks at applies to the leaves of that condition; one that has the
    class `none` and is named after a leaf type has it for the leaves of all other types.
    """
    columns = set(data.columns("documents"))
    for grading in gradings:
        for attribute, names in grading.attributes.items():
            count = counts(columns, attribute, names)
            if count is None:
                continue
            given = pl.any_horizontal(pl.col(path).is_not_null() for path in count.meta.root_names())
            base = counts(columns, LEAF_TYPE, grading.applies_to(attribute))
            total = pl.lit(LEAVES) if base is None else base
            field = LEAF_TYPES.rstrip(".") if attribute == LEAF_TYPE else f"{ANALYSIS}{attribute}"
            message = f"the counts of {attribute} do not add up to {'its leaves' if base is not None else LEAVES}"
            yield RowViolation(field, _of(grading) & given & (count != total), message)
            kind = grading.named_after(attribute)
            if kind:
                none, leaves = counts(columns, attribute, ["none"]), counts(columns, LEAF_TYPE, [kind])
                if none is not None and leaves is not None:
                    bad = _of(grading) & given & (none != LEAVES - leaves)
                    yield RowViolation(f"{field}.none", bad, f"none is not the number of leaves that are not {kind}")


@row_rule("percentages", _MODEL, _PRIMARY, _SECONDARY, f"{LEAF_TYPES}*", f"{ANALYSIS}*", gradings)
def percentages(data: Dataset, gradings: list[Grading]) -> RowViolations:
    """The primary percentage is the share of leaves that the grading model does not reject, to 0.1, and the
    secondary percentage the rest.
    """
    columns = set(data.columns("documents"))
    primary, secondary = pl.col(_PRIMARY), pl.col(_SECONDARY)
    for grading in gradings:
        total = counts(columns, LEAF_TYPE, grading.attributes[LEAF_TYPE])
        if total is None:
            continue
        exact = (total - grading.rejected(columns)) * 100 / total
        bad = _of(grading) & (total > 0) & ((primary - exact).abs() > 0.0501)
        message = f"{{{_PRIMARY}}} is not the share of leaves that {grading.model} does not reject"
        yield RowViolation(_PRIMARY, bad, message)
    bad = (primary + secondary - 100).abs() > 0.001
    yield RowViolation(_SECONDARY, bad, f"{{{_SECONDARY}}} and {{{_PRIMARY}}} do not add up to 100")


@rule(
    "grade",
    deliveries,
    columns("factories", factory="id", tier_2="quality_thresholds.tier_2", tier_3="quality_thresholds.tier_3"),
    each="farmers",
)
def grade(_: Dataset, deliveries: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """Grades follow from the factory's thresholds: primary from tier_2 up, secondary from tier_3 up, else reject."""
    thresholds = factories.drop("row").with_columns(as_in(deliveries, "factory"))
    primary, secondary, reject = (pl.lit(grade) for grade in ("primary", "secondary", "reject"))
    upper, lower = (pl.col("primary") >= pl.col(tier) for tier in ("tier_2", "tier_3"))
    graded = (
        deliveries.select("row", "factory", "primary", "grade")
        .join(thresholds, on="factory", maintain_order="left")
        .drop_nulls(["primary", "tier_2", "tier_3"])
        .with_columns(due=pl.when(upper).then(primary).when(lower).then(secondary).otherwise(reject))
    )
    wrong = graded.filter(pl.col("grade").cast(pl.String) != pl.col("due"))
    yield Violation(f"{BAG}grade", wrong, "{grade} is not {due}, the grade of {primary} % at {factory}")


@rule("scenario-tiers", deliveries, actors, each="farmers")
def scenario_tiers(data: Dataset, deliveries: pl.DataFrame, actors: pl.DataFrame) -> Violations:
    """A farmer's deliveries show the tiers of the season's scenario: one in each fifth of its 90 days.

    Before the first season they show the first tier of that one.
    """
    day, actors = pl.col("day"), actors.drop("row").with_columns(as_in(deliveries, "farmer"))
    told = deliveries.with_columns(season=season_of(day, data.born), part=part_of(day, data.born))
    bags = actors.join(told, on=["farmer", "season"]).join(tiers(), on=["scenario", "part"])
    wrong = bags.filter(~pl.col("primary").is_between("low", "high")).sort("row")
    message = "{primary} % is not {tier}, which {scenario} shows on {day} ({farmer})"
    yield Violation(_PRIMARY, wrong, message)


def _of(grading: Grading) -> pl.Expr:
    return pl.col(_MODEL) == grading.model
