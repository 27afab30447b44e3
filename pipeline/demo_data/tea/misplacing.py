"""What the faults of several tables share that put things where they do not belong."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from demo_data.faults import Cannot, Data, Draw, Fault, Planter, at, planter
from demo_data.tea.kenya.places import places as known_places
from demo_data.tea.planting import GEOGRAPHY
from demo_data.tea.regions.distances import NAMED_KM, place_named
from demo_data.tea.regions.views import EARTH_KM


def far_off(rule: str, table: str, field: str) -> Planter:
    """A planter of things that lie somewhere else on the map than their region, or up a mountain."""

    def plant(data: Data, draw: Draw) -> Fault:
        regions = data.index("regions")
        row = data.row(draw, table, lambda record: data.unlocked(GEOGRAPHY, regions[record["region_id"]]))
        place, region = data[table][row][field], regions[data[table][row]["region_id"]]
        high = at(data["regions"][region], "geography.altitude_band.max_meters") + 400.0
        away, above = "The place is hundreds of kilometres outside its region.", "The place is higher than its region."
        north = ("latitude", round(place["latitude"] + 3.0, 6), away)
        west = ("longitude", round(place["longitude"] - 3.0, 6), away)
        name, value, sentence = draw.shuffled([north, west, ("altitude_meters", high, above)])[0]
        return data.fault(table, row, f"{field}.{name}", value, sentence, requires=[(GEOGRAPHY, region)])

    return planter(rule, table, "regions")(plant)


def misnamed(rule: str, table: str) -> Planter:
    """A planter of things that bear the name of a place of their county far from where they lie."""

    def plant(data: Data, draw: Draw) -> Fault:
        regions = data.index("regions")
        told = [(record.get("region_id"), record.get("name")) for record in data[table]]
        names = {(at, place_named(at, name)) for at, name in told if isinstance(at, str) and isinstance(name, str)}
        for row in data.rows(draw, table, lambda record: data.unlocked(GEOGRAPHY, regions[record["region_id"]])):
            record = data[table][row]
            own, here = place_named(record["region_id"], record["name"]), record["location"]
            if own is None:
                continue
            for place in draw.shuffled(known_places(record["region_id"].split("-")[0])):
                if place.lat is None or place.lng is None or (record["region_id"], place) in names:
                    continue
                if apart((here["latitude"], here["longitude"]), (place.lat, place.lng)) > NAMED_KM + 0.1:
                    new = record["name"].replace(own.place, place.place, 1)
                    requires = [(GEOGRAPHY, regions[record["region_id"]])]
                    sentence = f"It lies far from {place.place}."
                    return data.fault(table, row, "name", new, sentence, requires=requires)
        raise Cannot("no place is known that lies far enough from something, and that nothing is named after")

    return planter(rule, table, "regions")(plant)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places, each by its latitude and longitude in degrees."""
    (lat1, lng1), (lat2, lng2) = ([radians(value) for value in at] for at in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
