"""Faults in collection points."""

from __future__ import annotations

from demo_data.faults import Data, Draw, Fresh, Place, Record
from demo_data.tea.fresh_records import new_point
from demo_data.tea.planting import OWNERS, lists


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A point that nobody is on."""
    return Fresh(new_point(data, data.any_pristine(draw, "collection_points"), status="active"))


def unsure(data: Data, record: Record, path: str | None) -> list[Place]:
    """Who is on the lists of the region, and which factories have points."""
    places = []
    if path in (None, "farmer_ids", "region_id"):
        places.append(lists(data, record["region_id"]))
    return [*places, OWNERS] if path in (None, "factory_id", "status") else places
