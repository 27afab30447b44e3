"""How much land farms take, and so how large a region is."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from demo_data.recipes import Array
from demo_data.tea.recipe.layout import narrowest

LOWEST_HA, SPAN_HA = np.array([0.10, 1.0, 5.01]), np.array([0.89, 4.0, 15.0])
"""The smallest farm of each scale, and how much larger the largest is."""

POWERS = (1.5, 2.0, 3.0)
"""Within a scale a farm's size goes with this power of a number evenly between 0 and 1: small ones more often."""

AT_MOST = 0.5
"""The part of a region that is tea farms, at most."""

LARGEST_KM = 90.0
"""No region is larger, however many its farms are: Kenya ends there."""

HECTARES = 100
"""In a square kilometre."""


def mean_hectares(weights: Mapping[str, float]) -> float:
    """The size that farms have on average, by the percentages of smallholders, medium farms and estates."""
    means = LOWEST_HA + SPAN_HA / (np.array(POWERS) + 1)
    return float(sum(weight * mean for weight, mean in zip(weights.values(), means, strict=True)) / 100)


def radius_km(county_km: float, farms: float, factories: int, hectares: float) -> float:
    """The radius of a region of so many farms of that size: at least the county's.

    Farms cover half of the land at most, and the factories lie apart.
    """
    by_farms = math.sqrt(farms * hectares / HECTARES / AT_MOST / math.pi)
    needed = max(county_km, by_farms, narrowest(factories))
    return max(county_km, min(math.ceil(needed * 10) / 10, LARGEST_KM))


def farm_hectares(scale: Array, unit: Array) -> Array:
    """The size of farms of a scale (0 to 2) by a number between 0 and 1 each, to 0.01 ha."""
    shape = np.stack([unit * np.sqrt(unit), unit**2, unit**3])
    hectares = LOWEST_HA[scale] + SPAN_HA[scale] * shape[scale, np.arange(len(scale))]
    return np.rint(hectares * 100) / 100
