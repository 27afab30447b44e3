"""How each distribution becomes a column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from demo_data.engine.cells import to_unit
from demo_data.recipes.choices import TABLE_BITS, choice_table
from demo_data.recipes.columns import Array, Coded, Column
from demo_data.recipes.distributions import Chance, Distribution, Normal, Uniform, Unit, Weighted
from demo_data.recipes.quantiles import normal


@singledispatch
def draw(distribution: Distribution, random: NDArray[np.uint64]) -> Column:
    """The column that `distribution` makes of 64 random bits per row."""
    raise TypeError(f"no way to draw from {type(distribution).__name__}")


@draw.register
def _(distribution: Weighted, random: NDArray[np.uint64]) -> Coded:
    words = tuple(distribution.weights)
    table = choice_table(tuple(distribution.weights.values()))
    return Coded(table[random >> np.uint64(64 - TABLE_BITS)], words)


@draw.register
def _(distribution: Chance, random: NDArray[np.uint64]) -> Array:
    return (random >> np.uint64(64 - TABLE_BITS)) < np.uint64(round(distribution.percent / 100 * 2**TABLE_BITS))


@draw.register
def _(distribution: Uniform, random: NDArray[np.uint64]) -> Array:
    scale = 10**distribution.decimals
    low, high = round(distribution.low * scale), round(distribution.high * scale)
    steps = ((random >> np.uint64(32)) * np.uint64(high - low + 1)) >> np.uint64(32)
    whole = steps.astype(np.int64) + low
    return whole if distribution.decimals == 0 else whole / scale


@draw.register
def _(distribution: Normal, random: NDArray[np.uint64]) -> Array:
    return distribution.mean + distribution.deviation * normal(random)


@draw.register
def _(_distribution: Unit, random: NDArray[np.uint64]) -> Array:
    return to_unit(random)


def with_setting(distribution: Distribution, setting: Mapping[str, float] | float) -> Distribution:
    """The distribution as the profile sets it."""
    if isinstance(distribution, Weighted) and isinstance(setting, Mapping):
        return Weighted({word: setting.get(word, 0) for word in distribution.weights})
    if isinstance(distribution, Chance) and not isinstance(setting, Mapping):
        return Chance(setting)
    raise TypeError(f"{type(distribution).__name__} takes no {setting!r}")
