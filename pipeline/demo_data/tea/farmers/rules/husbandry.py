"""How farms differ in what they bring, and how good it is."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in
from demo_data.tea.farmers.yields import leaf, within_factory, yields
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

SPREAD_SAMPLE = 100
SPREAD = (2.0, 6.0)

TOGETHER_SAMPLE = 120
TOGETHER = 0.2

A_KILOMETRE = 11.0
"""Points of the primary percentage that a kilometre of altitude makes, about."""

SURE = 4.0
"""Standard errors from which on a difference can be told."""


@rule("yield-farmers", yields)
def yield_farmers(_: Dataset, yields: pl.DataFrame) -> Violations:
    """Farms differ in yield as husbandry does: the tenth with most leaf per hectare brings 2 to 6 times what the tenth
    with least does (the 90th against the 10th percentile of farmers who are members over the whole history).

    It is near 3.5 and its standard error below 0.5 from 100 farmers on; skipped below, and below 80 days.
    """
    if yields.height < SPREAD_SAMPLE:
        raise Skip(f"there are {yields.height} members over the whole history, fewer than {SPREAD_SAMPLE}")
    high, low = (pl.col("yield").quantile(share, "linear") for share in (0.9, 0.1))
    found = yields.select(farmers=pl.len(), times=high / low)
    wrong = found.filter(~pl.col("times").is_between(*SPREAD))
    yield Violation(None, wrong, "of {farmers} farmers those with high yields bring {times} times as much, not 2 to 6")


@rule("yield-quality", yields, leaf)
def yield_quality(_: Dataset, yields: pl.DataFrame, leaf: pl.DataFrame) -> Violations:
    """Husbandry shows in yield and quality alike: over the farmers of a factory, the logarithm of the yield and the
    mean percentage of the bags without a scenario correlate by more than 0.2.

    The correlation is near 0.5 and its standard error below 0.08 from 120 farmers on; skipped below.
    """
    farms = within_factory(
        yields.join(leaf.drop("factory"), on="farmer").with_columns(pl.col("yield").log()), "yield", "primary"
    )
    if farms.height < TOGETHER_SAMPLE:
        raise Skip(f"there are {farms.height} members with bags without a scenario, fewer than {TOGETHER_SAMPLE}")
    found = farms.select(farmers=pl.len(), correlation=pl.corr("yield", "primary"))
    wrong = found.filter(~(pl.col("correlation") > TOGETHER))
    yield Violation(None, wrong, "yields and percentages of {farmers} farmers correlate by {correlation}")


@rule("quality-altitude", leaf, columns("farmers", farmer="id", altitude="farm_location.altitude_meters"))
def quality_altitude(_: Dataset, leaf: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """Leaf from higher up is better: over the farmers of a factory, the mean percentage of the bags without a scenario
    rises with the altitude of the farm.

    By about 11 points a kilometre; skipped where the slope's standard error is more than a quarter of that.
    """
    places = farmers.select(*as_in(leaf, "farmer"), "altitude").drop_nulls().unique("farmer", keep="none")
    farms = within_factory(leaf.join(places, on="farmer"), "altitude", "primary")
    spread, deviation = farms["altitude"].std(), farms["primary"].std()
    told = isinstance(spread, float) and isinstance(deviation, float) and spread > 0
    error = 1000 * deviation / spread / farms.height**0.5 if told else float("inf")  # type: ignore[operator]
    if error * SURE > A_KILOMETRE:
        raise Skip(f"{farms.height} farmers lie at altitudes too alike to tell what these make of the leaf")
    found = farms.select(farmers=pl.len(), slope=1000 * pl.cov("altitude", "primary") / pl.col("altitude").var())
    message = "percentages of {farmers} farmers change by {slope} points with a kilometre of altitude"
    yield Violation("farm_location.altitude_meters", found.filter(pl.col("slope") <= 0), message)
