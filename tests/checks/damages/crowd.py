"""Faults in shares of many farmers."""

from __future__ import annotations

from tests.checks.damaged import Damaged, put
from tests.checks.damages.plant import Place, plants


@plants("second-point-share", "delivery-point", "main-point", dataset="crowd")
def nobody_on_two(data: Damaged) -> Place:
    seen: set[str] = set()
    for point in data["collection_points"]:
        point["farmer_ids"] = [who for who in point["farmer_ids"] if who not in seen]
        seen.update(point["farmer_ids"])
    return "collection_points", None


@plants("main-point-share", "delivery-day", "delivery-hours", "document-links", dataset="crowd")
def alternating_points(data: Damaged) -> Place:
    points: dict[str, list[str]] = {}
    for point in data["collection_points"]:
        for who in point["farmer_ids"]:
            points.setdefault(who, []).append(point["id"])
    for number, each in enumerate(data["documents"]):
        own = points[each["linkage_fields"]["farmer_id"]]
        put(each, "linkage_fields.collection_point_id", own[number % len(own)])
    return "documents", None
