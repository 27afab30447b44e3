"""Seeded choices for one fault: hashed bits, so that a fault's choices depend on nothing but seed, kind and round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from demo_data.common.hashed_bits import bits, positions, stream_key

Item = TypeVar("Item")


def rank(seed: int, kind: str) -> int:
    """The place of a kind in a random order that no other kind moves."""
    return int(stream_key(seed, "corrupt", kind))


class Draw:
    """The choices of one fault of a kind. Each choice takes the next stream."""

    def __init__(self, seed: int, kind: str, turn: int) -> None:
        self._seed, self._name = seed, f"{kind}/{turn}"
        self._count = 0

    def order(self, count: int) -> Iterator[int]:
        """The numbers from 0 to `count`, in a random order."""
        self._count += 1
        key = stream_key(self._seed, "corrupt", f"{self._name}/{self._count}")
        return (int(number) for number in np.argsort(bits(key, positions(np.arange(count))), kind="stable"))

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in a random order."""
        return [items[number] for number in self.order(len(items))]
