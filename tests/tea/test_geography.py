from __future__ import annotations

import math
from typing import Any

import pytest

from tests.worlds import crowd, make, rows_of

SPHERE_KM = 6371.0


def haversine(lat_1: float, lng_1: float, lat_2: float, lng_2: float) -> float:
    """Kilometres between two places."""
    a, b, c, d = map(math.radians, (lat_1, lng_1, lat_2, lng_2))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * SPHERE_KM * math.asin(math.sqrt(half))


def away(place: dict[str, float], region: dict[str, Any]) -> float:
    center = region["geography"]["center_gps"]
    return haversine(center["lat"], center["lng"], place["latitude"], place["longitude"])


EVERYWHERE = make(regions__count=14, factories__count=60, collection_points__count=600, farmers__count=6000)


@pytest.mark.parametrize(
    ("table", "column"),
    [("factories", "location"), ("collection_points", "location"), ("farmers", "farm_location")],
)
def test_inside_the_region(table: str, column: str) -> None:
    """Factories, points and farms lie within their region's circle and altitude band, in every tea county."""
    regions = {region["region_id"]: region for region in rows_of(EVERYWHERE, "regions")}
    for row in rows_of(EVERYWHERE, table):
        region = regions[row["region_id"]]
        band = region["geography"]["altitude_band"]
        assert away(row[column], region) <= region["geography"]["radius_km"]
        assert band["min_meters"] <= row[column]["altitude_meters"] <= band["max_meters"]


def test_where_tea_grows() -> None:
    """Farms lie in Kenya's tea belt: latitude -1.5 to 1.5, longitude 34 to 38, altitude 1500 to 2700 m."""
    for farmer in rows_of(EVERYWHERE, "farmers"):
        place = farmer["farm_location"]
        assert -1.5 <= place["latitude"] <= 1.5
        assert 34 <= place["longitude"] <= 38
        assert 1500 <= place["altitude_meters"] <= 2700


def test_farms_lie_around_their_point() -> None:
    """A farm is at most 4 km from its main point, in all directions, and altitudes vary."""
    points = rows_of(crowd(), "collection_points")
    farmers = rows_of(crowd(), "farmers")
    main = crowd().rows("farmers", 0, len(farmers))["point"]
    away_km, norths, altitudes = [], [], set()
    for farmer, number in zip(farmers, main, strict=True):
        farm, point = farmer["farm_location"], points[number]["location"]
        away_km.append(haversine(farm["latitude"], farm["longitude"], point["latitude"], point["longitude"]))
        norths.append(farm["latitude"] > point["latitude"])
        altitudes.add(farm["altitude_meters"])

    assert max(away_km) <= 4.01
    assert sum(norths) == pytest.approx(len(norths) / 2, rel=0.05)
    assert len(altitudes) > 2000


def test_neighbours_lie_at_one_altitude() -> None:
    """Altitude follows the land: farms within 200 m of each other differ by less than 200 m of altitude."""
    farms = [farmer["farm_location"] for farmer in rows_of(crowd(), "farmers")[:1500]]
    pairs = 0
    for i, one in enumerate(farms):
        for other in farms[i + 1 : i + 60]:
            apart = haversine(one["latitude"], one["longitude"], other["latitude"], other["longitude"])
            if apart < 0.2:
                pairs += 1
                assert abs(one["altitude_meters"] - other["altitude_meters"]) < 200
    assert pairs > 50


def test_one_region_down_the_tree() -> None:
    """A point has its factory's region, and farmers have the region of the points that list them."""
    factories = {row["id"]: row["region_id"] for row in rows_of(crowd(), "factories")}
    farmers = {row["id"]: row["region_id"] for row in rows_of(crowd(), "farmers")}
    for point in rows_of(crowd(), "collection_points"):
        assert factories[point["factory_id"]] == point["region_id"]
        assert {farmers[farmer] for farmer in point["farmer_ids"]} <= {point["region_id"]}
        assert point["id"].startswith(f"{point['region_id']}-cp-")


def test_point_numbers() -> None:
    """Points are numbered from 001 within their region."""
    for region in rows_of(crowd(), "regions"):
        ids = [
            point["id"] for point in rows_of(crowd(), "collection_points") if point["region_id"] == region["region_id"]
        ]
        assert [f"{region['region_id']}-cp-{number:03d}" for number in range(1, len(ids) + 1)] == ids
