"""Values that must be unique, by arithmetic: a bijection of 0..size-1.

Xor-shifts and multiplications by odd numbers permute the next power of two; a value outside the range walks on
along its cycle until it lies inside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes.columns import Array

_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def permute(rows: Array, size: int, key: int) -> NDArray[np.int64]:
    """A different number below `size` for every row below `size`, in an order that `key` decides.

    Raises `ValueError` where a row is not below `size`.
    """
    if len(rows) and int(rows.max()) >= size:
        raise ValueError(f"row {int(rows.max())} does not fit a space of {size}")
    width = max(2, (size - 1).bit_length())
    values = _rounds(rows.astype(np.uint64), width, key)
    outside = np.flatnonzero(values >= np.uint64(size))
    while len(outside):
        again = _rounds(values[outside], width, key)
        values[outside] = again
        outside = outside[again >= np.uint64(size)]
    return values.astype(np.int64)


def _rounds(x: NDArray[np.uint64], width: int, key: int) -> NDArray[np.uint64]:
    mask = np.uint64((1 << width) - 1)
    half = np.uint64((width + 1) // 2)
    x = x.copy()
    for turn, odd in enumerate(_ODD):
        x ^= np.uint64((key >> (turn * 16)) & int(mask))
        x *= np.uint64(odd)
        x &= mask
        x ^= x >> half
    return x
