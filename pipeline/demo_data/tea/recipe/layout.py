"""How things are spread over a piece of land: factories over a region, collection points over a catchment.

All in closed form: where the k-th of n things lies follows from k and n. A shape is told by its reach from a place
within it, in 64 directions.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array

SECTORS, FINE = 64, 64
"""Directions in which a shape's reach is told, from the north by the east, and steps from one to the next."""

APART_KM = 4.0
"""Factories are at least so far apart."""

JITTER = 0.08
"""Factories lie off their regular places by so much of the gap between these, at most."""

GOLDEN = (math.sqrt(5) - 1) / 2
_ANGLES = [2 * math.pi * step / (SECTORS * FINE) for step in range(SECTORS * FINE)]
NORTH = np.array([round(math.cos(angle), 9) for angle in _ANGLES])
EAST = np.array([round(math.sin(angle), 9) for angle in _ANGLES])

_RINGS = {1: (0, 0.2), 2: (0, 0.5), 3: (0, 0.55), 4: (0, 0.6), 5: (0, 0.64)} | dict.fromkeys((6, 7, 8, 9), (1, 0.68))
"""How many of few things lie in the middle, and at which part of the radius the others lie around them."""


@cache
def spread(number: int) -> NDArray[np.float64]:
    """Places evenly spread over the circle of radius 1, shape (number, 2), to the north and to the east.

    Few lie on a ring, many like the seeds of a sunflower: turned by the golden angle from one to the next (Vogel, A
    better way to construct the sunflower head, Mathematical Biosciences 44, 1979).
    """
    place = np.arange(number)
    if number in _RINGS:
        inner, ring = _RINGS[number]
        rotation = np.where(place < inner, 0.0, (place - inner) / max(number - inner, 1))
        radius = np.where(place < inner, 0.0, ring)
    else:
        rotation, radius = place * GOLDEN, 0.9 * np.sqrt((place + 0.5) / number)
    step = (np.floor(rotation * len(NORTH)) % len(NORTH)).astype(np.int64)
    return np.stack([radius * NORTH[step], radius * EAST[step]], axis=1)


@cache
def gap(number: int) -> float:
    """The least distance between two places of `spread`."""
    if number < 2:
        return math.inf
    if number not in _RINGS:
        return 1.38 / math.sqrt(number)
    places = spread(number)
    return min(math.dist(one, other) for at, one in enumerate(places) for other in places[:at])


def narrowest(factories: int) -> float:
    """The radius (km) of the smallest circle in which so many factories lie apart."""
    return 0.0 if factories < 2 else APART_KM / (gap(factories) * (1 - 2 * JITTER))


def spread_factories(factories: int, radius_km: float, rotation: float, jitter: Array) -> NDArray[np.float64]:
    """Where a region's factories lie: km to the north and to the east of its centre, shape (factories, 2).

    `rotation`: by which part of a circle the whole is turned; `jitter`, shape (factories, 2): from -1 to 1.
    """
    step = int(rotation * len(NORTH))
    north, east = NORTH[step], EAST[step]
    regular = spread(factories) * radius_km
    off = JITTER * radius_km * min(gap(factories), 1.0) / math.sqrt(2) * jitter
    turned = np.stack(
        [regular[:, 0] * north - regular[:, 1] * east, regular[:, 0] * east + regular[:, 1] * north], axis=1
    )
    return turned + off


def reach_in_circle(at: Array, radius_km: Array) -> NDArray[np.float64]:
    """How far it is to the edge of a circle from places within it (km from its centre), shape (n, 64)."""
    ahead = at[:, :1] * NORTH[::FINE] + at[:, 1:] * EAST[::FINE]
    off = (at[:, :1] ** 2 + at[:, 1:] ** 2) - ahead**2
    return np.sqrt(np.maximum(np.asarray(radius_km)[:, None] ** 2 - off, 0.0)) - ahead


def reach_to_middle(to: Array) -> NDArray[np.float64]:
    """How far it is to where another place is as near, in 64 directions; infinite where that is nowhere.

    `to`: km to the north and to the east of each place at which the other one lies, shape (n, 2).
    """
    ahead = to[:, :1] * NORTH[::FINE] + to[:, 1:] * EAST[::FINE]
    half = (to[:, :1] ** 2 + to[:, 1:] ** 2) / 2
    return np.where(ahead > 1e-6, half / np.where(ahead > 1e-6, ahead, 1.0), np.inf)


def area(reach: Array) -> NDArray[np.float64]:
    """The area of shapes by their reach, shape (n, 64), in square kilometres."""
    squares: NDArray[np.float64] = (reach**2).sum(axis=1) * (math.pi / SECTORS)
    return squares


def spread_points(points: int, reach: Array, rotation: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Places evenly spread over a shape, the first ones in its middle: km to the north and to the east of that.

    A sunflower's turns, by the area up to each direction. Also gives the direction of each place, in 64 x 64 steps.
    """
    place = np.arange(points)
    area_to = np.concatenate([[0.0], np.cumsum(reach**2)])
    wanted = (place * GOLDEN + rotation) % 1.0 * area_to[-1]
    sector = np.minimum(np.searchsorted(area_to, wanted, side="right") - 1, SECTORS - 1)
    within = (wanted - area_to[sector]) / np.maximum(area_to[sector + 1] - area_to[sector], 1e-12)
    step = (sector * FINE - FINE // 2 + np.floor(within * FINE).astype(np.int64)) % len(NORTH)
    radius = reach[sector] * np.sqrt((place + 0.5) / points)
    return np.stack([radius * NORTH[step], radius * EAST[step]], axis=1), step
