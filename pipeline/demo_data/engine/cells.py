"""The noise of a table, as its recipe asks for it: bits, fractions, normal values, rankings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo_data.common.hashed_bits import bits, positions, stream_key
from demo_data.recipes.columns import Array
from demo_data.recipes.lookup import normal

_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


class TableNoise:
    """The noise of one table under one seed; see `demo_data.recipes.columns.Noise`."""

    def __init__(self, seed: int, table: str) -> None:
        self._seed = seed
        self._table = table

    def bits(self, stream: str, rows: Array) -> NDArray[np.uint64]:
        return self.at(stream, positions(rows))

    def at(self, stream: str, spread: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Bits at positions already computed."""
        return bits(stream_key(self._seed, self._table, stream), spread)

    def permute(self, stream: str, rows: Array, size: int) -> NDArray[np.int64]:
        return permute(rows, size, int(stream_key(self._seed, self._table, stream)))

    @property
    def world(self) -> TableNoise:
        return TableNoise(self._seed, "")

    def unit(self, stream: str, rows: Array) -> NDArray[np.float64]:
        return to_unit(self.bits(stream, rows))

    def normal(self, stream: str, rows: Array) -> NDArray[np.float64]:
        return normal(self.bits(stream, rows))


def to_unit(random: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The upper 53 bits as a fraction from 0 (included) to 1 (excluded); exact in every double."""
    return (random >> np.uint64(11)).astype(np.float64) * 2.0**-53


def permute(rows: Array, size: int, key: int) -> NDArray[np.int64]:
    """A different number below `size` for every row below `size`, in an order that `key` decides: a bijection.

    Xor-shifts and multiplications by odd numbers permute the next power of two; a value outside the range walks on
    along its cycle until it lies inside. Raises `ValueError` where a row is not below `size`.
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
