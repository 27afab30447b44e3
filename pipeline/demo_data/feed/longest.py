"""The longest part of a sequence that is in order: what has moved is all else."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 65_536


def longest_in_order(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of some different numbers to leave so that these rise, and as many are left as can be.

    By patience sorting: `ends` has, by length, the least number that a rising part of that length ends with.
    """
    ends, places = array("q"), array("q")
    before = np.full(len(numbers), -1, np.int64)
    for place, number in enumerate(_one_by_one(numbers)):
        length = bisect_left(ends, number)
        if length:
            before[place] = places[length - 1]
        if length == len(ends):
            ends.append(number)
            places.append(place)
        else:
            ends[length], places[length] = number, place
    kept = np.zeros(len(numbers), dtype=bool)
    place = places[-1] if places else -1
    while place >= 0:
        kept[place] = True
        place = int(before[place])
    return kept


def _one_by_one(numbers: NDArray[Any]) -> Iterator[int]:
    """The numbers as Python's own, of which each takes some times the memory."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield from numbers[start : start + _AT_ONCE].tolist()
