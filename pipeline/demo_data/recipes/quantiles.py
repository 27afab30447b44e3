"""Quantile tables: what turns even noise into other shapes.

Each holds 4096 mid-point quantiles rounded to 1e-6, so that no platform's libm shows.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes.columns import Array

_SIZE = 4096
_SHIFT = np.uint64(52)


def _normal() -> NDArray[np.float64]:
    inverse = NormalDist().inv_cdf
    half = np.array([inverse((i + 0.5) / _SIZE) for i in range(_SIZE // 2, _SIZE)])
    upper = half.round(6)
    return np.concatenate([-upper[::-1], upper])


_NORMAL = _normal()
_EXPONENTIAL = np.array([round(-math.log(1 - (i + 0.5) / _SIZE), 6) for i in range(_SIZE)])


def normal(random: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Standard normal values; the table ends at 3.7 standard deviations."""
    values: NDArray[np.float64] = _NORMAL[random >> _SHIFT]
    return values


def exponential(random: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Exponential values of mean 1; the table ends at 9."""
    values: NDArray[np.float64] = _EXPONENTIAL[random >> _SHIFT]
    return values


def normal_quantile(share: Array) -> NDArray[np.float64]:
    """The value that a standard normal stays below in `share` of all cases."""
    place = np.clip((share * _SIZE).astype(np.int64), 0, _SIZE - 1)
    values: NDArray[np.float64] = _NORMAL[place]
    return values
