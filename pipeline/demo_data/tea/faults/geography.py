"""Faults in regions, and in where things lie."""

from __future__ import annotations

from demo_data.faults.changes import add, adds, sets
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Also, Fault

GEOGRAPHY = "geography of regions"
"""What places lean on, beside the table's own name."""

LOWEST = {"lowland": 0, "midland": 800, "highland": 1200}
"""Where each label's altitude band begins, in metres."""


@plants("region-name", "regions")
def strange_name(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "regions")
    name = f"{data['regions'][row]['county']} Plateau"
    return sets(data, "regions", row, "name", name, "The name is not the county and the band.")


@plants("region-altitude", "regions")
def band_below_label(data: Data, draw: Draw) -> Fault:
    """The band is widened downwards and upwards alike: its middle, on which the weather hangs, stays."""
    for row in data.rows(draw, "regions", lambda each: LOWEST[each["geography"]["altitude_band"]["label"]] > 0):
        if data.free(GEOGRAPHY, row):
            return _below_label(data, row)
    raise Cannot("no region is left")


def _below_label(data: Data, row: int) -> Fault:
    band = data["regions"][row]["geography"]["altitude_band"]
    low = LOWEST[band["label"]] - 50
    new = band | {"min_meters": low, "max_meters": band["max_meters"] + band["min_meters"] - low}
    sentence = "The band begins below its label's altitudes."
    return sets(data, "regions", row, "geography.altitude_band", new, sentence, takes=[(GEOGRAPHY, row)])


@plants("region-centre", "regions")
def unknown_county(data: Data, draw: Draw) -> Fault:
    """A region is added in a county where no tea grows. No weather was ever measured there."""
    record = data.pristine("regions", next(draw.order(data.sizes["regions"])))
    for county in ("Turkana", "Wajir", "Mandera", "Garissa"):
        label = record["geography"]["altitude_band"]["label"]
        record |= {"county": county, "region_id": f"{county.lower()}-{label}", "name": f"{county} {label.title()}"}
        if all(each["region_id"] != record["region_id"] for each in data["regions"]):
            also = [Also("weather-days", "weather_observations", None)] if data["weather_observations"] else []
            sentence = f"A region in {county}, where no tea is known to grow."
            return adds(data, add(data, "regions", record), sentence, also=also)
    raise Cannot("there is no further county without tea")


@plants("factory-in-region", "factories", "regions")
def factory_far_off(data: Data, draw: Draw) -> Fault:
    return _far_off(data, draw, "factories", "location")


@plants("point-in-region", "collection_points", "regions")
def point_far_off(data: Data, draw: Draw) -> Fault:
    return _far_off(data, draw, "collection_points", "location")


@plants("farm-in-region", "farmers", "regions")
def farm_far_off(data: Data, draw: Draw) -> Fault:
    return _far_off(data, draw, "farmers", "farm_location")


def _far_off(data: Data, draw: Draw, table: str, field: str) -> Fault:
    """Somewhere else on the map, or up a mountain."""
    row = data.row(draw, table, lambda each: data.firm(GEOGRAPHY, data.region_rows[each["region_id"]]))
    record = data[table][row]
    place, region = record[field], data.region_rows[record["region_id"]]
    high = data["regions"][region]["geography"]["altitude_band"]["max_meters"] + 400.0
    options = [
        ("latitude", round(place["latitude"] + 3.0, 6), "The place is hundreds of kilometres outside its region."),
        ("longitude", round(place["longitude"] - 3.0, 6), "The place is hundreds of kilometres outside its region."),
        ("altitude_meters", high, "The place is higher than its region."),
    ]
    name, value, sentence = draw.shuffled(options)[0]
    return sets(data, table, row, f"{field}.{name}", value, sentence, leans=[(GEOGRAPHY, region)])
