"""Faults in regions and what lies in them."""

from __future__ import annotations

from tests.checks.damaged import Damaged, at, put
from tests.checks.damages.plant import Place, plants, sets

sets("region-name", "regions", "name", "Nyeri Lowland")
sets("region-altitude", "regions", "geography.altitude_band.min_meters", 1100)
sets("farm-in-region", "farmers", "farm_location.latitude", lambda old: old + 0.5)
sets("point-in-region", "collection_points", "location.altitude_meters", 2900.0)
sets("factory-in-region", "factories", "location.longitude", lambda old: old - 0.5)


@plants("region-centre", "factory-in-region", "farm-in-region", "point-in-region")
def far_centre(data: Damaged) -> Place:
    put(data["regions"][0], "geography.center_gps.lat", at(data["regions"][0], "geography.center_gps.lat") + 1)
    return "regions", 0
