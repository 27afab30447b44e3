"""Stateless cells: 64 bits for every (seed, table, stream, row).

The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014)
read at any position: a stream's key is 64 bits of BLAKE2b over (seed, table, stream), and row r gets the finaliser
of key + (r + 1) * golden gamma. These numbers are ours to keep stable for ever.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from demo_data.engine.permutation import shuffle
from demo_data.recipes.columns import Array
from demo_data.recipes.quantiles import normal

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


@cache
def stream_key(seed: int, table: str, stream: str) -> np.uint64:
    """The key of one stream of random bits."""
    text = f"{seed}/{table}/{stream}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))


def positions(rows: Array) -> NDArray[np.uint64]:
    """Where in any stream the rows lie; compute once per block, use for every stream."""
    spread = rows.astype(np.uint64)
    spread += np.uint64(1)
    spread *= GOLDEN
    return spread


def bits(key: np.uint64, spread: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 random bits for every position."""
    z = spread + key
    t = z >> _S30
    z ^= t
    z *= _MIX_1
    np.right_shift(z, _S27, out=t)
    z ^= t
    z *= _MIX_2
    np.right_shift(z, _S31, out=t)
    z ^= t
    return z


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

    def shuffle(self, stream: str, rows: Array, size: int) -> NDArray[np.int64]:
        return shuffle(rows, size, int(stream_key(self._seed, self._table, stream)))

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
