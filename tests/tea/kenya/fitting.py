"""Whether a name can be that of somebody in a county, by the lists of names alone."""

from __future__ import annotations

from functools import cache

from demo_data.tea.kenya.people import communities_of


def fits(slug: str, first_name: str, last_name: str) -> bool:
    """Whether one community of the county has one gender that bears both names.

    Raises ValueError for an unknown county.
    """
    return any(first_name in given and last_name in family for given, family in _pairs(slug))


@cache
def _pairs(slug: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Given and family names that go together: two pairs of sets for each community of the county."""
    return tuple(
        (frozenset(given), frozenset(family))
        for community, _ in communities_of(slug)
        for given, family in (
            (community.given["female"], community.family["female"]),
            (community.given["male"], community.family["male"]),
        )
    )
