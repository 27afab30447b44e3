"""Where collection points lie, what they are named after, and how far around them farms lie."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Coded, Noise
from demo_data.tea.factories.recipe.seats import NOWHERE, named, whose
from demo_data.tea.kenya.places import places
from demo_data.tea.recipe.catchments import farms_within, points_of
from demo_data.tea.recipe.layout import area
from demo_data.tea.recipe.naming import on_map
from demo_data.tea.recipe.terrain import kilometres, placed


def position(
    factory: Array,
    number_in_factory: Array,
    points_of_factory: Array,
    all_factory__number: Array,
    all_factory__location__latitude: Array,
    all_factory__location__longitude: Array,
    all_factory__reach: Array,
    all_factory__own_places: Array,
    all_factory__region: Array,
    all_region__county_facts: Array,
    all_region__terrain: Array,
    noise: Noise,
) -> tuple[Array, Array, Coded, Coded, Array]:
    """Where a point lies, and what it is named after: evenly over its factory's catchment, the first near the factory.

    What bears the name of a place on the map lies near that place.
    """
    at, names = np.zeros((2, len(factory))), [NOWHERE] * len(factory)
    for here, many in np.unique(np.stack([factory, points_of_factory]), axis=1).T.tolist():
        own = np.flatnonzero((factory == here) & (points_of_factory == many))
        number = number_in_factory[own]
        slug = all_region__county_facts[all_factory__region[here]].slug
        latitude, longitude, radius = all_region__terrain[all_factory__region[here], :3]
        seat = (all_factory__location__latitude[here], all_factory__location__longitude[here])
        known = on_map(slug, latitude, longitude, float(radius))
        cells = (all_factory__number[here] << 24) | np.arange(many)
        points, place, repeat = points_of(
            np.stack(kilometres(*seat, latitude, longitude)),
            all_factory__reach[here],
            float(radius),
            (all_factory__own_places[here], known),
            float(noise.unit("turn", cells[:1])[0]),
            np.stack([noise.unit(f"off_{side}", cells) * 2 - 1 for side in ("north", "east")], axis=1),
        )
        at[:, own] = placed(latitude, longitude, *points[number].T)
        for row, which in zip(own.tolist(), number.tolist(), strict=True):
            names[row] = (places(slug)[place[which]], int(repeat[which]))
    return *at, *named(names)


def farms_within_km(
    factory: Array,
    size: Array,
    factory__reach: Array,
    location__latitude: Array,
    location__longitude: Array,
    region__terrain: Array,
    every__factory: Array,
    every__size: Array,
    every__is_open: Array,
    all_factory__number: Array,
) -> Array:
    """How far from the point its farms lie: as far as its share of the catchment asks for."""
    open_size = np.where(every__is_open, every__size, 0)
    whole = np.bincount(every__factory, open_size, minlength=len(all_factory__number))[factory]
    off = np.stack(kilometres(location__latitude, location__longitude, region__terrain[:, 0], region__terrain[:, 1]))
    share = area(factory__reach) * size / np.maximum(whole, size)
    return farms_within(share, np.sqrt((off**2).sum(axis=0)), region__terrain[:, 2])


NEXT = 3
"""A farmer's second point is one of so many."""


def next_points(
    number: Array,
    every__number: Array,
    every__factory: Array,
    every__status: Coded,
    every__location__latitude: Array,
    every__location__longitude: Array,
) -> Array:
    """The places in the table of the nearest other points of the factory that are not inactive, shape (n, 3).

    The nearest first; -1 where there are no more.
    """
    usable = ~every__status.equals("inactive")
    chosen = np.full((len(every__number), NEXT), -1, np.int64)
    for factory in np.unique(every__factory):
        own = np.flatnonzero(every__factory == factory)
        able = own[usable[own]]
        there = every__location__latitude[able], every__location__longitude[able]
        for point in own.tolist():
            north, east = kilometres(*there, every__location__latitude[point], every__location__longitude[point])
            away = np.where(able == point, np.inf, north**2 + east**2)
            last = np.partition(away, NEXT - 1)[NEXT - 1] if len(away) > NEXT else np.inf
            near = np.flatnonzero((away <= last) & np.isfinite(away))
            near = near[np.argsort(away[near], kind="stable")][:NEXT]
            chosen[point, : len(near)] = able[near]
    return chosen[whose(every__number, number)]
