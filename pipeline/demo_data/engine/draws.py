"""How each distribution becomes a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from demo_data.engine.cells import to_unit
from demo_data.recipes.columns import Coded, Column
from demo_data.recipes.distributions import Chance, Distribution, Normal, Uniform, Unit, Weighted
from demo_data.recipes.lookup import TABLE_BITS, choice_table, normal


def draw(distribution: Distribution, random: NDArray[np.uint64]) -> Column:
    """The column that `distribution` makes of 64 random bits per row."""
    match distribution:
        case Weighted(weights):
            table = choice_table(tuple(weights.values()))
            return Coded(table[random >> np.uint64(64 - TABLE_BITS)], tuple(weights))
        case Chance(percent):
            return (random >> np.uint64(64 - TABLE_BITS)) < np.uint64(round(percent / 100 * 2**TABLE_BITS))
        case Uniform(least, most, decimals):
            scale = 10**decimals
            low, high = round(least * scale), round(most * scale)
            steps = ((random >> np.uint64(32)) * np.uint64(high - low + 1)) >> np.uint64(32)
            whole = steps.astype(np.int64) + low
            return whole if decimals == 0 else whole / scale
        case Normal(mean, deviation):
            return mean + deviation * normal(random)
        case Unit():
            return to_unit(random)
    raise TypeError(f"no way to draw from {type(distribution).__name__}")


def with_setting(distribution: Distribution, setting: Mapping[str, float] | float) -> Distribution:
    """The distribution as the profile sets it."""
    if isinstance(distribution, Weighted) and isinstance(setting, Mapping):
        return Weighted({word: setting.get(word, 0) for word in distribution.weights})
    if isinstance(distribution, Chance) and not isinstance(setting, Mapping):
        return Chance(setting)
    raise TypeError(f"{type(distribution).__name__} takes no {setting!r}")
