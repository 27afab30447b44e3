"""Who lives in the tea belt: communities by county, with the names and the language each one bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from demo_data.tea.kenya.places import counties
from demo_data.tea.kenya.tables import nearest, rows

GENDERS = ("female", "male")
SHARED = "any"  # in given_names: borne in every community; in family_names: borne by both genders

Names = Mapping[str, Mapping[str, float]]
"""By gender: each name and its relative incidence within that list."""

Kind = Literal["given", "family"]


@dataclass(frozen=True, slots=True)
class Community:
    """A community's names by gender, and its own language where the platform offers it.

    `language` is `ki` or `luo`, else None: Kiswahili and English are for everybody. The given names are the
    Christian ones that all communities share and the community's own; within a community no name is given to
    both genders. A name may be both given and family name (Kamau): who combines them rules out Kamau Kamau.
    """

    name: str
    language: str | None
    given: Names
    family: Names

    def bears(self, first: str, last: str) -> bool:
        """Whether one gender bears both names."""
        return any(first in self.given[gender] and last in self.family[gender] for gender in GENDERS)


@cache
def communities() -> dict[str, Community]:
    """Every community by its name, in file order. The result is shared by all callers: do not change it."""
    return {
        row["community"]: Community(
            name=row["community"],
            language=row["language"] or None,
            given=_names("given_names", row["community"]),
            family=_names("family_names", row["community"]),
        )
        for row in rows("languages")
    }


@cache
def communities_of(slug: str) -> tuple[tuple[Community, int], ...]:
    """The communities of a county's tea belt with their shares in percent, which sum to 100.

    Names have the weights that they have in the county: a community's are the same everywhere, but not as frequent.
    Raises ValueError for a county that the table does not have, naming the nearest one that it has.
    """
    own = [row for row in rows("communities") if row["slug"] == slug]
    if not own:
        known = nearest(slug, {row["slug"] for row in rows("communities")})
        raise ValueError(f"no communities are known for county {slug!r}; the nearest known county is {known!r}")
    return tuple((in_county(row["community"], slug), int(row["share"])) for row in own)


@cache
def in_county(community: str, slug: str) -> Community:
    """A community's people in a county, whether many or few of them live there."""
    factors = _factors(slug, community)
    given, family = (_names(table, community, factors) for table in ("given_names", "family_names"))
    return replace(communities()[community], given=given, family=family)


@cache
def women(slug: str) -> float:
    """Women among a county's registered tea growers, in percent. Raises ValueError for a county not in the table."""
    for row in rows("women"):
        if row["slug"] == slug:
            return float(row["percent"])
    known = nearest(slug, {row["slug"] for row in rows("women")})
    raise ValueError(f"no share of women is known for county {slug!r}; the nearest known county is {known!r}")


@cache
def women_of_nation() -> int:
    """Women among the nation's registered tea growers, in whole percent: the counties' mean, by their growers."""
    growers = {county.slug: county.growers for county in counties()}
    return round(sum(women(slug) * many for slug, many in growers.items()) / sum(growers.values()))


def _names(table: str, community: str, factors: Mapping[str, float] | None = None) -> Names:
    own = [row for row in rows(table) if row["community"] in (SHARED, community)]
    scale: dict[tuple[str, str], float] = {}
    if factors:  # what is frequent in a county is so at the cost of the other names of its list
        for key in dict.fromkeys((row["community"], row["gender"]) for row in own):
            listed = [(row["name"], int(row["weight"])) for row in own if (row["community"], row["gender"]) == key]
            before = sum(weight for _, weight in listed)
            scale[key] = before / sum(weight * factors.get(name, 1) for name, weight in listed)

    def weight(row: Mapping[str, str]) -> float:
        if not factors:
            return int(row["weight"])
        return round(int(row["weight"]) * factors.get(row["name"], 1) * scale[row["community"], row["gender"]], 3)

    return {
        gender: {row["name"]: weight(row) for row in own if row["gender"] in (SHARED, gender[0])} for gender in GENDERS
    }


def _factors(slug: str, community: str) -> dict[str, float]:
    """How many times as frequent as elsewhere the community's names are in a county, where that is known."""
    own = [row for row in rows("county_names") if (row["slug"], row["community"]) == (slug, community)]
    return {name: float(row["factor"]) for row in own for name in row["names"].split(";")}
