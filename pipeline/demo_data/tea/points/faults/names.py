"""Faults in the names of collection points."""

from __future__ import annotations

from demo_data.faults import Cannot, Data, Draw, Fault, planter
from demo_data.tea.misplacing import misnamed
from demo_data.tea.regions.distances import place_named

TABLE = "collection_points"


@planter("point-name", TABLE)
def name_of_another_factory(data: Data, draw: Draw) -> Fault:
    """A point bears the name of a place where a factory has its points, another one of the region, that came before."""
    points = data[TABLE]
    for row in data.rows(draw, TABLE, lambda point: point["farmer_ids"]):
        point = points[row]
        own = place_named(point["region_id"], point["name"])
        if own is None:
            continue
        for other in range(row):
            theirs = points[other]
            place = place_named(theirs["region_id"], theirs["name"])
            if (
                theirs["region_id"] == point["region_id"]
                and theirs["factory_id"] != point["factory_id"]
                and theirs["farmer_ids"]
                and data.unlocked(TABLE, other)
                and place is not None
                and place.lat is None
            ):
                new = point["name"].replace(own.place, place.place, 1)
                sentence = f"The points of {theirs['factory_id']} are named after {place.place}."
                return data.fault(TABLE, row, "name", new, sentence, requires=[(TABLE, other)])
    raise Cannot("no region has points of two factories, those of one named after a place of which no more is known")


point_far_from_its_name = misnamed("point-near-place", TABLE)
