"""When farmers register, and the numbers that follow from it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import polars as pl

from demo_data.tea.kenya.national_ids import AGE, series
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import local
from demo_data.validation import (
    Dataset,
    Skip,
    Violation,
    Violations,
    columns,
    rule,
)

SPARE = 4_200_000
"""Numbers of identity cards beside one for each farmer that there can be: those up to this sum tell nothing."""

NEIGHBOURS = 40
OUT_OF_ORDER = 0.1


@rule(
    "registered-at-point",
    columns("farmers", "registration_date", farmer="id"),
    columns("collection_points", point="id", opened="created_at"),
    enrolments,
)
def registered_at_point(
    _: Dataset, farmers: pl.DataFrame, points: pl.DataFrame, enrolments: pl.DataFrame
) -> Violations:
    """A farmer registers once a collection point that lists the farmer is on record."""
    known = enrolments.select("farmer", "point").join(points.select("point", "opened"), on="point")
    opened = known.group_by("farmer").agg(pl.col("opened").min())
    early = farmers.join(opened, on="farmer", maintain_order="left")
    early = early.filter(pl.col("registration_date") < pl.col("opened")).sort("row")
    message = "{registration_date} is before {opened}, when the first collection point of {farmer} opened"
    yield Violation("registration_date", early, message)


@rule("national-id-issued", columns("farmers", "national_id", "registration_date"))
def national_id_issued(data: Dataset, farmers: pl.DataFrame) -> Violations:
    """A farmer's identity card was issued by the year of registering: its number is not of a later year.

    Numbers up to 4.2 million and one for each farmer that there can be (within a century, by the recipe's settings)
    tell nothing: all of them may be needed.
    """
    needed = SPARE + ever(data, farmers.height)
    farmers = farmers.drop_nulls().with_columns(
        number=pl.col("national_id").str.extract(r"^([0-9]{7,8})$").cast(pl.Int64),
        year=local("registration_date").dt.year().clip(*_YEARS),
    )
    last = pl.DataFrame({"year": range(_YEARS[0], _YEARS[1] + 1)}, schema={"year": pl.Int32})
    last = last.with_columns(last=pl.Series([last_number(year) for year in last["year"]]))
    late = farmers.join(last, on="year", maintain_order="left").filter(
        pl.col("number") > pl.max_horizontal("last", pl.lit(needed))
    )
    message = "{national_id} was issued after {year}, when the farmer registered: numbers went up to {last}"
    yield Violation("national_id", late.sort("row"), message)


_YEARS = (1950, 2099)


def ever(data: Dataset, known: int) -> float:
    """How many farmers there can be within a century, by the recipe; at least as many as are `known`."""
    settings = data.recipe.settings.get("farmers", {}) if data.recipe else {}
    count, joining = settings.get("count"), settings.get("joining")
    if not isinstance(count, int | float) or not isinstance(joining, int | float):
        return known
    return max(known, count * (1 + joining))


@cache
def last_number(year: int) -> int:
    """The last number of the cards that were issued by the end of a year."""
    born, known = year + 1 - AGE, series()
    for this, following in pairwise(known):
        if this.born <= born < following.born:
            part = (born - this.born) / (following.born - this.born)
            return max(2_000_000, round(this.number + part * (following.number - this.number)))
    return 2_000_000 if born < known[0].born else known[-1].number


@rule("grower-order", columns("farmers", "grower_number", "registration_date", farmer="id"), enrolments)
def grower_order(_: Dataset, farmers: pl.DataFrame, enrolments: pl.DataFrame) -> Violations:
    """Grower numbers follow factory and time: numbers of one factory lie together, and at a collection point they are
    in the order in which farmers registered. Of neighbours by number at most 1 in 10 are otherwise.

    Skipped below 40 pairs of neighbours. Farmers on two points are left out, as is who has no number.
    """
    one = enrolments.filter(pl.len().over("farmer") == 1).select("farmer", "point", "factory_id")
    number = pl.col("grower_number").str.extract(r"^GN-([0-9]{1,18})$").cast(pl.Int64)
    known = farmers.with_columns(number=number, day=local("registration_date").dt.date()).join(one, on="farmer")
    known = known.drop_nulls(["number", "day"]).sort("number")
    before = pl.col("day").shift().over("point")
    pairs = known.select(late=before > pl.col("day")).drop_nulls()
    if pairs.height < NEIGHBOURS:
        raise Skip(f"there are {pairs.height} pairs of neighbours among grower numbers, fewer than {NEIGHBOURS}")
    told = pl.DataFrame({"late": [int(pairs["late"].sum())], "pairs": [pairs.height]})
    wrong = told.filter(pl.col("late") > OUT_OF_ORDER * pl.col("pairs"))
    message = (
        "of {pairs} pairs of neighbours by grower number at a collection point {late} registered the other way round"
    )
    yield Violation("grower_number", wrong, message)
    strangers = known.select(other=pl.col("factory_id") != pl.col("factory_id").shift()).drop_nulls()
    changes, factories = int(strangers["other"].sum()), known["factory_id"].n_unique()
    told = pl.DataFrame({"changes": [changes], "pairs": [strangers.height], "factories": [factories]})
    wrong = told.filter(pl.col("changes") - pl.col("factories") + 1 > OUT_OF_ORDER * pl.col("pairs"))
    message = "of {pairs} pairs of neighbours by grower number {changes} are of two factories, of {factories} in all"
    yield Violation("grower_number", wrong, message)
