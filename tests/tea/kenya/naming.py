"""Which names communities give, by gender."""

from __future__ import annotations

from demo_data.tea.kenya.people import communities_of
from demo_data.tea.kenya.places import counties

COMMUNITIES = {found.name: found for county in counties() for found, _ in communities_of(county.slug)}
GROUPS = [
    (gender, set(given), set(family))
    for community in COMMUNITIES.values()
    for gender, given, family in (
        ("female", community.given["female"], community.family["female"]),
        ("male", community.given["male"], community.family["male"]),
    )
]


def band_of(meters: float) -> str:
    """The label of the altitude band: lowland below 800 m, midland to 1200 m, highland above."""
    if meters < 800:
        return "lowland"
    return "midland" if meters <= 1200 else "highland"


def genders_of(name: str) -> set[str]:
    """The genders that a whole name may be of: one community gives both its words to it."""
    first, last = name.split(" ", 1)
    return {gender for gender, given, family in GROUPS if first in given and last in family and first != last}
