"""Collection points, and who is listed at them."""

from __future__ import annotations

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Skip
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

SECOND_SAMPLE = 500


@row_rule("point-id", "collection_points")
def point_id(data: Dataset) -> Bads:
    """A collection point's id is its region's, -cp- and at least three digits."""
    rest = pl.col("id").str.strip_prefix(pl.col("region_id"))
    bad = (rest == pl.col("id")) | ~rest.str.contains(r"^-cp-[0-9]{3,}$")
    yield Bad("collection_points", "id", bad, "{id} is not {region_id}-cp- and a number")


@rule("point-region", "collection_points", "factories")
def point_region(data: Dataset) -> Faults:
    """A collection point lies in its factory's region."""
    points = data.frame("collection_points", "region_id", "factory_id")
    factories = data.frame("factories", "id", "region_id").select(factory_id="id", region="region_id")
    points = points.join(factories, on="factory_id", maintain_order="left")
    wrong = points.filter(pl.col("region_id") != pl.col("region"))
    yield Fault("collection_points", "region_id", wrong, "{region_id} is not {region}, the region of {factory_id}")


@rule("farmer-region", "collection_points", "farmers")
def farmer_region(data: Dataset) -> Faults:
    """The farmers of a collection point live in its region."""
    homes = data.frame("farmers", "id", "region_id").select(farmer="id", home="region_id")
    listed = data.enrolments.join(homes, on="farmer", maintain_order="left")
    wrong = listed.filter(pl.col("region_id") != pl.col("home"))
    yield Fault("collection_points", None, _placed(wrong), "{farmer} lives in {home}, not in {region_id}")


@rule("farmer-enrolled", "collection_points", "farmers")
def farmer_enrolled(data: Dataset) -> Faults:
    """Every active farmer is on at least one collection point."""
    active = data.frame("farmers", "id", "is_active", "region_id").filter("is_active").rename({"id": "farmer"})
    active = active.filter(pl.col("farmer").is_not_null() & ~pl.col("region_id").is_in(_unlisted(data)))
    lost = active.join(data.enrolments, on="farmer", how="anti").sort("row")
    yield Fault("farmers", "id", lost, "{farmer} is active but on no collection point")


@rule("farmer-listed-once", "collection_points")
def farmer_listed_once(data: Dataset) -> Faults:
    """No farmer is on one collection point twice."""
    again = data.enrolments.filter(~pl.struct("row", "farmer").is_first_distinct())
    yield Fault("collection_points", None, _placed(again), "{farmer} is on {point} twice")


@rule("farmer-points", "collection_points")
def farmer_points(data: Dataset) -> Faults:
    """A farmer is on two collection points at most, and these are of one factory."""
    points = data.enrolments.unique(["row", "farmer"], maintain_order=True)
    number = pl.int_range(pl.len()).over("farmer")
    points = points.with_columns(number=number, first=pl.col("factory_id").first().over("farmer"))
    third = points.filter(pl.col("number") >= 2)
    yield Fault("collection_points", None, _placed(third), "{farmer} is on more than two collection points")
    other = points.filter(pl.col("factory_id") != pl.col("first"))
    yield Fault("collection_points", None, _placed(other), "{farmer} is on points of {first} and {factory_id}")


@rule("inactive-point", "collection_points")
def inactive_point(data: Dataset) -> Faults:
    """An inactive collection point has no farmers and no deliveries."""
    listed = data.enrolments.filter(pl.col("status") == "inactive")
    yield Fault("collection_points", None, _placed(listed), "{farmer} is on {point}, which is inactive")
    if data.has("documents"):
        points = data.frame("collection_points", "id", "status").filter(pl.col("status") == "inactive")
        closed = points.select(point=pl.col("id").cast(data.ids["point"], strict=False)).drop_nulls()
        found = data.deliveries.join(closed, on="point", how="semi").sort("row")
        yield Fault("documents", "linkage_fields.collection_point_id", found, "{point} is inactive")


