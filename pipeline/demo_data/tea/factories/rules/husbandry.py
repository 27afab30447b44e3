"""How factories differ in what their farmers bring."""

from __future__ import annotations

import polars as pl

from demo_data.tea.farmers.yields import leaf, yields
from demo_data.validation import Dataset, Skip, Violation, Violations, rule

APART_FACTORIES, APART_FARMERS = 5, 200

YIELD_FACTORIES, YIELD_FARMERS = 8, 60
YIELD_VARIATION = (0.1, 0.4)


@rule("quality-factories", leaf)
def quality_factories(_: Dataset, leaf: pl.DataFrame) -> Violations:
    """Factories differ in quality by points, and by more than chance: of the mean percentages of farmers (bags without
    a scenario), the variance between factories is more than that within would make, by 4 standard errors.

    The ratio of both is 1 where factories do not differ, with a standard error of sqrt(2 / (factories - 1)), and near 1
    + 0.04 * farmers of a factory. Skipped below 5 factories with 200 such farmers each.
    """
    sums = leaf.group_by("factory", maintain_order=True).agg(
        pl.col("primary").mean(), variance=pl.col("primary").var(), farmers=pl.len()
    )
    sums = sums.filter(pl.col("farmers") >= APART_FARMERS)
    if sums.height < APART_FACTORIES:
        raise Skip(f"{sums.height} factories have {APART_FARMERS} farmers without a scenario, not {APART_FACTORIES}")
    due = 1 + 4 * (2 / (sums.height - 1)) ** 0.5
    weight = pl.col("farmers") / pl.col("farmers").sum()
    off = pl.col("primary") - (pl.col("primary") * weight).sum()
    between = (pl.col("farmers") * off**2).sum() / (pl.len() - 1)
    found = sums.select(factories=pl.len(), ratio=between / (pl.col("variance") * weight).sum())
    wrong = found.filter(pl.col("ratio") <= due)
    message = f"{{factories}} factories differ in quality {{ratio}} times as much as by chance, not over {due:.2f}"
    yield Violation(None, wrong, message)


@rule("yield-factories", yields)
def yield_factories(_: Dataset, yields: pl.DataFrame) -> Violations:
    """Factories differ in yield: the mean yields of their farmers vary by 0.1 to 0.4 of their mean.

    It is near 0.2; by chance alone it would be near 0.43 / sqrt(n) for n farmers a factory. Skipped below 8 factories
    with 60 members over the whole history each.
    """
    sums = yields.group_by("factory", maintain_order=True).agg(pl.col("yield").mean(), farmers=pl.len())
    sums = sums.filter(pl.col("farmers") >= YIELD_FARMERS)
    if sums.height < YIELD_FACTORIES:
        raise Skip(f"{sums.height} factories have {YIELD_FARMERS} members, not {YIELD_FACTORIES}")
    found = sums.select(factories=pl.len(), variation=pl.col("yield").std() / pl.col("yield").mean())
    wrong = found.filter(~pl.col("variation").is_between(*YIELD_VARIATION))
    message = "the yields of {factories} factories vary by {variation} of their mean, not 0.1 to 0.4"
    yield Violation(None, wrong, message)
