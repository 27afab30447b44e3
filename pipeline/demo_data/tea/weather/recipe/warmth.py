"""Temperatures: how far a day is off the normals, and clear nights that are cold."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo_data.recipes import Array
from demo_data.tea.recipe.rain import DRIZZLE, wet_share
from demo_data.tea.recipe.sky import Sky

_MEMORY = (1.0, 0.7, 0.5, 0.35, 0.2)
"""Weights of today's and the last days' noise: neighbouring days are alike (correlation near 0.7)."""

_REACH_KM, _OWN = 200.0, 0.15
"""Warmth reaches farther than rain; the part of its variance that is a region's own."""

NIGHT, NOON, HUMID = 1.1, 1.2, 2.5
"""Standard deviations of what is off the normal: of temperatures in K, of humidity in points."""

WARM_SEASON, DRY_NOON, WET_SEASON = 0.35, 0.25, 1.5
"""The same of whole seasons: warm ones in K, dry ones in K at noon, wet ones in points. Years differ by some 0.3 K."""

WET_NIGHT, WET_NOON, WET_HUMID = 0.4, -1.2, 7.0
"""What a wet day adds: clouds keep its night warm and its noon cool."""

_CLEAR = 1.0
"""Nights clearer than this (a standard normal) are cold where it has not rained: about one in six."""

_CHILL, _DEEPER = 2.0, 3.0
"""How much colder a clear night is, and how much more with each standard deviation: K."""

_SEASON = np.array([1.0, 1.0, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.7])
"""Part of that by month, January first: the dry season, when nights are clear (Kotikot and others, SERVIR frost mapping
of Kenya's tea: January to March; press reports of January 2012)."""


def night(sky: Sky) -> Array:
    """How far the lowest temperature is off the normal on a usual night, K."""
    return NIGHT * sky.field("night", _REACH_KM, _OWN, _MEMORY) + _lasting(sky)


def noon(sky: Sky) -> Array:
    """How far the highest temperature is off the normal, K."""
    return NOON * sky.field("noon", _REACH_KM, _OWN, _MEMORY) + _lasting(sky) - DRY_NOON * sky.wetness


def humidity(sky: Sky) -> Array:
    """How far humidity is off the normal, points."""
    return HUMID * sky.field("humidity", 100.0, _OWN, _MEMORY) + WET_SEASON * sky.wetness


def coldest(
    sky: Sky, climate: Array, frosty: Array, nights: Array, excess: Array, dry: Array, place: Any = ...
) -> Array:
    """The lowest temperature of each night, C: clouds keep wet ones warm, and clear ones may be cold where it is dry.

    `nights`: how far they are off the normal; `excess`: 1 on a wet day, less the normal share of these; `dry`: whether
    it has not rained at all. All are (days, regions), `excess` and `dry` of the rows at `place` if that is given.
    """
    depth, mean = chill(sky, frosty, climate)
    chilled = np.where(dry, depth[place], 0.0) - mean[place]
    lowest: Array = sky.normal(climate[:, 2])[place] + nights[place] + WET_NIGHT * excess - chilled
    return lowest


def _lasting(sky: Sky) -> Array:
    """How much warmer the season is than usual, K."""
    return WARM_SEASON * sky.slow("warmth", 400.0, 90)


def chill(sky: Sky, frosty: Array, climate: Array) -> tuple[Array, Array]:
    """How much colder a dry night is for being clear, and all nights are in mean for it; K, shape (days, regions).

    `frosty`: the regions in which air that has cooled on clear nights stays.
    """
    part = sky.curve(frosty[:, None] * _SEASON)
    if not part.any():
        return part, part
    dry = (1 - wet_share(sky, climate)) * (1 - DRIZZLE)
    return part * _depth(sky.field("clear", _REACH_KM, _OWN, _MEMORY)), part * _MEAN * dry


def _depth(clear: Array) -> Array:
    depth: Array = np.where(clear > _CLEAR, _CHILL + _DEEPER * (clear - _CLEAR), 0.0)
    return depth


_MEAN = 0.1587 * (_CHILL - _DEEPER * _CLEAR) + _DEEPER * 0.2420
"""The mean of `_depth`: a standard normal is above 1 in 15.87 % of cases, and its density there is 0.2420."""
