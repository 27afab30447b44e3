"""Where farms lie: near their point, in their factory's catchment, and not on each other."""

from __future__ import annotations

import polars as pl

from demo_data.tea.points.views import enrolments
from demo_data.tea.regions.distances import directions, nearest, within
from demo_data.tea.regions.views import COVERED, KM_PER_DEGREE, LIMITS, kilometres, places
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

NEAR_KM = 6.0
"""From a farm to the nearest of its points, at most."""

OWN, SAMPLE, LARGEST_SAMPLE = 0.8, 500, 20_000
"""The share of farms whose nearest point is of their own factory, and how many farms are asked."""

CELL_KM, FARMS = 1.0, 8
"""Land is measured in cells of so many kilometres across, where these have so many farms on average."""

LAND_SAMPLE = 100

FULL = 1.0
"""The share of a single cell of land that farms cover; a region's cells with farms have `COVERED` together."""

FARMS_AT = places("farmers", "farm_location")
POINTS_AT = places("collection_points", "location")


@rule("farm-near-point", FARMS_AT, columns("farmers", farmer="id"), enrolments, POINTS_AT, LIMITS)
def farm_near_point(
    _: Dataset,
    farms: pl.DataFrame,
    ids: pl.DataFrame,
    enrolments: pl.DataFrame,
    points: pl.DataFrame,
    limits: pl.DataFrame,
) -> Violations:
    """A farm lies within 6 km of a collection point that the farmer is on.

    Of farms that lie in their region, as do all points of the farmer: a point whose place is not known may be near.
    """
    there = within(points, limits).select("row", at_lat="latitude", at_lng="longitude", at_region="region_id")
    listed = enrolments.select("row", "farmer", "point").join(there, on="row", how="left").drop("row")
    farms = within(farms, limits).join(ids, on="row", maintain_order="left")
    km = kilometres(pl.col("latitude"), pl.col("longitude"), pl.col("at_lat"), pl.col("at_lng"))
    known = (pl.col("region_id") == pl.col("at_region")).fill_null(value=False).all().over("row")
    pairs = farms.join(listed, on="farmer").filter(known).with_columns(km=km)
    nearest_own = pairs.group_by("row").agg(pl.col("km").min(), pl.col("point").sort_by("km").first())
    far = nearest_own.filter(pl.col("km") > NEAR_KM).sort("row")
    yield Violation("farm_location", far, "the farm is {km} km from {point}")


@rule(
    "nearest-point",
    FARMS_AT,
    columns("farmers", farmer="id"),
    enrolments,
    POINTS_AT,
    columns("collection_points", "status", "factory_id"),
    LIMITS,
)
def nearest_point(
    _: Dataset,
    farms: pl.DataFrame,
    ids: pl.DataFrame,
    enrolments: pl.DataFrame,
    points: pl.DataFrame,
    owners: pl.DataFrame,
    limits: pl.DataFrame,
) -> Violations:
    """Factories have catchments: the nearest point that is not inactive is of their own factory for over 80 % of the
    farms, to 5 standard errors. Asked of 20,000 farms at most; skipped below 500, and where there is one factory.
    """
    own = enrolments.unique("farmer", keep="first", maintain_order=True).select("farmer", own="factory_id")
    farms = (
        within(farms, limits).join(ids, on="row", maintain_order="left").join(own, on="farmer", maintain_order="left")
    )
    farms = farms.drop_nulls()
    points = within(points, limits).join(owners, on="row", maintain_order="left")
    points = points.filter(pl.col("status") != "inactive").drop_nulls()
    if farms.height < SAMPLE or points["factory_id"].n_unique() < 2:
        raise Skip(f"there are {farms.height} farms, fewer than {SAMPLE}, or one factory")
    farms = farms.gather_every(-(-farms.height // LARGEST_SAMPLE))
    which, _km = nearest(
        directions(farms["latitude"], farms["longitude"]), directions(points["latitude"], points["longitude"])
    )
    share = (points["factory_id"].gather(which) == farms["own"]).mean()
    assert isinstance(share, float)
    if share + 5 * (OWN * (1 - OWN) / farms.height) ** 0.5 < OWN:
        row = pl.DataFrame({"percent": [100 * share], "farms": [farms.height]})
        message = "for {percent} % of {farms} farms the nearest collection point is of their own factory"
        yield Violation("farm_location", row, message)


@rule("farm-land", FARMS_AT, columns("farmers", hectares="farm_size_hectares"), LIMITS)
def farm_land(_: Dataset, farms: pl.DataFrame, sizes: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """Farms do not lie on each other: in cells of 1 by 1 km that hold any they cover less than 0.7 of the land, region
    by region, and of no cell more than all, to 5 standard errors.

    Regions are measured where they have 8 farms to a cell. Skipped below 100 farms.
    """
    known = within(farms, limits).join(sizes, on="row", maintain_order="left").drop_nulls()
    if known.height < LAND_SAMPLE:
        raise Skip(f"there are {known.height} farms, fewer than {LAND_SAMPLE}")
    cell = [(pl.col(name) * (KM_PER_DEGREE / CELL_KM)).floor().cast(pl.Int32) for name in ("latitude", "longitude")]
    cells = known.group_by("region_id", *cell).agg(
        farms=pl.len(), hectares=pl.col("hectares").sum(), error=(pl.col("hectares") ** 2).sum().sqrt()
    )
    land = CELL_KM**2 * 100
    dense = cells.filter(pl.len().over("region_id") * FARMS <= pl.col("farms").sum().over("region_id"))
    regions = dense.group_by("region_id").agg(share=pl.col("hectares").sum() / (pl.len() * land)).sort("region_id")
    message = "farms cover {share} of the land that they lie on in {region_id}"
    yield Violation("farm_location", regions.filter(pl.col("share") >= COVERED), message)
    full = cells.filter(pl.col("hectares") - 5 * pl.col("error") > FULL * land).sort(
        "region_id", "latitude", "longitude"
    )
    message = f"{{hectares}} ha of farms lie on {land:g} ha of land in {{region_id}}"
    yield Violation("farm_location", full, message)
