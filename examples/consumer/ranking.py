"""Ranks the farmers of a tea factory by the quality of their leaf in the last 30 days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # demo-data is needed by the tests alone
    from demo_data.models import CollectionPoint, FarmerPerformance


@dataclass(frozen=True)
class Place:
    """A farmer's place; equal percentages share a rank, and the ranks after it are left out."""

    rank: int
    farmer_id: str
    primary_percentage: float


def ranking(
    factory_id: str, points: Iterable[CollectionPoint], performances: Iterable[FarmerPerformance]
) -> list[Place]:
    """The farmers who are enrolled at the factory's points and delivered in the last 30 days, the best one first."""
    enrolled = {farmer for point in points if point.factory_id == factory_id for farmer in point.farmer_ids}
    found = [each for each in performances if each.farmer_id in enrolled and each.historical.total_kg_30d > 0]
    found.sort(key=lambda each: (-each.historical.primary_percentage_30d, each.farmer_id))
    places: list[Place] = []
    for number, each in enumerate(found, 1):
        percentage = each.historical.primary_percentage_30d
        tied = bool(places) and places[-1].primary_percentage == percentage
        places.append(Place(places[-1].rank if tied else number, each.farmer_id, percentage))
    return places
