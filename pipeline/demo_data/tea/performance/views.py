"""Rows of performance beside what documents add up to, and what a grading model makes of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from demo_data.tea.grading.views import LEAF_TYPE, REJECT, Grading, counts
from demo_data.validation.dataset import Dataset

Ids = dict[str, pl.Enum]
Counter = Callable[[Grading, frozenset[str]], pl.Expr]


def known(data: Dataset, rows: pl.DataFrame, unsure: list[str], ids: Ids) -> pl.DataFrame:
    """Rows of performance with the column `farmer`, one of the ids.

    Without the farmers of whom a document is at fault, and rows that name no farmer or no grading model.
    """
    rows = rows.filter(~pl.col("farmer_id").is_in(unsure))
    rows = rows.with_columns(farmer=pl.col("farmer_id").cast(ids["farmer"], strict=False))
    if data.faulty("farmer_performance", "farmer_id", "grading_model_id").len():
        rows = rows.drop_nulls([name for name in ("farmer", "grading_model_id") if name in rows.columns])
    return rows


def beside(rows: pl.DataFrame, added: pl.DataFrame) -> pl.DataFrame:
    """Rows of performance and what the farmer's documents add up to."""
    return rows.join(added, on="farmer", how="left", maintain_order="left")


def by_model(gradings: list[Grading], rows: pl.DataFrame, of: Counter) -> pl.Expr:
    """An expression that is, for each row, what `of` gives for the row's grading model."""
    columns = frozenset(rows.columns)
    chain: pl.Expr = pl.lit(None, pl.Float64)
    for each in gradings:
        chain = pl.when(pl.col("grading_model_id") == each.model).then(of(each, columns)).otherwise(chain)
    return chain


def share(grading: Grading, columns: frozenset[str]) -> pl.Expr:
    total = counts(columns, LEAF_TYPE, grading.attributes[LEAF_TYPE])
    if total is None:
        return pl.lit(None, pl.Float64)
    return pl.when(total > 0).then((total - grading.rejected(columns)) * 100 / total)


def leaves_of(grading: Grading, columns: frozenset[str], label: str) -> pl.Expr:
    if label == grading.labels.get(REJECT):
        return grading.rejected(columns)
    own = [kind for kind in grading.accepted if grading.label_of(kind) == label]
    every: Sequence[pl.Expr | None] = [counts(columns, LEAF_TYPE, own)] + [
        -part
        for kind, attribute, names in grading.conditions
        if kind in own and (part := counts(columns, attribute, names)) is not None
    ]
    return pl.sum_horizontal(pl.lit(0), *(each for each in every if each is not None))


def bags_of(grading: Grading, columns: frozenset[str], label: str) -> pl.Expr:
    place = grading.grades.index(label) if label in grading.grades else -1
    return pl.col(("upper_bags", "lower_bags")[place]) if place in (0, 1) else pl.lit(0)
