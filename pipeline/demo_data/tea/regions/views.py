"""The circle and the altitudes of each region, and what lies outside of them."""

from __future__ import annotations

from math import radians

import polars as pl

from demo_data.validation import Source, Violation, Violations, columns

EARTH_KM = 6371.0088
SLACK_KM = 0.002
"""Coordinates are published to six decimals: a tenth of a metre."""

KM_PER_DEGREE = EARTH_KM * radians(1)

COVERED = 0.7
"""The share of a region's land that farms may cover."""

LIMITS = columns(
    "regions",
    "region_id",
    lat="geography.center_gps.lat",
    lng="geography.center_gps.lng",
    radius="geography.radius_km",
    low="geography.altitude_band.min_meters",
    high="geography.altitude_band.max_meters",
)


def places(table: str, field: str) -> Source[pl.DataFrame]:
    """Where the records of a table lie."""
    return columns(
        table,
        "region_id",
        latitude=f"{field}.latitude",
        longitude=f"{field}.longitude",
        altitude=f"{field}.altitude_meters",
    )


def kilometres(lat1: pl.Expr, lng1: pl.Expr, lat2: pl.Expr, lng2: pl.Expr) -> pl.Expr:
    """The distance of two points given in degrees, on a sphere (haversine)."""
    half_lat, half_lng = (lat2 - lat1).radians() / 2, (lng2 - lng1).radians() / 2
    a = half_lat.sin() ** 2 + lat1.radians().cos() * lat2.radians().cos() * half_lng.sin() ** 2
    return a.sqrt().clip(0, 1).arcsin() * (2 * EARTH_KM)


def outside(places: pl.DataFrame, limits: pl.DataFrame, field: str) -> Violations:
    """Places that are not within the circle of their region, or not within its altitudes."""
    places = places.join(limits.drop("row"), on="region_id", maintain_order="left")
    places = places.with_columns(km=kilometres(pl.col("latitude"), pl.col("longitude"), pl.col("lat"), pl.col("lng")))
    far = places.filter(pl.col("km") > pl.col("radius") + SLACK_KM)
    yield Violation(field, far, "{km} km from the centre of {region_id}, whose radius is {radius} km")
    high = places.filter(~pl.col("altitude").is_between("low", "high"))
    yield Violation(f"{field}.altitude_meters", high, "{altitude} m is not within {low} to {high} m of {region_id}")
