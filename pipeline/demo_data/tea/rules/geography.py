"""Regions, and what lies in them."""

from __future__ import annotations

import polars as pl

from demo_data.tea.kenya.places import counties
from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import Bads, Faults, row_rule, rule
from demo_data.validation.violation import Bad, Fault

EARTH_KM = 6371.0088
SLACK_KM = 0.002
"""Coordinates are published to six decimals: a tenth of a metre."""

BANDS = {"lowland": (0, 800), "midland": (800, 1200), "highland": (1200, 9000)}
"""Altitudes of each label's band, in metres."""

_CENTRE = "geography.center_gps."
_BAND = "geography.altitude_band."


def kilometres(lat1: pl.Expr, lng1: pl.Expr, lat2: pl.Expr, lng2: pl.Expr) -> pl.Expr:
    """The distance of two points given in degrees, on a sphere (haversine)."""
    half_lat, half_lng = (lat2 - lat1).radians() / 2, (lng2 - lng1).radians() / 2
    a = half_lat.sin() ** 2 + lat1.radians().cos() * lat2.radians().cos() * half_lng.sin() ** 2
    return a.sqrt().clip(0, 1).arcsin() * (2 * EARTH_KM)


@row_rule("region-name", "regions")
def region_name(data: Dataset) -> Bads:
    """A region's id is {county}-{band} and its name "{County} {Band}", after its own county and band label."""
    county, label = pl.col("county"), pl.col(f"{_BAND}label")
    slug = county.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    message = f"is not county {{county}} and band {{{_BAND}label}}"
    yield Bad("regions", "region_id", pl.col("region_id") != slug + "-" + label, f"{{region_id}} {message}")
    yield Bad("regions", "name", pl.col("name") != county + " " + label.str.to_titlecase(), f"{{name}} {message}")


@row_rule("region-altitude", "regions")
def region_altitude(data: Dataset) -> Bads:
    """A region's altitudes lie inside its label's band: lowland to 800 m, midland to 1200 m, highland above."""
    low, high, label = (pl.col(f"{_BAND}{name}") for name in ("min_meters", "max_meters", "label"))
    inside = [(label == name) & (low >= bottom) & (high <= top) for name, (bottom, top) in BANDS.items()]
    message = f"{{{_BAND}min_meters}} to {{{_BAND}max_meters}} m is not inside {{{_BAND}label}}"
    yield Bad("regions", "geography.altitude_band", ~pl.any_horizontal(inside), message)


@rule("region-centre", "regions")
def region_centre(data: Dataset) -> Faults:
    """A region's circle reaches the centre of its county's tea zone, as the facts on Kenya have it."""
    known = pl.DataFrame(
        [(each.slug, each.lat, each.lng) for each in counties()], schema=["slug", "lat", "lng"], orient="row"
    )
    here = (pl.col(f"{_CENTRE}lat"), pl.col(f"{_CENTRE}lng"))
    found = (
        data.frame("regions", "region_id", "geography.radius_km", f"{_CENTRE}lat", f"{_CENTRE}lng")
        .with_columns(slug=pl.col("region_id").str.split("-").list.first())
        .join(known, on="slug", how="left", maintain_order="left")
        .with_columns(km=kilometres(*here, pl.col("lat"), pl.col("lng")))
    )
    unknown = found.filter(pl.col("slug").is_not_null() & pl.col("lat").is_null())
    yield Fault("regions", "county", unknown, "{slug} is no county that is known to grow tea")
    far = found.filter(pl.col("km") > pl.col("geography.radius_km"))
    yield Fault("regions", "geography.center_gps", far, "the centre is {km} km from where the county's tea grows")


@rule("factory-in-region", "factories", "regions")
def factory_in_region(data: Dataset) -> Faults:
    """A factory lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from _outside(data, "factories", "location")


@rule("point-in-region", "collection_points", "regions")
def point_in_region(data: Dataset) -> Faults:
    """A collection point lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from _outside(data, "collection_points", "location")


@rule("farm-in-region", "farmers", "regions")
def farm_in_region(data: Dataset) -> Faults:
    """A farm lies in its region's circle (haversine, 2 m for rounding) and altitude band."""
    yield from _outside(data, "farmers", "farm_location")


def _outside(data: Dataset, table: str, field: str) -> Faults:
    limits = {
        f"{_CENTRE}lat": "lat",
        f"{_CENTRE}lng": "lng",
        "geography.radius_km": "radius",
        f"{_BAND}min_meters": "low",
        f"{_BAND}max_meters": "high",
    }
    regions = data.frame("regions", "region_id", *limits).rename(limits).drop("row")
    paths = {f"{field}.latitude": "latitude", f"{field}.longitude": "longitude", f"{field}.altitude_meters": "altitude"}
    found = data.frame(table, "region_id", *paths).rename(paths).join(regions, on="region_id", maintain_order="left")
    found = found.with_columns(km=kilometres(pl.col("latitude"), pl.col("longitude"), pl.col("lat"), pl.col("lng")))
    far = found.filter(pl.col("km") > pl.col("radius") + SLACK_KM)
    yield Fault(table, field, far, "{km} km from the centre of {region_id}, whose radius is {radius} km")
    high = found.filter(~pl.col("altitude").is_between("low", "high"))
    yield Fault(table, f"{field}.altitude_meters", high, "{altitude} m is not within {low} to {high} m of {region_id}")
