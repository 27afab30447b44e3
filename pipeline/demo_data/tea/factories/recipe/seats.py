"""Where factories lie, what they are named after, and the land and the farmers that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from demo_data.recipes import Array, Coded, Noise
from demo_data.tea.kenya.places import Place
from demo_data.tea.recipe.catchments import reaches
from demo_data.tea.recipe.layout import spread_factories
from demo_data.tea.recipe.naming import Named, deal_places, on_map
from demo_data.tea.recipe.terrain import kilometres, placed


def seat(
    region: Array,
    number_in_region: Array,
    all_region__number: Array,
    all_region__county_facts: Array,
    all_region__terrain: Array,
    factories_of_region: Array,
    noise: Noise,
) -> tuple[Array, Array, Coded, Coded, Array]:
    """Where a factory lies, and the trading centre that it is named after: none that a real factory bears the name of.

    A region's factories lie evenly spread over it, 4 km and more apart where its radius allows.
    """
    at = np.zeros((2, len(region)))
    names: list[Named] = [NOWHERE] * len(region)
    for here, many in np.unique(np.stack([region, factories_of_region]), axis=1).T.tolist():
        own = np.flatnonzero((region == here) & (factories_of_region == many))
        slug, number = all_region__county_facts[here].slug, int(all_region__number[here])
        seats = seats_of(slug, number, all_region__terrain[here], many, noise)
        at[:, own] = np.stack(seats.at)[:, number_in_region[own]]
        for row in own.tolist():
            names[row] = seats.names[int(number_in_region[row])]
    return *at, *named(names)


class Seats(NamedTuple):
    """Where a region's factories lie (degrees), and what each is named after."""

    at: tuple[Array, Array]
    names: list[Named]


def seats_of(slug: str, region: int, terrain: Array, factories: int, noise: Noise) -> Seats:
    """The seats of so many factories in a region of a county."""
    latitude, longitude, radius = terrain[:3]
    cells = (np.int64(region) << 24) | np.arange(factories)
    jitter = np.stack([noise.unit(f"off_{side}", cells) * 2 - 1 for side in ("north", "east")], axis=1)
    rotation = float(noise.unit("turn", cells[:1])[0])
    at = placed(latitude, longitude, *spread_factories(factories, float(radius), rotation, jitter).T)
    inside = np.stack(kilometres(*at, latitude, longitude), axis=1)
    names, _ = deal_places(slug, on_map(slug, latitude, longitude, float(radius)), inside)
    return Seats(at, names)


NOWHERE: Named = (Place("", "", "", None, None, tea_factory=False), 0)


def named(names: Sequence[Named]) -> tuple[Coded, Coded, Array]:
    """Each row's place, its postcode, and how often it was given before."""
    words = dict.fromkeys((place.place, place.postcode) for place, _ in names)
    order = {word: number for number, word in enumerate(words)}
    codes = np.array([order[place.place, place.postcode] for place, _ in names], np.int64)
    columns = [Coded(codes, pa.array([word[part] for word in words], pa.string())) for part in (0, 1)]
    return columns[0], columns[1], np.array([repeat for _, repeat in names], np.int64)


def own_places(
    number: Array,
    every__number: Array,
    every__region: Array,
    every__location__latitude: Array,
    every__location__longitude: Array,
    all_region__county_facts: Array,
    all_region__terrain: Array,
) -> Array:
    """The places in a factory's hands, by their numbers in its county's list."""
    made: Array = np.empty(len(every__number), dtype=object)
    for here in np.unique(every__region):
        slug, (latitude, longitude, radius) = all_region__county_facts[here].slug, all_region__terrain[here, :3]
        own = np.flatnonzero(every__region == here)
        inside = kilometres(every__location__latitude[own], every__location__longitude[own], latitude, longitude)
        _, hands = deal_places(slug, on_map(slug, latitude, longitude, radius), np.stack(inside, axis=1))
        for factory, hand in zip(own.tolist(), hands, strict=True):
            made[factory] = hand
    return made[whose(every__number, number)]


def reach(
    number: Array,
    every__number: Array,
    every__region: Array,
    every__location__latitude: Array,
    every__location__longitude: Array,
    all_region__terrain: Array,
) -> Array:
    """How far its catchment, the land nearer to it than to others, reaches: km in 64 directions, shape (n, 64)."""
    centre, radius = all_region__terrain[every__region, :2].T, all_region__terrain[every__region, 2]
    where = every__location__latitude, every__location__longitude
    return reaches(*where, every__region, (centre[0], centre[1]), radius)[whose(every__number, number)]


def whose(every: Array, number: Array) -> Array:
    """The place of each number in the whole table."""
    order = np.argsort(every, kind="stable")
    places: Array = order[np.searchsorted(every[order], number)]
    return places
