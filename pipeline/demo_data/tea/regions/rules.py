"""Regions: names after county and band, and circles about the county's tea."""

from __future__ import annotations

import math

import polars as pl

from demo_data.tea.kenya.places import counties
from demo_data.tea.regions.model import AltitudeBand, PolygonRing
from demo_data.tea.regions.views import COVERED, kilometres
from demo_data.validation import (
    Dataset,
    ModelRule,
    RowViolation,
    RowViolations,
    Violation,
    Violations,
    columns,
    row_rule,
    rule,
)

BANDS = {"lowland": (0, 800), "midland": (800, 1200), "highland": (1200, 9000)}
"""Altitudes of each label's band, in metres."""

_CENTRE = "geography.center_gps."
_BAND = "geography.altitude_band."

rising_band = ModelRule(
    AltitudeBand, ("min_meters", "max_meters"), "max_meters must be at least min_meters", lambda low, high: high < low
)

closed_ring = ModelRule(
    PolygonRing,
    ("points",),
    "a ring must be closed: its last point equals its first",
    lambda points: points.list.first() != points.list.last(),
)


@row_rule("region-name", "region_id", "name", "county", f"{_BAND}label")
def region_name(_: Dataset) -> RowViolations:
    """A region's id is {county}-{band} and its name "{County} {Band}", after its own county and band label."""
    county, label = pl.col("county"), pl.col(f"{_BAND}label")
    slug = county.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    message = f"is not county {{county}} and band {{{_BAND}label}}"
    yield RowViolation("region_id", pl.col("region_id") != slug + "-" + label, f"{{region_id}} {message}")
    yield RowViolation("name", pl.col("name") != county + " " + label.str.to_titlecase(), f"{{name}} {message}")


@row_rule("region-altitude", f"{_BAND}min_meters", f"{_BAND}max_meters", f"{_BAND}label")
def region_altitude(_: Dataset) -> RowViolations:
    """A region's altitudes lie inside its label's band: lowland to 800 m, midland to 1200 m, highland above."""
    low, high, label = (pl.col(f"{_BAND}{name}") for name in ("min_meters", "max_meters", "label"))
    inside = [(label == name) & (low >= bottom) & (high <= top) for name, (bottom, top) in BANDS.items()]
    message = f"{{{_BAND}min_meters}} to {{{_BAND}max_meters}} m is not inside {{{_BAND}label}}"
    yield RowViolation("geography.altitude_band", ~pl.any_horizontal(inside), message)


@rule("region-centre", columns("regions", "region_id", "geography.radius_km", f"{_CENTRE}lat", f"{_CENTRE}lng"))
def region_centre(_: Dataset, regions: pl.DataFrame) -> Violations:
    """A region's circle reaches the centre of its county's tea zone, as the facts on Kenya have it."""
    known = pl.DataFrame([(at.slug, at.lat, at.lng) for at in counties()], schema=["slug", "lat", "lng"], orient="row")
    here = (pl.col(f"{_CENTRE}lat"), pl.col(f"{_CENTRE}lng"))
    regions = (
        regions.with_columns(slug=pl.col("region_id").str.split("-").list.first())
        .join(known, on="slug", how="left", maintain_order="left")
        .with_columns(km=kilometres(*here, pl.col("lat"), pl.col("lng")))
    )
    unknown = regions.filter(pl.col("slug").is_not_null() & pl.col("lat").is_null())
    yield Violation("county", unknown, "{slug} is no county that is known to grow tea")
    far = regions.filter(pl.col("km") > pl.col("geography.radius_km"))
    yield Violation("geography.center_gps", far, "the centre is {km} km from where the county's tea grows")


@rule(
    "region-land",
    columns("regions", "region_id", radius="geography.radius_km", area="geography.area_km2"),
    columns("farmers", "region_id", hectares="farm_size_hectares"),
)
def region_land(_: Dataset, regions: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """The farms of a region cover less than 0.7 of its area, or of its circle where no area is stated."""
    farms = farmers.group_by("region_id").agg(farms=pl.col("hectares").sum() / 100)
    circle = pl.col("radius") ** 2 * math.pi
    land = regions.join(farms, on="region_id", maintain_order="left").with_columns(pl.col("area").fill_null(circle))
    full = land.filter(pl.col("farms") >= COVERED * pl.col("area"))
    yield Violation("geography.area_km2", full, "{farms} km2 of farms lie in {region_id}, which has {area} km2")
