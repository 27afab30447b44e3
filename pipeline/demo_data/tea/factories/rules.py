"""Factories: where they lie, what collects and grades for them, and what they can take in."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in
from demo_data.tea.factories.model import QualityThresholds
from demo_data.tea.farmers.husbandry import leaf, yields
from demo_data.tea.points.views import built_for, enrolments, intake
from demo_data.tea.regions.distances import directions, far_from_name, nearest, within
from demo_data.tea.regions.views import LIMITS, outside, places
from demo_data.tea.views import beyond_faulty
from demo_data.validation import Dataset, ModelRule, Skip, Violation, Violations, columns, rule

APART_FACTORIES, APART_FARMERS = 5, 200
YIELD_FACTORIES, YIELD_FARMERS = 8, 60
YIELD_VARIATION = (0.1, 0.4)


APART_KM, APART_MEAN_KM = 3.5, 4.0
"""From a factory to the next one of its region: at least, and on average at least."""

MEMBERS = 200
"""Farmers of a factory from which on its year is measured."""

YEAR = 365

FULL, FULL_ALL = (0.15, 0.25), (0.10, 0.15)
"""The share of days on which more may come than a factory can take, of one and of all together: in many years, and how
much more in a single good one.
"""

LEAST, MOST, YEARS_DIFFER = 0.4, 1.5, 0.3
"""A year's crop over a year's capacity, and by how much a single year may be off."""

CAPACITY = "processing_capacity_kg"

falling_thresholds = ModelRule(
    QualityThresholds,
    ("tier_1", "tier_2", "tier_3"),
    "thresholds must fall: tier_1 > tier_2 > tier_3",
    lambda first, second, third: ~((first > second) & (second > third)),
)


@rule("factory-in-region", places("factories", "location"), LIMITS)
def factory_in_region(_: Dataset, factories: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A factory lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from outside(factories, limits, "location")


@rule("factory-point", columns("collection_points", "factory_id", "status"), columns("factories", "id"))
def factory_point(data: Dataset, points: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """Every factory has an active collection point."""
    active = points.filter(pl.col("status") == "active").select(id="factory_id")
    idle = factories.drop_nulls().join(active, on="id", how="anti").sort("row")
    idle = beyond_faulty(data, idle, "collection_points", "factory_id", "status")
    yield Violation("id", idle, "{id} has no active collection point")


@rule("factory-model", columns("grading_models", "active_at_factory"), columns("factories", "id"))
def factory_model(data: Dataset, models: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """Every factory is on exactly one grading model."""
    counts = models.explode("active_at_factory").group_by(id="active_at_factory").agg(models=pl.len())
    counted = factories.drop_nulls().join(counts, on="id", how="left", maintain_order="left")
    wrong = counted.with_columns(pl.col("models").fill_null(0)).filter(pl.col("models") != 1)
    if len(data.faulty("grading_models", "active_at_factory")):
        wrong = wrong.filter(pl.col("models") > 1)  # the others may be meant by what is at fault
    yield Violation("id", wrong, "{id} is on {models} grading models, not on one")


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


@rule("factories-apart", places("factories", "location"), columns("factories", factory_id="id"), enrolments, LIMITS)
def factories_apart(
    _: Dataset, factories: pl.DataFrame, ids: pl.DataFrame, enrolments: pl.DataFrame, limits: pl.DataFrame
) -> Violations:
    """Each factory has land of its own: to the next one that farmers of the region bring leaf to it is at least 3.5 km,
    and 4 km on average.
    """
    known = within(factories, limits).join(ids, on="row", maintain_order="left")
    known = known.join(enrolments, on="factory_id", how="semi", maintain_order="left")
    found = []
    for _region, group in known.group_by("region_id", maintain_order=True):
        here = directions(group["latitude"], group["longitude"])
        for place in range(group.height if group.height > 1 else 0):
            rest = [other for other in range(group.height) if other != place]
            which, km = nearest(here[place : place + 1], here[rest])
            next_one = rest[int(which[0])]
            found.append((group["row"][place], group["row"][next_one], group["factory_id"][next_one], float(km[0])))
    apart = pl.DataFrame(found, schema=["row", "other", "next", "km"], orient="row")
    if not apart.height:
        raise Skip("no region has several factories with farmers")
    close = apart.filter((pl.col("km") < APART_KM) & (pl.col("row") > pl.col("other")))
    yield Violation("location", close, "{next} is {km} km away")
    mean = apart.filter(pl.col("km") >= APART_KM)
    mean = mean.select(pl.col("km").mean()).filter(pl.col("km") < APART_MEAN_KM)
    yield Violation("location", mean, "the next factory is {km} km away on average")


@rule("factory-near-place", places("factories", "location"), columns("factories", "name"), LIMITS)
def factory_near_place(_: Dataset, factories: pl.DataFrame, names: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A factory lies within 6 km of the place that it is named after, where the facts on Kenya have that."""
    yield from far_from_name(factories, names, limits)


