"""Faults in what farmers bring over the year: weights that go against the season, or against the rain.

A farmer's weights change places among bags that performance adds up together, so that every sum stays; what grew in a
day changes places, and each bag still holds that of as many days as lie between two rounds.
"""

from __future__ import annotations

from demo_data.faults import Data, Draw, Fault, planter
from demo_data.tea.documents.crop import side_of
from demo_data.tea.documents.faults.bags import DOCUMENTS, Bags
from demo_data.tea.documents.rules.seasons import RAIN_DAYS
from demo_data.tea.kenya.places import crop_index


@planter("crop-months", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def other_months(data: Data, draw: Draw) -> Fault:
    """Most grows in the months of least crop; within a month leaf still follows the rain."""
    return _against_the_season(data, "crop-months")


@planter("delivery-season", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def against_the_season(data: Data, draw: Draw) -> Fault:
    """The same, of a history too short for what is published month by month."""
    return _against_the_season(data, "delivery-season")


def _against_the_season(data: Data, rule: str) -> Fault:
    bags = Bags(data)
    sides: dict[str, str | None] = {}
    rain = bags.rain(RAIN_DAYS)

    def crop(row: int) -> float:
        region, day = bags.by_row[row]["region"], bags.by_row[row]["day"]
        side = sides.setdefault(region, side_of(region))
        return crop_index(side)[day.month - 1] if side else 0.0

    new = bags.turned(bags.groups(lambda bag: True), lambda row: (crop(row), -rain(row), row))
    return bags.fault(rule, new, "Most leaf comes in the months of least crop.")


@planter("delivery-rain", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def against_the_rain(data: Data, draw: Draw) -> Fault:
    """Within a farmer's month, most grows in the driest days."""
    bags = Bags(data)
    rain = bags.rain(RAIN_DAYS)
    new = bags.turned(bags.groups(lambda bag: f"{bag['day']:%Y-%m}"), lambda row: (rain(row), row))
    return bags.fault("delivery-rain", new, "The heaviest bags of a month come after its driest days.")
