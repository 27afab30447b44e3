"""Daily weather of a region."""

from __future__ import annotations

import math

import numpy as np

from demo_data.recipes import (
    DAY,
    MICRO,
    Array,
    Coded,
    Noise,
    Recipe,
    Settings,
    exponential,
    first_day,
    last_day,
    month,
    normal_quantile,
    seasonal,
)
from demo_data.tea.recipe import UTC_OFFSET
from demo_data.tea.weather.model import RegionalWeather

recipe = Recipe(
    RegionalWeather,
    count=lambda settings: settings["regions.count"] * (last_day(settings) - first_day(settings) + 1),
    per_parent=lambda settings: settings["regions.count"],
    links={"region": "regions"},
)

_SPELLS = (1.0, 0.8, 0.5, 0.3)
"""Weights of today's and the last days' noise in what makes a day wet: wet days come in spells of two to four."""

_WARMTH = (1.0, 0.7, 0.5, 0.35, 0.2)
"""The same for temperature: neighbouring days are alike (correlation near 0.7)."""

WET_DAY_MM = 1.0
"""A wet day has at least this much rain (World Meteorological Organization, Guide to Climatological Practices)."""

RAIN_MEMORY = 10
"""The days of rain that a flush of leaf grows on."""


@recipe.derive()
def region(rows: Array, settings: Settings) -> Array:
    """Every day has the regions in their order."""
    return rows % settings["regions.count"]


@recipe.derive()
def day(rows: Array, settings: Settings) -> Array:
    """Days since 1970."""
    return first_day(settings) + rows // settings["regions.count"]


recipe.copy("region_id", "region__region_id")
recipe.copy("date", "day")


@recipe.derive()
def climate(region__climate: Array) -> Array:
    """Monthly normals at the region's altitude, shape (n, 5, 12): rain, rainy days, minimum, maximum, humidity."""
    return region__climate


@recipe.derive("precipitation_mm")
def rain(climate: Array, region__number: Array, day: Array, noise: Noise) -> Array:
    """Millimetres on each day, to 0.1; zero on dry days. A closed form: any day can be asked for."""
    wet = _memory("wet", _SPELLS, region__number, day, noise) < normal_quantile(_wet_share(climate, day))
    place = np.arange(len(day)), month(day)
    mean = climate[:, 0][place] / climate[:, 1][place]
    more = np.maximum(mean - WET_DAY_MM, 0.0) * exponential(noise.bits("rain", _cells(region__number, day)))
    return np.rint(np.where(wet, WET_DAY_MM + more, 0.0) * 10) / 10


@recipe.derive()
def wet_excess(precipitation_mm: Array, climate: Array, day: Array) -> Array:
    """1 on a wet day and 0 on a dry one, less the share of wet days in the month."""
    return (precipitation_mm >= WET_DAY_MM) - _wet_share(climate, day)


@recipe.derive()
def temp_min(climate: Array, region__number: Array, day: Array, wet_excess: Array, noise: Noise) -> Array:
    """Clouds keep wet nights warm."""
    return (
        seasonal(climate[:, 2], day) + 1.1 * _memory("temp_min", _WARMTH, region__number, day, noise) + 0.4 * wet_excess
    )


@recipe.derive()
def temp_max(
    climate: Array, region__number: Array, day: Array, wet_excess: Array, temp_min: Array, noise: Noise
) -> Array:
    """Clouds keep wet days cool."""
    warmth = (
        seasonal(climate[:, 3], day) + 1.2 * _memory("temp_max", _WARMTH, region__number, day, noise) - 1.2 * wet_excess
    )
    return np.maximum(warmth, temp_min + 2.0)


@recipe.derive()
def humidity_avg(climate: Array, region__number: Array, day: Array, wet_excess: Array, noise: Noise) -> Array:
    humidity = (
        seasonal(climate[:, 4], day) + 7.0 * wet_excess + 2.5 * _memory("humidity", _WARMTH, region__number, day, noise)
    )
    return np.clip(humidity, 15.0, 100.0)


def leaf_growth(climate: Array, region__number: Array, day: Array, region__crop: Array, noise: Noise) -> Array:
    """Leaf on the bushes against a mean day of the year: the season's crop index, and the rain of late."""
    fallen = np.zeros(len(day))
    for ago in range(RAIN_MEMORY):
        fallen += rain(climate, region__number, day - ago, noise)
    usual = seasonal(climate[:, 0], day) * (RAIN_MEMORY / 30.4)
    return seasonal(region__crop, day) * (0.85 + 0.15 * np.clip(fallen / usual, 0.0, 2.0))


@recipe.derive()
def wet_week(climate: Array, region__number: Array, day: Array, noise: Noise) -> Array:
    """Share of wet days in the last seven, this one included, less the share that is normal."""
    off = [
        (rain(climate, region__number, day - ago, noise) >= WET_DAY_MM) - _wet_share(climate, day - ago)
        for ago in range(7)
    ]
    return np.mean(off, axis=0)


@recipe.derive()
def grown(climate: Array, region__number: Array, day: Array, region__crop: Array, noise: Noise) -> Array:
    """Leaf grown in the last 0 to 18 days, this one included, in mean days of the year; shape (n, 19)."""
    each = [leaf_growth(climate, region__number, day - ago, region__crop, noise) for ago in range(18)]
    return np.cumsum(np.stack([np.zeros(len(day)), *each], axis=1), axis=1)


@recipe.derive()
def source(rows: Array) -> Coded:
    return Coded.constant("open-meteo", len(rows))


@recipe.derive()
def created_at(day: Array) -> Array:
    """The evening of the day, 20:30 in Kenya."""
    return (day * DAY + 20 * 3_600 + 1_800 - UTC_OFFSET) * MICRO


def _wet_share(climate: Array, day: Array) -> Array:
    months = month(day)
    return climate[:, 1][np.arange(len(day)), months] / _MONTH_LENGTH[months]


def _memory(stream: str, weights: tuple[float, ...], region: Array, day: Array, noise: Noise) -> Array:
    """A standard normal per day that remembers the days before."""
    scale = math.sqrt(sum(weight * weight for weight in weights))
    total = np.zeros(len(day))
    for ago, weight in enumerate(weights):
        total += weight / scale * noise.normal(stream, _cells(region, day - ago))
    return total


def _cells(region: Array, day: Array) -> Array:
    return (region.astype(np.int64) << 32) | day


_MONTH_LENGTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
