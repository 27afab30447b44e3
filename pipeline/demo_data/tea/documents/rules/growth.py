"""Leaf grows: the longer since the last round, and the larger the block, the heavier the bag."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.rounds import off_usual, single
from demo_data.validation import (
    Dataset,
    Frames,
    RowViolation,
    RowViolations,
    Skip,
    Violation,
    Violations,
    gathered,
    row_rule,
    rule,
)

GROWTH_SAMPLE = 100
GROWTH = (0.6, 1.2)
MONTHS = (10, 11, 12)

AREA_SAMPLE = 100
MEDIAN_KG = (20.0, 500.0)

HEAVIEST_KG = 1000

_WEIGHT = "extracted_fields.bag_summary.total_weight_kg"


@row_rule("bag-weight", _WEIGHT)
def bag_weight(_: Dataset) -> RowViolations:
    """A bag weighs less than 1,000 kg: it holds the leaf of at most a hectare, of at most 18 days."""
    yield RowViolation(_WEIGHT, pl.col(_WEIGHT) >= HEAVIEST_KG, f"{{{_WEIGHT}}} kg is more than a hectare gives")


@gathered("farmers", single)
def late_bags(_: Dataset, bags: pl.DataFrame) -> pl.DataFrame:
    """Bags of October to December of farms of one block: farmer, region, month, gap (a logarithm), kg."""
    late = bags.filter(pl.col("month").dt.month().is_in(MONTHS))
    return late.select(pl.col("farmer").to_physical(), "region", "month", pl.col("gap").log(), "kg")


@rule("plucking-growth", late_bags)
def plucking_growth(_: Dataset, bags: Frames) -> Violations:
    """Leaf grows between pluckings: the logarithm of a bag's weight rises with that of the days since the last round
    by a slope near 1, from 0.6 to 1.2, and by 2 / sqrt(n) less or more for n bags.

    Measured are bags of October to December of farms of one block, against the mean of the region's month and then of
    the farmer. The slope's standard error is near 0.6 / sqrt(n). Skipped below 100 bags.
    """
    if bags.height < GROWTH_SAMPLE:
        raise Skip(f"{bags.height} bags of farms of one block are from October to December, not {GROWTH_SAMPLE}")
    wider = 2 / bags.height**0.5
    least, most = GROWTH[0] - wider, GROWTH[1] + wider
    wrong = off_usual(bags, "gap", "kg").filter(~pl.col("slope").is_between(least, most))
    message = f"the weights of {{bags}} bags rise with the days by a slope of {{slope}}, not {least:.2f} to {most:.2f}"
    yield Violation(_WEIGHT, wrong, message)


@gathered("farmers", single)
def farms(_: Dataset, bags: pl.DataFrame) -> pl.DataFrame:
    """Farms of one block: farmer, daily (the mean of what bags bring per day), size (the logarithm of hectares)."""
    found = bags.group_by("farmer").agg(pl.col("daily").mean(), size=pl.col("hectares").first().log())
    return found.with_columns(pl.col("farmer").cast(pl.String))


@gathered("farmers", single)
def loads(_: Dataset, bags: pl.DataFrame) -> pl.DataFrame:
    """What bags of farms of one block hold per hectare, as a logarithm."""
    return bags.select(load=pl.col("kg") - pl.col("hectares").log())


@rule("bag-area", farms, loads)
def bag_area(_: Dataset, farms: Frames, loads: Frames) -> Violations:
    """Bags go with the land: over farms of one block, the logarithm of what one brings for each day rises with that of
    its hectares by a slope near 1, to 0.15 and 4 / sqrt(n) for n farms. The median bag holds 20 to 500 kg a
    hectare.

    The slope's standard error is near 0.75 / sqrt(n). Skipped below 100 such farms.
    """
    if farms.height < AREA_SAMPLE:
        raise Skip(f"there are {farms.height} farms of one block with deliveries, fewer than {AREA_SAMPLE}")
    far = 0.15 + 4 / farms.height**0.5
    slopes = farms.whole().sort("farmer").select(farms=pl.len(), slope=_slope("size", "daily"))
    wrong = slopes.filter((pl.col("slope") - 1).abs() > far)
    message = f"over {{farms}} farms weights rise with hectares by a slope of {{slope}}, which is not 1 to {far:.2f}"
    yield Violation(_WEIGHT, wrong, message)
    medians = loads.whole().select(median=pl.col("load").median().exp())
    wrong = medians.filter(~pl.col("median").is_between(*MEDIAN_KG))
    yield Violation(_WEIGHT, wrong, "the median bag of farms of one block holds {median} kg a hectare")


def _slope(of: str, to: str) -> pl.Expr:
    """The slope of the least squares; null where there is nothing to tell it by."""
    return pl.when(pl.col(of).var() > 0).then(pl.cov(of, to) / pl.col(of).var())
