"""Stateless random bits: 64 for every (seed, table, stream, row).

The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014)
read at any position: a stream's key is 64 bits of BLAKE2b over (seed, table, stream), and row r gets the finaliser
of key + (r + 1) * golden gamma. These numbers are ours to keep stable for ever.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


@cache
def stream_key(seed: int, table: str, stream: str) -> np.uint64:
    """The key of one stream of random bits."""
    text = f"{seed}/{table}/{stream}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little"))


def positions(rows: NDArray[Any]) -> NDArray[np.uint64]:
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
