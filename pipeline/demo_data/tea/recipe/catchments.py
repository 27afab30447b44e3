"""Where a factory's leaf comes from: the land that is nearer to it than to any other, and the points on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array
from demo_data.tea.recipe.layout import (
    area,
    reach_in_circle,
    reach_to_middle,
    spread_points,
)
from demo_data.tea.recipe.naming import NEAR_KM, Hand, name_points
from demo_data.tea.recipe.terrain import kilometres

FARMS_KM = 4.0
"""Farms lie within this distance of their main point, at most."""

FARMS_OF_RADIUS = 0.35
"""And within this part of the region's radius."""

OVERLAP = 1.1
"""The discs on which the points' farms lie take so much of a catchment together: a little more than all of it."""

NEIGHBOURS = 32
"""Of the nearest so many others, those that share a border with a factory are some."""

ALL_AT_ONCE = 300
"""Of so many factories, all may share a border; of more, those of one region."""


def reaches(
    latitude: Array, longitude: Array, region: Array, centre: tuple[Array, Array], radius_km: Array
) -> NDArray[np.float64]:
    """How far each factory's catchment reaches in 64 directions (km), shape (n, 64).

    To the edge of its region, or to where another factory is as near. `centre`, `radius_km`: of each one's region.
    """
    at = np.stack(kilometres(latitude, longitude, *centre), axis=1)
    reach = np.maximum(reach_in_circle(at, radius_km), 0.1)
    every = np.arange(len(latitude))
    for factory in range(len(latitude)):
        others = every if len(every) <= ALL_AT_ONCE else np.flatnonzero(region == region[factory])
        to = np.stack(kilometres(latitude[others], longitude[others], latitude[factory], longitude[factory]), axis=1)
        away = (to**2).sum(axis=1)
        away[others == factory] = np.inf
        near = np.argsort(away, kind="stable")[:NEIGHBOURS]
        near = near[np.isfinite(away[near]) & (away[near] > 1e-6)]
        if len(near):
            reach[factory] = np.minimum(reach[factory], reach_to_middle(to[near]).min(axis=0))
    return reach


def farms_within(share_km2: Array, off_centre_km: Array, radius_km: Array) -> Array:
    """How far from their point farms lie: on a disc as large as the point's share of the catchment, in the region."""
    most = np.minimum(FARMS_KM, FARMS_OF_RADIUS * radius_km)
    reach = np.minimum(np.sqrt(share_km2 * (OVERLAP / math.pi)), most)
    return np.maximum(np.minimum(reach, radius_km - off_centre_km), 0.05)


def points_of(
    factory: Array,
    reach: Array,
    radius_km: float,
    places: tuple[Hand, dict[int, tuple[float, float]]],
    rotation: float,
    jitter: Array,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """A factory's points: where they lie, shape (n, 2), the number of the place each is named after, and how often that
    was given before.

    `factory`, shape (2,): km to the north and to the east of the region's centre, as the points; `reach`, shape (64,):
    of the catchment; `places`: those in the factory's hands, and where those on the map lie;
    `jitter`, shape (n, 2): from -1 to 1.
    """
    points = len(jitter)
    disc = min(math.sqrt(float(area(reach[None, :])[0]) / points / math.pi), FARMS_KM, FARMS_OF_RADIUS * radius_km)
    inner = reach_in_circle(factory[None, :], np.array([radius_km - 0.8 * disc]))[0]
    off, step = spread_points(points, np.maximum(np.minimum(reach - 0.4 * disc, inner), 0.15 * reach), rotation)
    at = factory + off + 0.15 * disc * jitter
    place, repeats = name_points(*places, factory, at, step)
    known = places[1]
    for point in [point for point, number in enumerate(place.tolist()) if number in known]:
        there = np.array(known[place[point]])
        far = math.sqrt(float(((at[point] - there) ** 2).sum()))
        if far > NEAR_KM:
            at[point] = there + (at[point] - there) * (NEAR_KM / 2 / far)
    out = np.sqrt((at**2).sum(axis=1))
    at *= np.minimum(1.0, (radius_km - disc / 2) / np.maximum(out, 1e-6))[:, None]
    return at, place, repeats
