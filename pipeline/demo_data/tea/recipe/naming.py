"""What factories and collection points are named after: each place in one factory's hands, where the map has it.

Places whose coordinates are known go to the factory that is nearest, the others in runs of the county's list, in which
neighbours stand together.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array
from demo_data.tea.kenya.places import Place, places, unclaimed
from demo_data.tea.recipe.terrain import kilometres

NEAR_KM = 4.0
"""What is named after a place on the map lies within this distance of it."""

Named = tuple[Place, int]
"""A place, and how often it has been given before."""


class Hand(NamedTuple):
    """The numbers of the places in a factory's hands, the one that it bears the name of first.

    `before`: how many factories of the region got that one before, `of`: how many have it all in all.
    """

    places: list[int]
    before: int
    of: int


def on_map(slug: str, latitude: float, longitude: float, radius_km: float) -> dict[int, tuple[float, float]]:
    """The county's places with coordinates that lie in a circle: km to the north and to the east of its centre.

    By their number in the county's list.
    """
    known = {}
    for number, place in enumerate(places(slug)):
        if place.lat is not None and place.lng is not None:
            at = kilometres(np.array(place.lat), np.array(place.lng), np.array(latitude), np.array(longitude))
            north, east = map(float, at)
            if north**2 + east**2 <= (radius_km - 0.5) ** 2:
                known[number] = (north, east)
    return known


def deal_places(slug: str, known: dict[int, tuple[float, float]], factories: Array) -> tuple[list[Named], list[Hand]]:
    """The place that each factory is named after, and those in its hands.

    `known`: the places on the map; `factories`: where the region's factories lie, shape (n, 2). Places that are on the
    map outside of the region are in nobody's hands. A place goes to several only where the county has too few.
    """
    every, many = places(slug), len(factories)
    nearest = {number: int(np.argmin(_squares(factories, at))) for number, at in known.items()}
    others = [number for number, place in enumerate(every) if place.lat is None]
    hands = _runs(others, nearest, many)
    free = {number for number, place in enumerate(every) if place in unclaimed(slug)}
    unmapped = free.intersection(others)
    names: list[Named] = []
    given: dict[int, int] = {}
    for factory in range(many):
        close = [n for n in known if n in free and nearest[n] == factory]
        close = [n for n in close if _squares(factories[factory : factory + 1], known[n])[0] <= NEAR_KM**2]
        own = min(close, key=lambda n: _squares(factories[factory : factory + 1], known[n])[0], default=None)
        if own is None:
            own = _own(hands, factory, unmapped, given)
        names.append((every[own], given.get(own, 0)))
        given[own] = given.get(own, 0) + 1
        for hand in hands[factory:]:  # what an earlier one bears the name of stays with it
            if own in hand:
                hand.remove(own)
        hands[factory].insert(0, own)
        hands[factory] += [n for n in known if nearest[n] == factory and n != own]
    owns = zip(hands, names, strict=True)
    return names, [Hand(list(dict.fromkeys(hand)), before, given[hand[0]]) for hand, (_, before) in owns]


def _squares(places: Array, at: tuple[float, float]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = (places[:, 0] - at[0]) ** 2 + (places[:, 1] - at[1]) ** 2
    return squares


def _runs(others: list[int], nearest: dict[int, int], many: int) -> list[list[int]]:
    """The numbers of places that are not on the map, in runs; the runs turned so that the map agrees with most."""
    borders = [len(others) * run // many for run in range(many + 1)]
    runs = [others[first:last] for first, last in pairwise(borders)]

    def agree(shift: int) -> int:
        homes = [
            next((run for run, own in enumerate(runs) if own and own[-1] > number), many - 1) for number in nearest
        ]
        return sum((home + shift) % many == at for home, at in zip(homes, nearest.values(), strict=True))

    shift = max(range(many), key=agree)
    return [list(runs[(factory - shift) % many]) for factory in range(many)]


def _own(hands: list[list[int]], factory: int, free: set[int], given: dict[int, int]) -> int:
    """A place that a factory may bear the name of: in its hands, else in the fullest ones, else given before."""
    fullest = sorted(range(len(hands)), key=lambda hand: (hand != factory, -len(hands[hand])))
    able = (number for hand in fullest for number in hands[hand] if number in free and number not in given)
    if (own := next(able, None)) is None:
        return min(free, key=lambda number: (given.get(number, 0), number))
    for hand in hands[:factory]:
        if own in hand:
            hand.remove(own)
    return own


def name_points(
    hand: Hand, known: dict[int, tuple[float, float]], factory: Array, at: Array, step: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of the place that each point of a factory is named after, and how often it was given before.

    `hand`: the places in the factory's hands. Each has as many points as another: those on the map the ones near them,
    the factory's own the ones next to it, the others runs of neighbours about the factory.
    `factory`, shape (2,), `at`, shape (n, 2): in km from the region's centre; `step`: the points' directions.
    """
    own = hand.places
    mapped = sorted((n for n in own if n in known), key=lambda n: _squares(factory[None, :], known[n])[0])
    order = list(dict.fromkeys([*own[:1], *mapped, *(n for n in own if n not in known)]))[: len(at)]
    rest = [number for number in order if number not in known and number != own[0]]
    quota = -(-len(at) // len(order))
    place = np.full(len(at), -1, np.int64)
    for number in order:
        if number in known or number == own[0]:
            off = _squares(at, known.get(number, (float(factory[0]), float(factory[1]))))
            near = len(at) if number not in known else max(1, int((off <= NEAR_KM**2).sum()))
            left = np.flatnonzero(place < 0)
            place[left[np.argsort(off[left], kind="stable")[: min(quota, near)]]] = number
    left = np.flatnonzero(place < 0)
    about = left[np.argsort(step[left], kind="stable")]
    place[about] = np.array(rest or [own[0]])[np.arange(len(about)) * max(len(rest), 1) // max(len(about), 1)]
    repeat = np.zeros(len(at), np.int64)
    for number in order:
        same = place == number
        repeat[same] = np.arange(same.sum()) * (hand.of if number == own[0] else 1)
    repeat[place == own[0]] += hand.before
    return place, repeat
