"""Who lives in the tea belt: communities by county, with the names and the language each one bears."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from demo_data.tea.kenya.tables import rows

SHARED = "any"  # in given_names: borne in every community; in family_names: borne by both genders


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its relative incidence within the list that it stands in."""

    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Community:
    """A community's names by gender, and its own language where the platform offers it.

    `language` is `ki` or `luo`, else None: Kiswahili and English are for everybody. The given names are the
    Christian ones that all communities share and the community's own; within a community no name is given to
    both genders. A name may be both given and family name (Kamau): who combines them rules out Kamau Kamau.
    """

    name: str
    language: str | None
    given_female: tuple[Name, ...]
    given_male: tuple[Name, ...]
    family_female: tuple[Name, ...]
    family_male: tuple[Name, ...]


@cache
def communities() -> dict[str, Community]:
    """Every community by its name, in file order. The result is shared by all callers: do not change it."""
    return {
        row["community"]: Community(
            name=row["community"],
            language=row["language"] or None,
            given_female=_names("given_names", (SHARED, row["community"]), ("f",)),
            given_male=_names("given_names", (SHARED, row["community"]), ("m",)),
            family_female=_names("family_names", (row["community"],), (SHARED, "f")),
            family_male=_names("family_names", (row["community"],), (SHARED, "m")),
        )
        for row in rows("languages")
    }


@cache
def communities_of(slug: str) -> tuple[tuple[Community, int], ...]:
    """The communities of a county's tea belt with their shares in percent, which sum to 100.

    Raises ValueError for a county that the table does not have, naming the nearest one that it has.
    """
    found = tuple(
        (communities()[row["community"]], int(row["share"])) for row in rows("communities") if row["slug"] == slug
    )
    if not found:
        known = sorted({row["slug"] for row in rows("communities")})
        nearest = get_close_matches(slug, known, n=1, cutoff=0.0)[0]
        raise ValueError(f"no communities are known for county {slug!r}; the nearest known county is {nearest!r}")
    return found


def _names(table: str, of: tuple[str, ...], genders: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple(
        Name(row["name"], int(row["weight"]))
        for row in rows(table)
        if row["community"] in of and row["gender"] in genders
    )
