"""What husbandry does: factors on yield with mean 1, and who stands where among others.

Yields of smallholders differ by a factor of three and more between the best and the poorest tenth of the same factory,
mostly by fertiliser, plucking and pruning; catchments differ by some 20 per cent. Both sizes are estimates of ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from demo_data.recipes import Array, Coded, Noise, normal_quantile

_STANDARD = NormalDist()


OF_FARMS = 0.48, -1.9, 1.4
OF_CATCHMENTS = 0.24, -1.3, 1.3
"""How far yields differ: what the logarithm goes by with a standard normal score, and where that is cut."""


def factor(score: Array, sigma: float, low: float, high: float) -> Array:
    """exp(`sigma` x `score`) over its mean, where the scores are standard normal and cut at `low` and `high`.

    The mean of what is cut is known in closed form, so the factor's mean is 1; to six decimals, so that no libm shows.
    """
    return np.rint(np.exp(sigma * np.clip(score, low, high)) / _mean(sigma, low, high) * 1e6) / 1e6


def mean_square(sigma: float, low: float, high: float) -> float:
    """The mean of such a factor's square."""
    return round(_mean(2 * sigma, low, high) / _mean(sigma, low, high) ** 2, 6)


def _mean(sigma: float, low: float, high: float) -> float:
    """The mean of exp(`sigma` x score) where the scores are cut at `low` and `high`."""
    below, above = _STANDARD.cdf(low), 1 - _STANDARD.cdf(high)
    inside = math.exp(sigma * sigma / 2) * (_STANDARD.cdf(high - sigma) - _STANDARD.cdf(low - sigma))
    return round(below * math.exp(sigma * low) + inside + above * math.exp(sigma * high), 9)


def dealt_scores(stream: str, rows: Array, count: int, own: Array, noise: Noise) -> Array:
    """Standard normal scores that `count` rows have as evenly as scores can be: few factories are no bad lot.

    Rows beyond these have scores of their `own`.
    """
    rank = noise.permute(stream, np.minimum(rows, count - 1), count)
    return np.where(rows < count, normal_quantile((rank + 0.5) / count), own)


def standing(tier: Coded, place: Array, weights: Mapping[str, float]) -> Array:
    """Everybody's standing among all, as a standard normal score: by tier, best first, and by `place` (0 to 1) in it.

    The tiers have the shares `weights`, so the share that stands below somebody is known without the others.
    """
    shares = np.array(list(weights.values()), np.float64)
    shares /= shares.sum()
    worse = 1 - np.cumsum(shares)
    return normal_quantile(worse[tier.codes] + place * shares[tier.codes])