@rule("factory-capacity", intake, enrolments, columns("factories", factory="id", most=CAPACITY))
def factory_capacity(
    data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame
) -> Violations:
    """Seldom more comes to a factory on a day than it can take: over many years on at most 15 % of the days, and on
    10 % of those of all factories; in a single year, which may be a good one, on 40 % and 25 %.

    Of factories with 200 farmers and more, in histories of a year and more.
    """
    known, days = _measured(data, intake, enrolments, factories)
    over = known.group_by("row", "factory", "most").agg(percent=(pl.col("kg") > pl.col("most")).sum() * 100 / days)
    error = (YEAR / days) ** 0.5
    often = over.filter(pl.col("percent") > 100 * (FULL[0] + FULL[1] * error)).sort("row")
    yield Violation(CAPACITY, often, "on {percent} % of the days more than {most} kg came to {factory}")
    mean = over.select(pl.col("percent").mean(), factories=pl.len())
    often = mean.filter(pl.col("percent") > 100 * (FULL_ALL[0] + FULL_ALL[1] * error))
    yield Violation(CAPACITY, often, "on {percent} % of the days more came to {factories} factories than they can take")


@rule("factory-crop", intake, enrolments, columns("factories", factory="id", most=CAPACITY))
def factory_crop(data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """A factory's crop is 0.4 to 1.5 of what it could process in the same time; of a single year to 30 %, by which
    years differ, of more to less.

    Of factories with 200 farmers and more, in histories of a year and more.
    """
    known, days = _measured(data, intake, enrolments, factories)
    share = known.group_by("row", "factory", "most").agg(share=pl.col("kg").sum() / days / pl.col("most").first())
    off = YEARS_DIFFER * (YEAR / days) ** 0.5
    strange = share.filter(~pl.col("share").is_between(LEAST * (1 - off), MOST * (1 + off))).sort("row")
    yield Violation(CAPACITY, strange, "the crop of {factory} is {share} of what {most} kg a day would make")


def _measured(
    data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """What came on each day to factories with farmers enough and a capacity: row, factory, most, kg; and the number of
    days, also of those without leaf. Raises Skip.
    """
    days = (min(data.as_of, built_for(data)) - data.first_day).days + 1
    if days < YEAR:
        raise Skip(f"the history is shorter than {YEAR} days")
    members = enrolments.group_by(factory="factory_id").agg(members=pl.col("farmer").n_unique())
    large = factories.join(members.filter(pl.col("members") >= MEMBERS), on="factory", maintain_order="left")
    large = large.filter(pl.col("most") > 0).with_columns(as_in(intake, "factory"))
    if not large.height:
        raise Skip(f"no factory has {MEMBERS} farmers")
    return large.join(intake.group_by("factory", "day").agg(pl.col("kg").sum()), on="factory"), days
