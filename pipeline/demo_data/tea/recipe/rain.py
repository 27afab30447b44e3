"""Rain: on which days it falls, and how much.

A region's rain follows a standard normal value for each day: below the threshold of the month's share of wet days it
is wet. That value is a sum: of the last days' fields, which neighbours share, and of what lasts for months, which is
how wet the season and the year are, and El Nino. So whatever the parts, the normals hold over the years.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from demo_data.recipes import Array, exponential_power, month, normal_quantile, quantile_number
from demo_data.tea.kenya.climate import el_nino
from demo_data.tea.kenya.places import counties
from demo_data.tea.recipe.sky import Sky
from demo_data.tea.recipe.terrain import KM_PER_DEGREE, MERIDIAN

WET_DAY_MM = 1.0
"""A wet day has at least this much rain (World Meteorological Organization, Guide to Climatological Practices)."""

DRIZZLE = 0.25
"""Part of the other days on which 0.1 to 0.9 mm fall; about half a millimetre in mean."""

_REACH_KM, _OWN = 65.0, 0.28
"""How far wet weather reaches, and the part of its variance that is a region's own.

Estimates: daily rain at stations 50 km apart in Kenya's highlands correlates by some 0.2 to 0.4, little at 150 km.
"""

_SHOWER_KM, _SHOWER_OWN = 40.0, 0.5
"""The same for how much falls on a wet day: showers are small."""

_SPELLS = (1.0, 0.8, 0.5, 0.3)
"""Weights of today's and the last days' noise in what makes a day wet: wet days come in spells of two to four."""

_FALLS = exponential_power(1.15)
"""What falls on a wet day beyond the first millimetre, against its mean: somewhat more uneven than an exponential."""

_LASTING, _LASTING_AMOUNT = 0.17, 0.11
"""Weights of the season's wetness in whether it rains, and in how much: a year's rain varies by some 15 to 20 %."""

_EL_NINO, _EL_NINO_AMOUNT = 0.22, 0.14
"""The same for one standard deviation of the Oceanic Nino Index, in the short rains east of the Rift.

Estimates: the short rains of strong El Nino years are one and a half times the usual and more, those of La Nina years
are three quarters (Kenya Meteorological Department, seasonal reviews; Indeje, Semazzi and Ogallo, International Journal
of Climatology 20, 2000). West of the Rift the effect is half of that, and in July and August the other way round.
"""

_SIDES = "west_of_rift", "east_of_rift"
_EAST = np.array([0.4, 0.2, 0.15, 0.15, 0.1, 0.0, 0.0, 0.0, 0.2, 1.0, 1.0, 0.9])
_WEST = np.array([0.2, 0.1, 0.1, 0.1, 0.0, -0.1, -0.2, -0.2, 0.0, 0.5, 0.5, 0.4])
"""Part of that effect by month, January first; of January to June, that of the year before."""


def wet_share(sky: Sky, climate: Array) -> Array:
    """The share of wet days that is normal, shape (days, regions)."""
    return np.clip(sky.normal(climate[:, 1] / _MONTH_LENGTH), 0.02, 0.97)


def wet_and_dry(sky: Sky, climate: Array) -> tuple[Array, Array]:
    """Whether a day is wet, and whether it is quite dry; the others have a drizzle. Shape (days, regions).

    `climate`: monthly normals of each region, shape (regions, 5, 12).
    """
    value = sky.field("wet", _REACH_KM, _OWN, _SPELLS)
    value = _mixed(sky, value, _LASTING, _EL_NINO, -1)
    share = wet_share(sky, climate)
    return value < normal_quantile(share), value >= normal_quantile(share + DRIZZLE * (1 - share))


def rain(sky: Sky, climate: Array, wet: Array, dry: Array) -> Array:
    """Millimetres on each day, to 0.1, shape (days, regions)."""
    number = heaviness(sky)
    more = _beyond(sky, climate) * _FALLS[number]
    drizzle = 0.1 + number // 456 / 10
    fallen: Array = np.rint(np.where(dry, 0.0, np.where(wet, WET_DAY_MM + more, drizzle)) * 10) / 10
    return fallen


def heaviness(sky: Sky) -> Array:
    """Which of 4096 equally likely amounts falls where it rains, shape (days, regions)."""
    value = sky.field("amount", _SHOWER_KM, _SHOWER_OWN)
    return quantile_number(_mixed(sky, value, _LASTING_AMOUNT, _EL_NINO_AMOUNT, 1))


def _beyond(sky: Sky, climate: Array) -> Array:
    """What falls on a wet day beyond the first millimetre, in mean, shape (days, regions)."""
    a_day, share = sky.normal(climate[:, 0] / _MONTH_LENGTH), wet_share(sky, climate)
    return np.maximum((a_day - DRIZZLE * (1 - share) / 2) / share - WET_DAY_MM, 0.0)


def mean_rain(sky: Sky, climate: Array, most_mm: float) -> Array:
    """The rain of a day in mean, where no more than so much counts, shape (days, regions)."""
    share = wet_share(sky, climate)
    made: Array = share * np.interp(_beyond(sky, climate), *_counted(most_mm)) + DRIZZLE * (1 - share) / 2
    return made


@cache
def _counted(most_mm: float) -> tuple[Array, Array]:
    """What counts of a wet day's rain in mean, by the mean of what falls beyond the first millimetre."""
    means = np.arange(64.0)
    return means, np.minimum(WET_DAY_MM + means[:, None] * _FALLS, most_mm).mean(axis=1)


def el_nino_effect(sky: Sky) -> tuple[Array, Array]:
    """How far from usual the sea is, shape (days, 1), and how much that moves the rain, shape (days, regions).

    The one in standard deviations of the Oceanic Nino Index over the years that are known; other years are drawn from
    these. The other as a part of the effect on the eastern short rains.
    """
    years, months = sky.days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970, month(sky.days)
    seasons = years - (months < 6)
    every, place = np.unique(seasons, return_inverse=True)
    known = el_nino()
    values = np.array(list(known.values()))
    values = np.rint((values - values.mean()) / values.std() * 1e6) / 1e6
    drawn = (sky.noise.bits("el nino", every) >> np.uint64(32)).astype(np.int64) * len(values) >> 32
    first, last = min(known), max(known)
    number = np.where((every >= first) & (every <= last), every - first, drawn)
    effect = np.where(sky.center_km[:, 1:] > _rift_km(), _EAST, _WEST).T
    return values[number][place][:, None], effect[months]


@cache
def _rift_km() -> float:
    """Where the Rift lies, as `center_km` counts: between the counties that have the flush calendars of its sides."""
    west, east = ([county.lng for county in counties() if county.flush == side] for side in _SIDES)
    return ((max(west) + min(east)) / 2 - MERIDIAN) * KM_PER_DEGREE


def _mixed(sky: Sky, value: Array, lasting: float, el_nino: float, sign: int) -> Array:
    """The value with these weights of the season's wetness and of El Nino, and the rest of the variance of its own."""
    index, effect = el_nino_effect(sky)
    own = np.sqrt(1 - lasting**2 - (el_nino * effect) ** 2)
    made: Array = value * own + sign * (lasting * sky.wetness + el_nino * effect * index)
    return made


_MONTH_LENGTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
