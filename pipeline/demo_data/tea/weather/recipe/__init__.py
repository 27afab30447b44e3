"""Daily weather of a region."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import (
    DAY,
    MICRO,
    YEAR,
    Array,
    Coded,
    Noise,
    Recipe,
    Settings,
    first_day,
    last_day,
)
from demo_data.tea.recipe import UTC_OFFSET
from demo_data.tea.recipe.rain import WET_DAY_MM, rain, wet_and_dry, wet_share
from demo_data.tea.recipe.rhythm import LONGEST
from demo_data.tea.recipe.sky import Sky
from demo_data.tea.weather.model import RegionalWeather
from demo_data.tea.weather.recipe import warmth
from demo_data.tea.weather.recipe.growth import growth

recipe = Recipe(
    RegionalWeather,
    count=lambda settings: settings["regions.count"] * (last_day(settings) - first_day(settings) + 1),
    per_parent=lambda settings: settings["regions.count"],
    links={"region": "regions"},
)


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
def precipitation(climate: Array, region__number: Array, region__center_km: Array, day: Array, noise: Noise) -> Array:
    """Millimetres on each day, to 0.1. A closed form: any day can be asked for."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    return rain(sky, climate[regions], *wet_and_dry(sky, climate[regions]))[place]


@recipe.derive()
def usually_wet(climate: Array, region__number: Array, region__center_km: Array, day: Array, noise: Noise) -> Array:
    """The share of wet days that is normal in the season."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    return wet_share(sky, climate[regions])[place]


@recipe.derive()
def wet_excess(precipitation_mm: Array, usually_wet: Array) -> Array:
    """1 on a wet day and 0 on a dry one, less the share that is normal in the season."""
    return (precipitation_mm >= WET_DAY_MM) - usually_wet


@recipe.derive()
def temp_min(
    climate: Array,
    region__number: Array,
    region__center_km: Array,
    region__frosty: Array,
    day: Array,
    precipitation_mm: Array,
    wet_excess: Array,
    noise: Noise,
) -> Array:
    """Clouds keep wet nights warm; clear ones are cold where there may be frost."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    known = sky, climate[regions], region__frosty[regions], warmth.night(sky)
    return warmth.coldest(*known, wet_excess, precipitation_mm == 0, place)


@recipe.derive()
def temp_max(
    climate: Array,
    region__number: Array,
    region__center_km: Array,
    day: Array,
    wet_excess: Array,
    temp_min: Array,
    noise: Noise,
) -> Array:
    """Clouds keep wet days cool."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    warmest = sky.normal(climate[regions, 3])[place] + warmth.noon(sky)[place] + warmth.WET_NOON * wet_excess
    return np.maximum(warmest, temp_min + 2.0)


@recipe.derive()
def humidity_avg(
    climate: Array, region__number: Array, region__center_km: Array, day: Array, wet_excess: Array, noise: Noise
) -> Array:
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    humidity = sky.normal(climate[regions, 4])[place] + warmth.humidity(sky)[place] + warmth.WET_HUMID * wet_excess
    return np.clip(humidity, 15.0, 100.0)


@recipe.derive()
def wet_week(climate: Array, region__number: Array, region__center_km: Array, day: Array, noise: Noise) -> Array:
    """Share of wet days in the last seven, this one included, less the share that is normal."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    sky = sky.since(6)
    off = wet_and_dry(sky, climate[regions])[0] - wet_share(sky, climate[regions])
    back = [np.searchsorted(sky.days, day - ago) for ago in range(7)]
    return np.mean([off[line, place[1]] for line in back], axis=0)


@recipe.derive()
def dampness(climate: Array, region__number: Array, region__center_km: Array, day: Array, noise: Noise) -> Array:
    """How wet leaf is that is plucked in the morning, 0 to 1: by the rain of the day before, and a little of the day's.

    Half of it with 6 mm.
    """
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    sky = sky.since(1)
    fallen = rain(sky, climate[regions], *wet_and_dry(sky, climate[regions]))
    line = np.searchsorted(sky.days, day)
    lately = fallen[line - 1, place[1]] + 0.3 * fallen[line, place[1]]
    return np.rint(lately / (lately + 6) * 1e4) / 1e4


@recipe.derive()
def wet_leaf(wet_week: Array, usually_wet: Array, climate: Array) -> Array:
    """Share of wet days in the last seven, this one included, less the share of the whole year that is normal."""
    return wet_week + usually_wet - climate[:, 1].sum(axis=1) / YEAR


@recipe.derive()
def grown(
    climate: Array,
    region__number: Array,
    region__center_km: Array,
    region__crop: Array,
    region__frosty: Array,
    day: Array,
    noise: Noise,
) -> Array:
    """Leaf grown in the last 0 to 18 days, this one included, in mean days of the year; shape (n, 19)."""
    sky, regions, place = Sky.of(day, region__number, region__center_km, noise)
    sky = sky.since(LONGEST)
    each = growth(sky, climate[regions], region__crop[regions], region__frosty[regions])
    until = np.cumsum(each, axis=0)
    line = np.searchsorted(sky.days, day)
    back = [until[line, place[1]] - until[line - days, place[1]] for days in range(LONGEST + 1)]
    return np.stack(back, axis=1) / 1e6


@recipe.derive()
def source(rows: Array) -> Coded:
    return Coded.constant("open-meteo", len(rows))


@recipe.derive()
def created_at(day: Array) -> Array:
    """The evening of the day, 20:30 in Kenya."""
    return (day * DAY + 20 * 3_600 + 1_800 - UTC_OFFSET) * MICRO
