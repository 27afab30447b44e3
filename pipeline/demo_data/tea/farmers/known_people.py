"""Who a farmer is whose names or language the caller gives: community and gender follow these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from demo_data.engine.world import Block
from demo_data.objects.columns import texts
from demo_data.recipes import Coded
from demo_data.tea.kenya.people import GENDERS, communities, communities_of
from demo_data.tea.places import county_of, region_parts

Person = tuple[int, int]
"""The number of a community, and that of a gender."""

GIVEN = ("first_name", "last_name", "pref_lang")


def know_people(block: Block, region_ids: Sequence[str]) -> None:
    """Let community and gender fit the names and the language that the caller gives, at home where that is possible."""
    given = {name: texts(block[name]) for name in GIVEN if block.is_given(name)}
    if not given:
        return
    community, gender = block["community"].copy(), block["gender"].codes.copy()
    nothing = [None] * len(block)
    asked = zip(*(given.get(name, nothing) for name in GIVEN), region_ids, strict=True)
    for row, (first, last, language, region_id) in enumerate(asked):
        people = _fitting(first, last, language, region_parts(str(region_id))[0])
        if people and (community[row], gender[row]) not in people:
            same = [person for person in people if person[0] == community[row]] or people
            community[row], gender[row] = same[int(block.rows[row]) % len(same)]
    block.set_column("community", community)
    block.set_column("gender", Coded(gender, GENDERS))
    if "last_name" in given and "first_name" not in given:
        pairs = zip(texts(block["first_name"]), given["last_name"], community.tolist(), gender.tolist(), strict=True)
        firsts = [_other(of, sex) if name == family else name for name, family, of, sex in pairs]
        block.set_column("first_name", Coded(np.arange(len(firsts)), tuple(firsts)))


@cache
def _fitting(first: str | None, last: str | None, language: str | None, county: str) -> tuple[Person, ...]:
    """Whoever may bear these names and prefer this language: people of the county, else anybody."""
    own = {known.language for known in communities().values() if known.language}
    people = [
        (number, gender)
        for number, known in enumerate(communities().values())
        for gender, called in enumerate(GENDERS)
        if (first is None or first in known.given[called])
        and (last is None or last in known.family[called])
        and (language not in own or language == known.language)
    ]
    home = {known.name for known, _ in communities_of(county_of(county).slug)}
    names = list(communities())
    return tuple([person for person in people if names[person[0]] in home] or people)


@cache
def _other(community: int, gender: int) -> str:
    """A given name that is nobody's family name: nobody is called Otieno Otieno."""
    known = list(communities().values())[community]
    families = {*known.family["female"], *known.family["male"]}
    return next(name for name in known.given[GENDERS[gender]] if name not in families)
