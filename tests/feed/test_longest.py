"""What has moved is as little as can be."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from demo_data.feed.longest import longest_in_order


def test_longest() -> None:
    """What is left is in order, and nothing longer is: against every choice, for every order of six."""
    for numbers in permutations(range(6)):
        kept = longest_in_order(np.array(numbers))
        left = [number for number, stays in zip(numbers, kept, strict=True) if stays]
        most = max(
            len(some) for count in range(1, 7) for some in combinations(numbers, count) if sorted(some) == list(some)
        )
        assert left == sorted(left)
        assert len(left) == most
    assert longest_in_order(np.array([], np.int64)).tolist() == []
