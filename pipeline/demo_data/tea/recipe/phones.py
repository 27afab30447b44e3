"""Phone numbers: one space of Kenyan mobile numbers for the whole dataset, each given out once."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from demo_data.recipes import Array, Noise, digits, texts
from demo_data.tea.kenya.phones import prefixes

SHARE = 1_000_000
"""Numbers kept for factories, and as many for the clerks of collection points; farmers have the rest."""

_STRIDE = 618_033
"""Steps through a prefix's million numbers; it shares no factor with a million, so no number comes twice."""


def capacity() -> int:
    """How many farmers can have a number."""
    return int(_plan()[-1][-1]) - 2 * SHARE


def phone_numbers(rank: Array, noise: Noise) -> pa.Array:
    """E.164 numbers, a different one for every rank: farmers count from 0, factories and points from `reserved`."""
    codes, sizes, borders = _plan()
    place = noise.world.permute("phone", rank, int(borders[-1]))
    which = np.searchsorted(borders, place, side="right")
    subscriber = (place - (borders - sizes)[which]) * _STRIDE % 1_000_000
    return texts(len(rank), "+254", digits(codes[which] * 1_000_000 + subscriber, 9))


def reserved(rows: Array, share: int) -> Array:
    """The ranks of factories (share 1) and of collection points (share 2)."""
    return capacity() + (share - 1) * SHARE + rows


@cache
def _plan() -> tuple[Array, Array, Array]:
    """Of each prefix: its digits, how many numbers of it are drawn from, and how many up to its last one."""
    sizes = np.array([prefix.weight * 1000 for prefix in prefixes()])
    return np.array([prefix.prefix for prefix in prefixes()]), sizes, np.cumsum(sizes)
