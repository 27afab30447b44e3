"""Who a person is: community, names and language that fit each other, the county and the gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.recipes import Array, Choices, Coded, dense, joined
from demo_data.tea.kenya.people import GENDERS, Names, communities, communities_of


def community(slugs: Sequence[str], county: Array, random: NDArray[np.uint64]) -> Array:
    """The community of people of the counties `slugs[county]`: its number in `tea.kenya.people.communities`."""
    choices, numbers = _communities(tuple(slugs))
    return numbers[choices.pick(county, random)]


def given_names(community: Array, gender: Array, random: NDArray[np.uint64]) -> Coded:
    """A given name of each person's community and gender."""
    names = _given()
    return Coded(names.word[names.choices.pick(community * len(GENDERS) + gender, random)], names.words)


def family_names(community: Array, gender: Array, given: Coded, random: NDArray[np.uint64]) -> Coded:
    """A family name of each person's community and gender; nobody is called Kamau Kamau."""
    group = community * len(GENDERS) + gender
    names = _family()
    option = names.choices.pick(group, random)
    twice = np.flatnonzero(_twins()[option] == _numbers(given)[given.codes])
    start, size = names.choices.first[group[twice]], names.size[group[twice]]
    option[twice] = start + (option[twice] - start + 1) % size
    return Coded(names.word[option], names.words)


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
    """The names of every (community, gender) as one list of options over one list of different words."""

    def __init__(self, lists: Sequence[Names]) -> None:
        groups = [names[gender] for names in lists for gender in GENDERS]
        self.texts = [name for group in groups for name in group]
        number = {text: place for place, text in enumerate(dict.fromkeys(self.texts))}
        self.choices = Choices([list(group.values()) for group in groups])
        self.size = np.array([len(group) for group in groups], np.int32)
        self.word = np.array([number[text] for text in self.texts], np.int32)
        self.words = pa.array(list(number))


@cache
def _given() -> _Vocabulary:
    return _Vocabulary([community.given for community in communities().values()])


@cache
def _family() -> _Vocabulary:
    return _Vocabulary([community.family for community in communities().values()])


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
