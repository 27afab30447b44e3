"""Collection points, and who is listed at them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries
from demo_data.tea.points.views import enrolments, unlisted
from demo_data.tea.regions.views import LIMITS, outside, places
from demo_data.tea.views import LATELY, last_day, local, most_lately
from demo_data.validation import (
    Dataset,
    RowViolation,
    RowViolations,
    Skip,
    Violation,
    Violations,
    columns,
    gathered,
    row_rule,
    rule,
)

TWO_POINTS = 8.0
"""The share of farmers on two points (percent) where no recipe tells it."""

SECOND_SAMPLE = 500


@row_rule("point-id", "id", "region_id")
def point_id(_: Dataset) -> RowViolations:
    """A collection point's id is its region's, -cp- and at least three digits."""
    rest = pl.col("id").str.strip_prefix(pl.col("region_id"))
    bad = (rest == pl.col("id")) | ~rest.str.contains(r"^-cp-[0-9]{3,}$")
    yield RowViolation("id", bad, "{id} is not {region_id}-cp- and a number")


@rule("point-in-region", places("collection_points", "location"), LIMITS)
def point_in_region(_: Dataset, points: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """A collection point lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from outside(points, limits, "location")


@rule(
    "point-region",
    columns("collection_points", "region_id", "factory_id"),
    columns("factories", factory_id="id", region="region_id"),
)
def point_region(_: Dataset, points: pl.DataFrame, factories: pl.DataFrame) -> Violations:
    """A collection point lies in its factory's region."""
    points = points.join(factories.drop("row"), on="factory_id", maintain_order="left")
    wrong = points.filter(pl.col("region_id") != pl.col("region"))
    yield Violation("region_id", wrong, "{region_id} is not {region}, the region of {factory_id}")


@rule("farmer-region", enrolments, columns("farmers", farmer="id", home="region_id"))
def farmer_region(_: Dataset, enrolments: pl.DataFrame, homes: pl.DataFrame) -> Violations:
    """The farmers of a collection point live in its region."""
    listed = enrolments.join(homes.drop("row"), on="farmer", maintain_order="left")
    wrong = listed.filter(pl.col("region_id") != pl.col("home"))
    yield Violation(None, _placed(wrong), "{farmer} lives in {home}, not in {region_id}")


@rule("farmer-listed-once", enrolments)
def farmer_listed_once(_: Dataset, enrolments: pl.DataFrame) -> Violations:
    """No farmer is on one collection point twice."""
    again = enrolments.filter(~pl.struct("row", "farmer").is_first_distinct())
    yield Violation(None, _placed(again), "{farmer} is on {point} twice")


@rule("farmer-points", enrolments)
def farmer_points(_: Dataset, enrolments: pl.DataFrame) -> Violations:
    """A farmer is on two collection points at most, and these are of one factory."""
    points = enrolments.unique(["row", "farmer"], maintain_order=True)
    number = pl.int_range(pl.len()).over("farmer")
    points = points.with_columns(number=number, first=pl.col("factory_id").first().over("farmer"))
    third = points.filter(pl.col("number") >= 2)
    yield Violation(None, _placed(third), "{farmer} is on more than two collection points")
    other = points.filter(pl.col("factory_id") != pl.col("first"))
    yield Violation(None, _placed(other), "{farmer} is on points of {first} and {factory_id}")


_STATUS = columns("collection_points", "status", point="id")


