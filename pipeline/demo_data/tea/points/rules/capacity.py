"""How much leaf collection points and factories take in, against what they were built for."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in
from demo_data.tea.points.views import enrolments, intake
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

FOLLOWS = 0.5
"""The correlation that capacities have with what comes, at least."""

POINTS, MEMBERS = 30, 10
"""Points, and members of each on average, from which on the correlation is measured."""

FACTORIES = 10

CAPACITY = "capacity.max_daily_kg"


@rule("point-capacity", intake, columns("collection_points", point="id", most=CAPACITY))
def point_capacity(_: Dataset, intake: pl.DataFrame, points: pl.DataFrame) -> Violations:
    """No collection point takes in more on a day than it can: its `max_daily_kg`, where that is stated (not 0)."""
    days = intake.group_by("point", "day").agg(pl.col("kg").sum())
    fullest = days.group_by("point").agg(pl.col("kg").max(), day=pl.col("day").sort_by("kg", "day").last())
    points = points.with_columns(as_in(intake, "point")).join(fullest, on="point", maintain_order="left")
    over = points.filter((pl.col("most") > 0) & (pl.col("kg") > pl.col("most")))
    yield Violation(CAPACITY, over, "{kg} kg came to {point} on {day}, and it can take {most} kg")


@rule(
    "capacity-intake",
    intake,
    enrolments,
    columns("collection_points", point="id", most=CAPACITY),
    columns("factories", factory="id", most="processing_capacity_kg"),
)
def capacity_intake(
    _: Dataset, intake: pl.DataFrame, enrolments: pl.DataFrame, points: pl.DataFrame, factories: pl.DataFrame
) -> Violations:
    """Who is built for more gets more: capacity and intake correlate by more than 0.5, over points and over factories.

    Over 30 points with deliveries and more, and over 10 factories and more; where points have 10 members on average.
    """
    tables = (("collection_points", points, "point", POINTS), ("factories", factories, "factory", FACTORIES))
    measured = 0
    for table, records, name, sample in tables:
        total = intake.group_by(name).agg(pl.col("kg").sum())
        places = records.with_columns(as_in(intake, name)).join(total, on=name).drop_nulls().filter(pl.col("most") > 0)
        if places.height < sample or enrolments.height < MEMBERS * places.height:
            continue
        measured += 1
        field = CAPACITY if name == "point" else "processing_capacity_kg"
        found = places.select(correlation=pl.corr("most", "kg"), places=pl.len())
        unlike = found.filter(~(pl.col("correlation") > FOLLOWS))
        yield Violation(
            field, unlike, f"capacities of {{places}} {table} correlate by {{correlation}} with intake", table
        )
    if not measured:
        raise Skip(f"there are fewer than {POINTS} points and {FACTORIES} factories with enough members and deliveries")
