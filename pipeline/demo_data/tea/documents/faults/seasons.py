"""Faults in what farmers bring over the year: weights that go against the season, or against the rain.

Leaf goes from some of a farmer's bags to others that performance adds up with them, so that every sum stays. It does so
whatever the days since the round before, and a bag still holds the leaf of these.
"""

from __future__ import annotations

from math import exp

from demo_data.faults import Data, Draw, Fault, planter
from demo_data.tea.documents.faults.bags import DOCUMENTS, Bags


@planter("crop-months", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def other_months(data: Data, draw: Draw) -> Fault:
    """Most grows in the months of least crop."""
    return _against_the_season(data, "crop-months")


@planter("delivery-season", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def against_the_season(data: Data, draw: Draw) -> Fault:
    """The same, of a history too short for what is published month by month."""
    return _against_the_season(data, "delivery-season")


def _against_the_season(data: Data, rule: str) -> Fault:
    bags = Bags(data)
    season = bags.season()
    groups = list(bags.groups(lambda bag: bag["row"] in season or None))

    def less(by: float) -> dict[int, float]:
        return bags.tilted(groups, lambda row: season[row][0] ** -by)

    sentence = "Most leaf comes in the months of least crop."
    return bags.fault(rule, map(less, (0.5, 1, 1.5, 2, 3, 4, 6)), sentence, "delivery-rain")


@planter("delivery-rain", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def against_the_rain(data: Data, draw: Draw) -> Fault:
    """Against the season, most grows after the driest weeks."""
    bags = Bags(data)
    season = bags.season()
    groups = list(bags.groups(lambda bag: bag["row"] in season or None))

    def less(by: float) -> dict[int, float]:
        return bags.tilted(groups, lambda row: exp(-by * season[row][1]))

    return bags.fault("delivery-rain", map(less, (0.5, 1, 2, 4)), "Most leaf comes after the driest weeks.")