@gathered("farmers", deliveries, _STATUS)
def closed(_: Dataset, deliveries: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Deliveries to inactive collection points: row, point."""
    inactive = points.filter(pl.col("status") == "inactive").select(as_in(deliveries, "point")).drop_nulls()
    return deliveries.select("row", "point").join(inactive, on="point", how="semi").cast({"point": pl.String})


@rule("inactive-point", enrolments, may_read=(closed,))
def inactive_point(data: Dataset, enrolments: pl.DataFrame) -> Violations:
    """An inactive collection point has no farmers and no deliveries."""
    listed = enrolments.filter(pl.col("status") == "inactive")
    yield Violation(None, _placed(listed), "{farmer} is on {point}, which is inactive")
    if data.has("documents"):
        brought = closed(data).whole().sort("row")
        yield Violation("linkage_fields.collection_point_id", brought, "{point} is inactive", "documents")


@rule(
    "point-members",
    enrolments,
    columns("collection_points", "updated_at", point="id"),
    columns("farmers", "registration_date", farmer="id"),
)
def point_members(_: Dataset, enrolments: pl.DataFrame, points: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A member more is an update of the point: none has registered after it."""
    latest = (
        enrolments.join(farmers.select("farmer", "registration_date"), on="farmer", maintain_order="left")
        .sort("registration_date", nulls_last=False)
        .group_by("row", maintain_order=True)
        .agg(pl.col("farmer", "registration_date").last())
    )
    late = points.join(latest, on="row", maintain_order="left")
    late = late.filter(pl.col("updated_at") < pl.col("registration_date"))
    message = "{updated_at} is before {registration_date}, when {farmer} of its list registered"
    yield Violation("updated_at", late, message)


@rule(
    "point-changes",
    enrolments,
    columns("collection_points", "created_at", "updated_at"),
    columns("farmers", "registration_date", farmer="id"),
    last_day,
)
def point_changes(
    _: Dataset, enrolments: pl.DataFrame, points: pl.DataFrame, farmers: pl.DataFrame, last_day: date
) -> Violations:
    """Few points change at a time, but for new members: in the last 30 days at most 6 in 100 of those that were there
    before, to 6 standard errors and 3 more.

    It is about one change of clerk or hours in three years and point, which are 3 in 100 in 30 days.
    """
    begins = last_day - timedelta(days=LATELY)
    known = points.drop_nulls().filter(local("created_at").dt.date() <= begins)
    members = enrolments.join(farmers.select("farmer", "registration_date"), on="farmer")
    grown = members.select("row", updated_at="registration_date")
    changed = known.filter(local("updated_at").dt.date() > begins).join(grown, on=["row", "updated_at"], how="anti")
    counts = pl.DataFrame({"changed": [changed.height], "of": [known.height]})
    message = f"{{changed}} of {{of}} points were updated in the last {LATELY} days: more than ever happens"
    yield Violation("updated_at", counts.filter(pl.col("changed") > most_lately(known.height)), message)


@rule("main-point", enrolments, unlisted)
def main_point(_: Dataset, enrolments: pl.DataFrame, unlisted: list[str]) -> Violations:
    """Who is on a collection point is on an active one: inactive and seasonal ones are nobody's main point."""
    has_active = (pl.col("status") == "active").fill_null(value=True).any().over("farmer")
    lost = enrolments.filter(~has_active & ~pl.col("region_id").is_in(unlisted)).unique("farmer", maintain_order=True)
    message = "{farmer} is on {point}, which is {status}, and on no active point"
    yield Violation(None, _placed(lost), message)


@rule(
    "second-point-share",
    enrolments,
    columns("collection_points", "factory_id", "status"),
    columns("farmers", "is_active", farmer="id"),
)
def second_point_share(
    data: Dataset, enrolments: pl.DataFrame, points: pl.DataFrame, farmers: pl.DataFrame
) -> Violations:
    """About 8 % of the active farmers (or the recipe's share) are on two points: to 5 standard errors and 1.5 points.

    Counted where the factory has another point that is not inactive. Skipped below 500 such farmers.
    """
    percent = data.recipe.settings.get("farmers", {}).get("two_points", TWO_POINTS) if data.recipe else TWO_POINTS
    if isinstance(percent, bool) or not (isinstance(percent, int | float) and 0 <= percent <= 100):
        row = pl.DataFrame({"percent": [str(percent)]})
        yield Violation("farmer_ids", row, "recipe.json: settings.farmers.two_points is no percentage, but {percent}")
        return
    expected = percent / 100
    several = points.filter(pl.col("status") != "inactive").group_by("factory_id").len().filter(pl.col("len") > 1)
    listed = enrolments.join(several, on="factory_id", how="semi")
    counts = listed.join(farmers.filter("is_active"), on="farmer", how="semi").group_by("farmer").len()
    if counts.height < SECOND_SAMPLE:
        raise Skip(f"there are {counts.height} active farmers with a choice, fewer than {SECOND_SAMPLE}")
    share = counts.filter(pl.col("len") == 2).height / counts.height
    error = (expected * (1 - expected) / counts.height) ** 0.5
    if abs(share - expected) > 5 * error + 0.015:
        row = pl.DataFrame({"percent": [100 * share], "expected": [100 * expected]})
        message = "{percent} % of the active farmers are on two points, not about {expected} %"
        yield Violation("farmer_ids", row, message)


def _placed(listed: pl.DataFrame) -> pl.DataFrame:
    """The enrolments with the place in the list as `field`."""
    return listed.with_columns(field=pl.lit("farmer_ids[") + pl.col("item").cast(pl.String) + "]").sort("row", "item")
