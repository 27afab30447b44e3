"""What factories take in against what they can process."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in
from demo_data.tea.points.views import built_for, enrolments, intake
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

FARMERS = 200
"""Farmers of a factory from which on its year is measured."""

YEAR_DAYS = 365

FULL, FULL_ALL = (0.15, 0.25), (0.10, 0.15)
"""The share of days on which more may come than a factory can take, of one and of all together: in many years, and how
much more in a single good one.
"""

LEAST, MOST, YEARS_DIFFER = 0.4, 1.5, 0.35
"""A year's crop over a year's capacity, and by how much a single year may be off."""

CAPACITY = "processing_capacity_kg"


@rule("factory-capacity", intake, enrolments, columns("factories", factory="id", most=CAPACITY))
def factory_capacity(
    data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame
) -> Violations:
    """Seldom more comes to a factory on a day than it can take: over many years on at most 15 % of the days, and on
    10 % of those of all other factories; in a single year, which may be a good one, on 40 % and 25 %.

    Of factories with 200 farmers and more, in histories of a year and more.
    """
    known, days = _measured(data, intake, enrolments, factories)
    over = known.group_by("row", "factory", "most").agg(percent=(pl.col("kg") > pl.col("most")).sum() * 100 / days)
    error = (YEAR_DAYS / days) ** 0.5
    too_often = pl.col("percent") > 100 * (FULL[0] + FULL[1] * error)
    often = over.filter(too_often).sort("row")
    yield Violation(CAPACITY, often, "on {percent} % of the days more than {most} kg came to {factory}")
    mean = over.filter(~too_often).select(pl.col("percent").mean(), factories=pl.len())
    often = mean.filter(pl.col("percent") > 100 * (FULL_ALL[0] + FULL_ALL[1] * error))
    yield Violation(CAPACITY, often, "on {percent} % of the days more came to {factories} factories than they can take")


@rule("factory-crop", intake, enrolments, columns("factories", factory="id", most=CAPACITY))
def factory_crop(data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """A factory's crop is 0.4 to 1.5 of what it could process in the same time; of a single year to 35 %, by which
    years differ, of more to less.

    Of factories with 200 farmers and more, in histories of a year and more.
    """
    known, days = _measured(data, intake, enrolments, factories)
    share = known.group_by("row", "factory", "most").agg(share=pl.col("kg").sum() / days / pl.col("most").first())
    off = YEARS_DIFFER * (YEAR_DAYS / days) ** 0.5
    strange = share.filter(~pl.col("share").is_between(LEAST * (1 - off), MOST * (1 + off))).sort("row")
    yield Violation(CAPACITY, strange, "the crop of {factory} is {share} of what {most} kg a day would make")


def _measured(
    data: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, factories: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """What came on each day to factories with farmers enough and a capacity: row, factory, most, kg; and the number of
    days, also of those without leaf. Raises Skip.
    """
    days = (min(data.as_of, built_for(data)) - data.first_day).days + 1
    if days < YEAR_DAYS:
        raise Skip(f"the history is shorter than {YEAR_DAYS} days")
    members = enrolments.group_by(factory="factory_id").agg(members=pl.col("farmer").n_unique())
    large = factories.join(members.filter(pl.col("members") >= FARMERS), on="factory", maintain_order="left")
    large = large.filter(pl.col("most") > 0).with_columns(as_in(intake, "factory"))
    if not large.height:
        raise Skip(f"no factory has {FARMERS} farmers")
    return large.join(intake.group_by("factory", "day").agg(pl.col("kg").sum()), on="factory"), days
