"""Lookup tables: what turns even noise into weighted choices and other shapes.

A quantile table holds 4096 mid-point quantiles rounded to 1e-6, so that no platform's libm shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes.columns import Array

TABLE_BITS = 16
_GROUP_BITS = 14
_SIZE = 4096
_SHIFT = np.uint64(52)


@cache
def choice_table(weights: tuple[float, ...], bits: int = TABLE_BITS) -> NDArray[np.int16]:
    """The option of each number below 2**bits; shares are exact to one part in so many."""
    edges = np.cumsum(np.array(weights, dtype=np.float64))
    borders = np.rint(edges / edges[-1] * 2**bits).astype(np.int64)
    return np.repeat(np.arange(len(weights), dtype=np.int16), np.diff(borders, prepend=0))


class Choices:
    """Several weighted choices, one per group: `pick(group, bits)` gives an option of each row's group.

    Options are numbered over all groups together: group g's options start at `first[g]`. Shares are exact to
    1 in 16,384.
    """

    def __init__(self, groups: Sequence[Sequence[float]]) -> None:
        sizes = [len(weights) for weights in groups]
        self.first = np.cumsum([0, *sizes[:-1]]).astype(np.int32)
        self._table = np.concatenate(
            [
                choice_table(tuple(weights), _GROUP_BITS) + start
                for weights, start in zip(groups, self.first, strict=True)
            ]
        ).astype(np.int32)

    def pick(self, group: Array, random: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The number of the option chosen in each row."""
        place = (random >> np.uint64(64 - _GROUP_BITS)).astype(np.int64) + (group.astype(np.int64) << _GROUP_BITS)
        chosen: NDArray[np.int32] = self._table[place]
        return chosen


def _normal() -> NDArray[np.float64]:
    inverse = NormalDist().inv_cdf
    half = np.array([inverse((i + 0.5) / _SIZE) for i in range(_SIZE // 2, _SIZE)])
    upper = half.round(6)
    return np.concatenate([-upper[::-1], upper])


_NORMAL = _normal()
_BETWEEN = (_NORMAL[1:] + _NORMAL[:-1]) / 2
_EXPONENTIAL = np.array([round(-math.log(1 - (i + 0.5) / _SIZE), 6) for i in range(_SIZE)])


def normal(random: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Standard normal values; the table ends at 3.7 standard deviations."""
    values: NDArray[np.float64] = _NORMAL[random >> _SHIFT]
    return values


def exponential(random: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Exponential values of mean 1; the table ends at 9."""
    values: NDArray[np.float64] = _EXPONENTIAL[random >> _SHIFT]
    return values


def quantile_number(values: Array) -> NDArray[np.int64]:
    """Which of the 4096 mid-point quantiles of a standard normal is nearest to each value, 0 for the lowest.

    It turns a sum of normal values into any other shape: that shape's table is read at these places.
    """
    return np.searchsorted(_BETWEEN, values).astype(np.int64)


def exponential_power(power: float) -> NDArray[np.float64]:
    """The quantiles of an exponential's power, scaled to a mean of 1 (a Weibull distribution), rounded to 1e-6."""
    return _of_mean_1([value**power for value in _EXPONENTIAL.tolist()])


def lognormal(deviation: float) -> NDArray[np.float64]:
    """The quantiles of a log-normal whose logarithm has this standard deviation, of mean 1, rounded to 1e-6."""
    return _of_mean_1([math.exp(deviation * value) for value in _NORMAL.tolist()])


def _of_mean_1(quantiles: Sequence[float]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = np.rint(np.array(quantiles) / math.fsum(quantiles) * len(quantiles) * 1e6) / 1e6
    return scaled


def normal_quantile(share: Array) -> NDArray[np.float64]:
    """The value that a standard normal stays below in `share` of all cases."""
    place = np.clip((share * _SIZE).astype(np.int64), 0, _SIZE - 1)
    values: NDArray[np.float64] = _NORMAL[place]
    return values
