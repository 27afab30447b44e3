"""The longest part of a sequence that is in order: what has moved is all else."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray


def longest_in_order(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of some different numbers to leave so that these rise, and as many are left as can be.

    By patience sorting: `ends` has, by length, the least number that a rising part of that length ends with.
    """
    ends: list[int] = []
    places: list[int] = []
    before = np.full(len(numbers), -1, np.int64)
    for place, number in enumerate(numbers.tolist()):
        length = bisect_left(ends, number)
        if length:
            before[place] = places[length - 1]
        ends[length : length + 1] = [number]
        places[length : length + 1] = [place]
    kept = np.zeros(len(numbers), dtype=bool)
    place = places[-1] if places else -1
    while place >= 0:
        kept[place] = True
        place = int(before[place])
    return kept
