"""The noise of a table, as its recipe asks for it: bits, fractions, normal values, rankings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo_data.common.hashed_bits import bits, positions, stream_key
from demo_data.engine.permutation import permute
from demo_data.recipes.columns import Array
from demo_data.recipes.quantiles import normal


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
