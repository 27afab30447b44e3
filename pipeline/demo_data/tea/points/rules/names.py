"""Places after which collection points are named: one factory's, and near."""

from __future__ import annotations

import polars as pl

from demo_data.tea.points.views import enrolments
from demo_data.tea.regions.distances import far_from_name, named_after
from demo_data.tea.regions.views import LIMITS, places
from demo_data.validation import Dataset, Violation, Violations, columns, rule


@rule("point-name", enrolments, columns("collection_points", "region_id", "factory_id", "name"))
def point_name(_: Dataset, enrolments: pl.DataFrame, points: pl.DataFrame) -> Violations:
    """The points of a region that are named after one place, and have farmers, are of one factory."""
    used = points.join(enrolments.select("row").unique(), on="row", how="semi").drop_nulls()
    owned = named_after(used).sort("row").with_columns(first=pl.col("factory_id").first().over("region_id", "place"))
    other = owned.filter(pl.col("factory_id") != pl.col("first"))
    yield Violation("name", other, "{place} is where points of {first} are, and this one is of {factory_id}")


@rule("point-near-place", places("collection_points", "location"), columns("collection_points", "name"), LIMITS)
def point_near_place(_: Dataset, points: pl.DataFrame, names: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A collection point lies within 6 km of the place that it is named after, where the facts on Kenya have that."""
    yield from far_from_name(points, names, limits)
