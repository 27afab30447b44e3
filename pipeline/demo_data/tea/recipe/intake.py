"""How much leaf may come on a day, and usually comes: what capacities are made for, in closed form.

All follows from the settings and the day of `born`, so that no capacity changes as a dataset grows. Leaf is counted in
hectares of farm under mean husbandry, and in their squares block by block, which tell how much the sum over blocks
varies.
"""

from __future__ import annotations

import math

import numpy as np

from demo_data.recipes import YEAR, Array, Columns, Settings
from demo_data.tea.recipe.husbandry import OF_FARMS, mean_square
from demo_data.tea.recipe.land import mean_farm
from demo_data.tea.recipe.rhythm import MEAN_GAP

YIELD_KG = 4_800
"""Green leaf of a hectare of farm in a mean year: some 9,100 to 11,400 kg of a hectare of tea (Kenya Tea Development
Agency, annual reports 2018/19 and 2019/20), on the half of the farm that is planted with it.
"""

PEAK = 2.0
"""Growth in the best weeks against a mean day: the crop index up to 1.35, rain and the year up to 1.5 together."""

YEARS = 5
"""For so many years of joining a collection point has room."""

RARE = 5.0
"""Standard deviations by which a day at a point may exceed its mean at the peak."""

LOAD = 0.56
"""A year's crop over a year's capacity, for a factory with many farmers: about what lets it take in the Saturdays,
when all points collect, but for those of the best months.
"""

BUSY = 1.0
"""Standard deviations of a Saturday's intake that a factory takes beside: they count where farmers are few."""

SATURDAY = 0.25
"""The share of a week's leaf that comes on the day common to all points."""


def brought(farmers: Columns, group: Array, groups: int) -> tuple[Array, Array]:
    """Hectares under mean husbandry in each group of farmers who take part, and the sum of their blocks' squares."""
    area = farmers["farm_size_hectares"] * farmers["vigour"] * farmers["takes_part"]
    squares = area * area / farmers["blocks"]
    return np.bincount(group, area, groups), np.bincount(group, squares, groups)


def expected(farmers: Array, settings: Settings) -> tuple[Array, Array]:
    """The same for numbers of farmers of whom nothing else is known."""
    farm = mean_farm(settings["farmers.farm_scale"])
    return farmers * farm.hectares, farmers * (farm.squares * mean_square(*OF_FARMS))


def joiners(settings: Settings) -> int:
    """How many farmers may join in the first years, at most: they have the rows after those of `born`."""
    return math.ceil(settings["farmers.count"] * settings["farmers.joining"] / 100 * YEARS)


def most_a_day(hectares: Array, squares: Array, collection_days: Array) -> Array:
    """Kilograms that hardly ever come to a point on one day: at the peak, on one of `collection_days` a week."""
    bag = YIELD_KG / YEAR * PEAK * MEAN_GAP
    visits = 7 / (MEAN_GAP * np.maximum(collection_days, 1))
    return bag * (visits * hectares + RARE * np.sqrt(visits * squares))


def capacity(hectares: Array, squares: Array) -> Array:
    """Kilograms a day that a factory is built for."""
    a_day = YIELD_KG / YEAR
    return a_day * (hectares / LOAD + BUSY * MEAN_GAP * np.sqrt(7 / MEAN_GAP * SATURDAY * squares))


def whole(kilograms: Array) -> Array:
    """Rounded up to whole hundreds of kilograms, from 10 t on to half tonnes; at least one hundred."""
    step = np.where(kilograms > 10_000, 500, 100)
    return np.maximum(np.ceil(kilograms / step), 1).astype(np.int64) * step
