"""Who a person is: community, names and language that fit each other, the county and the gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.recipes import Array, Choices, Coded, dense, joined
from demo_data.tea.kenya.people import (
    GENDERS,
    Kind,
    Names,
    communities,
    communities_of,
    in_county,
    women,
    women_of_nation,
)

WOMEN = women_of_nation()
"""Women among the nation's growers, in percent."""


def community(slugs: Sequence[str], county: Array, random: NDArray[np.uint64]) -> Array:
    """The community of people of the counties `slugs[county]`: its number in `tea.kenya.people.communities`."""
    choices, numbers = _communities(tuple(slugs))
    return numbers[choices.pick(county, random)]


def gender(slugs: Sequence[str], county: Array, weights: Mapping[str, float], random: Array) -> Coded:
    """Each person's gender, from a number from 0 to 1: the share of women is that of the county `slugs[county]`.

    `weights` are those of the nation; others than its own (`WOMEN`) move the odds of every county as they move these.
    """
    female, male = weights.get("female", 0) / WOMEN, weights.get("male", 0) / (100 - WOMEN)
    share = [women(slug) * female / (women(slug) * female + (100 - women(slug)) * male) for slug in slugs]
    return Coded((random >= np.array(share)[county]).astype(np.int8), GENDERS)


def given_names(
    slugs: Sequence[str], county: Array, community: Array, gender: Array, random: NDArray[np.uint64]
) -> Coded:
    """A given name of each person's community and gender, as frequent as it is in the county."""
    option = _picked("given", slugs, county, community * len(GENDERS) + gender, random)
    return Coded(_given().word[option], _given().words)


def family_names(
    slugs: Sequence[str], county: Array, community: Array, gender: Array, given: Coded, random: NDArray[np.uint64]
) -> Coded:
    """A family name of each person's community and gender, as frequent as it is in the county.

    Nobody is called Kamau Kamau.
    """
    group = community * len(GENDERS) + gender
    names = _family()
    option = _picked("family", slugs, county, group, random)
    twice = np.flatnonzero(_twins()[option] == _numbers(given)[given.codes])
    start, size = names.first[group[twice]], names.size[group[twice]]
    option[twice] = start + (option[twice] - start + 1) % size
    return Coded(names.word[option], names.words)


def _picked(
    kind: Kind, slugs: Sequence[str], county: Array, group: Array, random: NDArray[np.uint64]
) -> NDArray[np.int32]:
    """The number of a name of each person's group (community and gender), by the weights of the county."""
    option = np.zeros(len(group), np.int32)
    for place in np.unique(county):
        here = np.flatnonzero(county == place)
        option[here] = _choices(kind, slugs[place]).pick(group[here], random[here])
    return option


def _numbers(given: Coded) -> Array:
    """The number of each of the column's words among the given names; -2 where it is none."""
    known = _given().words
    if given.words is known:
        return np.arange(len(known))
    places = {text: place for place, text in enumerate(known.to_pylist())}
    return np.array([places.get(word, -2) for word in given.words])


def language(community: Array, weights: Mapping[str, float], random: NDArray[np.uint64]) -> Coded:
    """A language by weight among those that fit: a community's own is for its people only."""
    spoken, choices = _languages(tuple(weights.items()))
    group = spoken[community]
    return Coded(choices.pick(group, random) - choices.first[group], tuple(weights))


def emails(has: Array, first: Coded, last: Coded, number: Array) -> Coded:
    """`first.last12@example.com` where `has`, else an empty text."""
    chosen = np.flatnonzero(has)
    local = [
        pc.replace_substring_regex(pc.utf8_lower(dense(name.take(chosen))), r"[^a-z]", "") for name in (first, last)
    ]
    texts = joined(local[0], ".", local[1], pa.array(number[chosen]).cast(pa.string()), "@example.com")
    codes = np.zeros(len(has), np.int32)
    codes[chosen] = np.arange(1, len(chosen) + 1)
    return Coded(codes, pa.concat_arrays([pa.array([""]), texts]))


class _Vocabulary:
    """The names of every (community, gender) as one list of options over one list of different words.

    Group g's options start at `first[g]`, and are `size[g]` many.
    """

    def __init__(self, lists: Sequence[Names]) -> None:
        groups = [names[gender] for names in lists for gender in GENDERS]
        self.texts = [name for group in groups for name in group]
        number = {text: place for place, text in enumerate(dict.fromkeys(self.texts))}
        self.size = np.array([len(group) for group in groups], np.int32)
        self.first = (np.cumsum(self.size) - self.size).astype(np.int32)
        self.word = np.array([number[text] for text in self.texts], np.int32)
        self.words = pa.array(list(number))


@cache
def _given() -> _Vocabulary:
    return _Vocabulary([community.given for community in communities().values()])


@cache
def _family() -> _Vocabulary:
    return _Vocabulary([community.family for community in communities().values()])


@cache
def _choices(kind: Kind, slug: str) -> Choices:
    """The names of every (community, gender) by their weights in a county: numbered as those of the vocabulary."""
    people = [in_county(community, slug) for community in communities()]
    lists = [one.given if kind == "given" else one.family for one in people]
    return Choices([list(names[gender].values()) for names in lists for gender in GENDERS])


@cache
def _twins() -> Array:
    """The number of each option of `_family` among the given names; -1 where it is none."""
    given = {text: place for place, text in enumerate(_given().words.to_pylist())}
    return np.array([given.get(text, -1) for text in _family().texts], np.int32)


@cache
def _languages(weights: tuple[tuple[str, float], ...]) -> tuple[Array, Choices]:
    """The language group of each community, and what each group chooses from."""
    own = [None, *sorted({people.language for people in communities().values() if people.language})]
    spoken = np.array([own.index(people.language) for people in communities().values()])
    fitting = [[0 if code in own and code != language else weight for code, weight in weights] for language in own]
    plain = [float(code == "sw") for code, _ in weights]
    return spoken, Choices([group if any(group) else plain for group in fitting])


@cache
def _communities(slugs: tuple[str, ...]) -> tuple[Choices, Array]:
    order = list(communities())
    shares = [communities_of(slug) for slug in slugs]
    numbers = np.array([order.index(people.name) for county in shares for people, _ in county], np.int32)
    return Choices([[share for _, share in county] for county in shares]), numbers
