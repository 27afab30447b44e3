"""Phone numbers: one space of Kenyan mobile numbers for the whole dataset, each given out once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from demo_data.recipes import Array, Noise, digits, texts
from demo_data.tea.kenya.phones import prefixes

SHARE = 1_000_000
"""Numbers kept for factories, and as many for the clerks of collection points; farmers have the rest."""

_STRIDE = 618_033
"""Steps through a prefix's million numbers; it shares no factor with a million, so no number comes twice."""


def capacity() -> int:
    """How many farmers can have a number."""
    return int(_borders()[-1]) - 2 * SHARE


def phone_numbers(rank: Array, noise: Noise) -> pa.Array:
    """E.164 numbers, a different one for every rank: farmers count from 0, factories and points from `reserved`."""
    borders = _borders()
    place = noise.world.permute("phone", rank, int(borders[-1]))
    which = np.searchsorted(borders, place, side="right")
    within = place - (borders[which] - _sizes()[which])
    subscriber = within * _STRIDE % 1_000_000
    number = _codes()[which] * 1_000_000 + subscriber
    return texts(len(rank), "+254", digits(number, 9))


def reserved(rows: Array, share: int) -> Array:
    """The ranks of factories (share 1) and of collection points (share 2)."""
    return capacity() + (share - 1) * SHARE + rows


@cache
def _sizes() -> NDArray[np.int64]:
    return np.array([prefix.weight * 1000 for prefix in prefixes()])


@cache
def _codes() -> NDArray[np.int64]:
    return np.array([prefix.prefix for prefix in prefixes()])


@cache
def _borders() -> NDArray[np.int64]:
    return np.cumsum(_sizes())
