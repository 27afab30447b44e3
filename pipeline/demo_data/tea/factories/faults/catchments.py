"""Faults in where factories lie."""

from __future__ import annotations

from demo_data.faults import Cannot, Data, Draw, Fault, Record, at, planter
from demo_data.tea.misplacing import misnamed
from demo_data.tea.planting import GEOGRAPHY
from demo_data.tea.regions.distances import place_named


@planter("factories-apart", "factories", "collection_points", "regions")
def factory_beside_another(data: Data, draw: Draw) -> Fault:
    """The later one of two factories is moved to half a kilometre from the other, towards the region's centre."""
    factories, regions = data["factories"], data.index("regions")
    used = {point["factory_id"] for point in data["collection_points"] if point["farmer_ids"]}
    for row in data.rows(draw, "factories", lambda factory: factory["id"] in used and not _placed(factory)):
        region = regions.get(factories[row]["region_id"], -1)
        for other in range(row if data.unlocked(GEOGRAPHY, region) else 0):
            near = factories[other]
            if near["region_id"] != factories[row]["region_id"] or near["id"] not in used:
                continue
            if data.unlocked("factories", other):
                place, centre = near["location"], at(data["regions"][region], "geography.center_gps.lat")
                step = 0.0045 if place["latitude"] < centre else -0.0045
                place = place | {"latitude": round(place["latitude"] + step, 6)}
                requires = [(GEOGRAPHY, region), ("factories", other)]
                sentence = f"It lies half a kilometre from {near['id']}."
                return data.fault("factories", row, "location", place, sentence, requires=requires)
    raise Cannot("no region has two factories with farmers")


def _placed(record: Record) -> bool:
    """Whether a thing is named after a place that is known to lie somewhere."""
    named = place_named(record["region_id"], record["name"])
    return named is not None and named.lat is not None


factory_far_from_its_name = misnamed("factory-near-place", "factories")