@rule("main-point", "collection_points")
def main_point(data: Dataset) -> Faults:
    """Who is on a collection point is on an active one: inactive and seasonal ones are nobody's main point."""
    has_active = (pl.col("status") == "active").fill_null(value=True).any().over("farmer")
    lost = data.enrolments.filter(~has_active & ~pl.col("region_id").is_in(_unlisted(data))).unique(
        "farmer", maintain_order=True
    )
    message = "{farmer} is on {point}, which is {status}, and on no active point"
    yield Fault("collection_points", None, _placed(lost), message)


@rule("factory-point", "collection_points", "factories")
def factory_point(data: Dataset) -> Faults:
    """Every factory has an active collection point."""
    active = data.frame("collection_points", "factory_id", "status").filter(pl.col("status") == "active")
    idle = data.frame("factories", "id").drop_nulls()
    idle = idle.join(active.select(id="factory_id"), on="id", how="anti").sort("row")
    if idle.height <= len(data.faulty("collection_points", "factory_id", "status")):
        return  # theirs may be the points of no factory, or of no status
    yield Fault("factories", "id", idle, "{id} has no active collection point")


@rule("factory-model", "grading_models", "factories")
def factory_model(data: Dataset) -> Faults:
    """Every factory is on exactly one grading model."""
    active = data.frame("grading_models", "active_at_factory").explode("active_at_factory")
    counts = active.group_by(id="active_at_factory").agg(models=pl.len())
    found = data.frame("factories", "id").drop_nulls().join(counts, on="id", how="left", maintain_order="left")
    wrong = found.filter(pl.col("models").fill_null(0) != 1).with_columns(pl.col("models").fill_null(0))
    if len(data.faulty("grading_models", "active_at_factory")):
        wrong = wrong.filter(pl.col("models") > 1)  # the others may be meant by what is at fault
    yield Fault("factories", "id", wrong, "{id} is on {models} grading models, not on one")


@rule("second-point-share", "collection_points", "farmers")
def second_point_share(data: Dataset) -> Faults:
    """About 8 % of the active farmers (or the recipe's share) are on two points: to 5 standard errors and 1.5 points.

    Counted where the factory has another point that is not inactive. Skipped below 500 such farmers.
    """
    expected = (data.recipe.two_points if data.recipe else 8.0) / 100
    choices = data.frame("collection_points", "factory_id", "status").filter(pl.col("status") != "inactive")
    several = choices.group_by("factory_id").len().filter(pl.col("len") > 1)
    active = data.frame("farmers", "id", "is_active").filter("is_active").select(farmer="id")
    listed = data.enrolments.join(several, on="factory_id", how="semi").join(active, on="farmer", how="semi")
    counts = listed.group_by("farmer").len()
    if counts.height < SECOND_SAMPLE:
        raise Skip(f"there are {counts.height} active farmers with a choice, fewer than {SECOND_SAMPLE}")
    share = counts.filter(pl.col("len") == 2).height / counts.height
    error = (expected * (1 - expected) / counts.height) ** 0.5
    if abs(share - expected) > 5 * error + 0.015:
        row = pl.DataFrame({"percent": [100 * share], "expected": [100 * expected]})
        message = "{percent} % of the active farmers are on two points, not about {expected} %"
        yield Fault("collection_points", "farmer_ids", row, message)


def _unlisted(data: Dataset) -> list[str]:
    """The regions in which a list of farmers is at fault: who lives there may be meant by it."""
    faulty = data.faulty("collection_points", "farmer_ids")
    regions = data.frame("collection_points", "region_id").filter(pl.col("row").is_in(faulty.implode()))["region_id"]
    return list(regions.drop_nulls().unique(maintain_order=True))


def _placed(listed: pl.DataFrame) -> pl.DataFrame:
    """The enrolments with the place in the list as `field`."""
    return listed.with_columns(field=pl.lit("farmer_ids[") + pl.col("item").cast(pl.String) + "]").sort("row", "item")
