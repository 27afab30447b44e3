"""Faults in regions."""

from __future__ import annotations

from collections import Counter

from demo_data.faults import Also, Cannot, Data, Draw, Fault, first, planter
from demo_data.tea.planting import GEOGRAPHY

LOWEST = {"lowland": 0, "midland": 800, "highland": 1200}
"""Where each label's altitude band begins, in metres."""


@planter("region-name", "regions")
def strange_name(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "regions")
    name = f"{data['regions'][row]['county']} Plateau"
    return data.fault("regions", row, "name", name, "The name is not the county and the band.")


@planter("region-altitude", "regions")
def band_below_label(data: Data, draw: Draw) -> Fault:
    """The band is widened downwards and upwards alike: its middle, on which the weather hangs, stays."""
    rows = data.rows(draw, "regions", lambda region: LOWEST[region["geography"]["altitude_band"]["label"]] > 0)
    row = first(row for row in rows if data.free(GEOGRAPHY, row))
    band = data["regions"][row]["geography"]["altitude_band"]
    low = LOWEST[band["label"]] - 50
    new = band | {"min_meters": low, "max_meters": band["max_meters"] + band["min_meters"] - low}
    sentence = "The band begins below its label's altitudes."
    return data.fault("regions", row, "geography.altitude_band", new, sentence, locks=[(GEOGRAPHY, row)])


@planter("region-centre", "regions")
def unknown_county(data: Data, draw: Draw) -> Fault:
    """A region is added in a county where no tea grows. No weather was ever measured there."""
    record = data.any_pristine(draw, "regions")
    label = record["geography"]["altitude_band"]["label"]
    known = {region["region_id"] for region in data["regions"]}
    for county in ("Turkana", "Wajir", "Mandera", "Garissa"):
        record |= {"county": county, "region_id": f"{county.lower()}-{label}", "name": f"{county} {label.title()}"}
        if record["region_id"] not in known:
            also = [Also("weather-days", "weather_observations", None)] if data["weather_observations"] else []
            sentence = f"A region in {county}, where no tea is known to grow."
            return Fault.added(data.add("regions", record), sentence, also=also)
    raise Cannot("there is no further county without tea")


@planter("region-land", "regions", "farmers", every=("farmers",))
def too_little_land(data: Data, draw: Draw) -> Fault:
    """A region's area is stated to be less than that of its farms."""
    hectares: Counter[str] = Counter()
    for row in range(data.sizes["farmers"]):
        farmer = data.pristine("farmers", row)
        hectares[farmer["region_id"]] += farmer["farm_size_hectares"]
    row = data.row(draw, "regions", lambda region: hectares[region["region_id"]] > 0)
    area = round(hectares[data["regions"][row]["region_id"]] / 300, 2) or 0.01
    return data.fault("regions", row, "geography.area_km2", area, "Its farms cover more land than it has.")
