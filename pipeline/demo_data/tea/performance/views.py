"""Rows of performance joined with what documents add up to, and what a grading model makes of that."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from demo_data.tea.documents.views import unsure
from demo_data.tea.grading.views import LEAF_TYPE, REJECT, Grading, counts
from demo_data.validation import Dataset, Source, columns

Counter = Callable[[Grading, frozenset[str]], pl.Expr]


def known(*paths: str) -> Source[pl.DataFrame]:
    """Columns of performance, and farmer_id, without the farmers of whom a document is at fault."""
    return Source(_known, (columns("farmer_performance", "farmer_id", *paths), unsure))


def _known(_: Dataset, rows: pl.DataFrame, unsure: list[str]) -> pl.DataFrame:
    return rows.filter(~pl.col("farmer_id").is_in(unsure))


def with_sums(data: Dataset, rows: pl.DataFrame, sums: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Rows of performance with what the farmer's documents add up to, by the column `farmer`.

    Where some name no farmer, or none of what is in the columns `more`, these are left out.
    """
    rows = rows.with_columns(farmer=pl.col("farmer_id").cast(sums.schema["farmer"], strict=False))
    if data.faulty("farmer_performance", "farmer_id", "grading_model_id").len():
        rows = rows.drop_nulls(["farmer", *more])
    return rows.join(sums, on="farmer", how="left", maintain_order="left")


def by_model(gradings: list[Grading], rows: pl.DataFrame, of: Counter) -> pl.Expr:
    """An expression that is, for each row, what `of` gives for the row's grading model."""
    columns = frozenset(rows.columns)
    chain: pl.Expr = pl.lit(None, pl.Float64)
    for grading in gradings:
        chain = pl.when(pl.col("grading_model_id") == grading.model).then(of(grading, columns)).otherwise(chain)
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
    parts = [
        (LEAF_TYPE, own, 1),
        *((attribute, names, -1) for kind, attribute, names in grading.conditions if kind in own),
    ]
    counted = [(counts(columns, attribute, names), sign) for attribute, names, sign in parts]
    return pl.sum_horizontal(pl.lit(0), *(count * sign for count, sign in counted if count is not None))


def bags_of(grading: Grading, columns: frozenset[str], label: str) -> pl.Expr:
    place = grading.grades.index(label) if label in grading.grades else -1
    return pl.col(("upper_bags", "lower_bags")[place]) if place in (0, 1) else pl.lit(0)
