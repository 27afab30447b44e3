"""How much land farms take, and so how large a region is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from demo_data.recipes import Array
from demo_data.tea.recipe.layout import narrowest
from demo_data.tea.values import FarmScale

LOWEST_HA, SPAN_HA = np.array([0.10, 1.0, 5.01]), np.array([0.89, 4.0, 15.0])
"""The smallest farm of each scale, and how much larger the largest is."""

POWERS = (1.5, 2.0, 3.0)
"""Within a scale a farm's size goes with this power of a number evenly between 0 and 1: small ones more often."""

AT_MOST = 0.5
"""The part of a region that is tea farms, at most."""

AROUND_A_POINT_HA = 1_000
"""Farms around a collection point, on average over all: a fifth of the land within 4 km, as some lies around two."""

LARGEST_KM = 90.0
"""No region is larger, however many its farms are: Kenya ends there."""

HECTARES = 100
"""In a square kilometre."""


class Farm(NamedTuple):
    """Means over farms: hectares, the number of blocks, and the sum of the blocks' squares."""

    hectares: float
    blocks: float
    squares: float


def mean_farm(weights: Mapping[str, float]) -> Farm:
    """What farms are like on average, by the weights of smallholders, medium farms and estates."""
    each = [(weights[scale], farm) for scale, farm in zip(FarmScale, mean_farms(), strict=True)]
    total = sum(weight for weight, _ in each)
    hectares, blocks, squares = (sum(weight * farm[place] for weight, farm in each) / total for place in range(3))
    return Farm(hectares, blocks, squares)


@cache
def mean_farms() -> tuple[Farm, ...]:
    """The same of each scale, in closed form; to six decimals, so that no libm shows."""
    return tuple(_mean_of(*scale) for scale in zip(LOWEST_HA.tolist(), SPAN_HA.tolist(), POWERS, strict=True))


def _mean_of(lowest: float, span: float, power: float) -> Farm:
    """Of farms of `lowest` + `span` x u ^ `power` hectares, with u evenly between 0 and 1, to 0.01 ha."""

    def hectares_to(u: float) -> float:
        return lowest * u + span * u ** (power + 1) / (power + 1)

    def squares_to(u: float) -> float:
        return (
            lowest**2 * u
            + 2 * lowest * span * u ** (power + 1) / (power + 1)
            + span**2 * u ** (2 * power + 1) / (2 * power + 1)
        )

    sizes = range(math.ceil(lowest + span) + 1)  # farms of so many hectares or less have as many blocks
    up_to = [min(max((size + 0.005 - lowest) / span, 0.0), 1.0) ** (1 / power) for size in sizes]
    blocks = sum(many * (up_to[many] - up_to[many - 1]) for many in sizes[1:])
    squares = sum((squares_to(up_to[many]) - squares_to(up_to[many - 1])) / many for many in sizes[1:])
    return Farm(round(hectares_to(1.0), 6), round(blocks, 6), round(squares, 6))


def radius_km(county_km: float, farms: float, factories: int, hectares: float) -> float:
    """The radius of a region of so many farms of that size: at least the county's.

    Farms cover half of the land at most, and the factories lie apart.
    """
    by_farms = math.sqrt(farms * hectares / HECTARES / AT_MOST / math.pi)
    needed = max(county_km, by_farms, narrowest(factories))
    return max(county_km, min(math.ceil(needed * 10) / 10, LARGEST_KM))


def points_for(hectares: float) -> int:
    """The fewest collection points that have land for so many hectares of farms around them."""
    return math.ceil(hectares / AROUND_A_POINT_HA)


def farm_hectares(scale: Array, unit: Array) -> Array:
    """The size of farms of a scale (0 to 2) by a number between 0 and 1 each, to 0.01 ha."""
    shape = np.stack([unit * np.sqrt(unit), unit**2, unit**3])
    hectares = LOWEST_HA[scale] + SPAN_HA[scale] * shape[scale, np.arange(len(scale))]
    return np.rint(hectares * 100) / 100
