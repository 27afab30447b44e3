"""Who lives in the tea belt: communities by county, with the names and the language each one bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from demo_data.tea.kenya.tables import nearest, rows

GENDERS = ("female", "male")
SHARED = "any"  # in given_names: borne in every community; in family_names: borne by both genders

Names = Mapping[str, Mapping[str, int]]
"""By gender: each name and its relative incidence within that list."""


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

    Raises ValueError for a county that the table does not have, naming the nearest one that it has.
    """
    own = [row for row in rows("communities") if row["slug"] == slug]
    if not own:
        known = nearest(slug, {row["slug"] for row in rows("communities")})
        raise ValueError(f"no communities are known for county {slug!r}; the nearest known county is {known!r}")
    return tuple((communities()[row["community"]], int(row["share"])) for row in own)


def _names(table: str, community: str) -> Names:
    own = [row for row in rows(table) if row["community"] in (SHARED, community)]
    return {
        gender: {row["name"]: int(row["weight"]) for row in own if row["gender"] in (SHARED, gender[0])}
        for gender in GENDERS
    }
