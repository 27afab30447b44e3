"""Where things lie: places scattered around a centre, and the altitude of a place.

Distances use a sphere of 111.195 km per degree; within 5 degrees of the equator the cosine of the latitude is
taken as 1 - x^2/2, which is right to 1e-5.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array
from demo_data.tea.recipe.layout import EAST, NORTH

KM_PER_DEGREE = 111.195

MERIDIAN = 36.0
"""Degrees east from which kilometres count where all of Kenya is meant."""


def scatter(latitude: Array, longitude: Array, reach_km: Array, random: NDArray[np.uint64]) -> tuple[Array, Array]:
    """A place within `reach_km` of each centre, evenly spread over the circle; degrees in, degrees out.

    Degrees are whole millionths, as they are published, so that what lies around a place follows from its record.
    """
    direction = random >> np.uint64(52)
    fraction = (random & np.uint64(0xFFFFFFFF)) * 2.0**-32
    degrees = reach_km * np.sqrt(fraction) / KM_PER_DEGREE
    north = degrees * NORTH[direction]
    east = degrees * EAST[direction] / _cosine(latitude)
    return _millionths(latitude + north), _millionths(longitude + east)


def placed(latitude: Array, longitude: Array, north_km: Array, east_km: Array) -> tuple[Array, Array]:
    """The places so many kilometres to the north and to the east of others, in whole millionths of a degree."""
    east = east_km / KM_PER_DEGREE / _cosine(latitude)
    return _millionths(latitude + north_km / KM_PER_DEGREE), _millionths(longitude + east)


def kilometres(latitude: Array, longitude: Array, other_latitude: Array, other_longitude: Array) -> tuple[Array, Array]:
    """How far to the north and to the east of other places these lie."""
    north = (latitude - other_latitude) * KM_PER_DEGREE
    east = (longitude - other_longitude) * KM_PER_DEGREE * _cosine((latitude + other_latitude) / 2)
    return north, east


def distance(latitude: Array, longitude: Array, other_latitude: Array, other_longitude: Array) -> Array:
    """Kilometres from these places to the others, to a metre."""
    north, east = kilometres(latitude, longitude, other_latitude, other_longitude)
    return np.rint(np.sqrt(north**2 + east**2) * 1000) / 1000


def _millionths(degrees: Array) -> Array:
    return np.rint(degrees * 1e6) / 1e6


def altitude(latitude: Array, longitude: Array, terrain: Array) -> Array:
    """Metres above sea level, inside the region's band.

    `terrain`, shape (n, 7): the region's centre (degrees north and east), radius (km), lowest and highest altitude
    (m), and the direction in which the land rises (its parts to the north and to the east). The land rises across
    the circle, with ridges every few kilometres on top; outside the circle it neither rises nor falls beyond the band.
    """
    center_north, center_east, radius, low, high, uphill_north, uphill_east = terrain.T
    north = (latitude - center_north) * KM_PER_DEGREE / radius
    east = (longitude - center_east) * _cosine(latitude) * KM_PER_DEGREE / radius
    slope = north * uphill_north + east * uphill_east
    ridges = (_triangle(longitude * 17.0) + _triangle(latitude * 13.0 + longitude * 5.0)) / 2
    return np.clip((low + high) / 2 + (high - low) / 2 * (0.75 * slope + 0.2 * ridges), low, high)


def _triangle(x: Array) -> Array:
    """A wave of period 1 between -1 and 1."""
    fraction = x - np.floor(x)
    return 4 * np.abs(fraction - 0.5) - 1


def _cosine(latitude: Array) -> Array:
    radians = latitude * (math.pi / 180)
    return 1 - radians * radians / 2
