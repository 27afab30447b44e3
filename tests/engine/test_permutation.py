from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.engine.cells import TableNoise, permute

KEYS = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize("size", range(1, 131))
def test_small_sizes(size: int) -> None:
    """Every number below the size comes once, for sizes around powers of two and all others."""
    for key in (0, 1, 0x9E3779B97F4A7C15, 2**64 - 1):
        assert list(range(size)) == sorted(permute(np.arange(size), size, key).tolist())


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 20_000), KEYS)
def test_bijection(size: int, key: int) -> None:
    """A size and a key make a permutation."""
    found = permute(np.arange(size), size, key)

    assert np.array_equal(np.arange(size), np.sort(found))


@settings(deadline=None, max_examples=30)
@given(st.integers(2**20, 2**40), KEYS, st.lists(st.integers(0, 2**20 - 1), min_size=2, max_size=50, unique=True))
def test_large_sizes(size: int, key: int, rows: list[int]) -> None:
    """In a large space, different rows have different numbers below the size, each row alone as in company."""
    found = permute(np.array(rows), size, key)

    assert len(set(found.tolist())) == len(rows)
    assert 0 <= found.min() <= found.max() < size
    assert [int(number) for number in found] == [int(permute(np.array([row]), size, key)[0]) for row in rows]


@pytest.mark.parametrize("size", [1, 2, 50, 64, 30_000_000])
def test_row_beyond_the_space(size: int) -> None:
    """A row that is not below the size is an error that names both."""
    with pytest.raises(ValueError, match=rf"{size + 3}.*{size}"):
        permute(np.array([0, size + 3]), size, 7)
    with pytest.raises(ValueError, match=str(size)):
        permute(np.array([size]), size, 7)


def test_rows_stay() -> None:
    """The rows that are passed in are not changed; none at all give none."""
    rows = np.arange(5)
    permute(rows, 5, 7)

    assert np.array_equal(np.arange(5), rows)
    assert len(permute(np.arange(0), 5, 7)) == 0


@pytest.mark.parametrize("size", [50, 64, 250])
def test_every_row_takes_every_place(size: int) -> None:
    """Over many keys, a row's places are spread evenly (chi-square within six deviations)."""
    turns = 200 * size // 10
    ranks = np.stack([TableNoise(seed, "farmers").permute("scenario", np.arange(size), size) for seed in range(turns)])
    expected = turns / size

    for row in (0, 1, size // 2, size - 1):
        counts = np.bincount(ranks[:, row], minlength=size)
        chi_square = ((counts - expected) ** 2 / expected).sum()
        assert abs(chi_square - (size - 1)) < 6 * np.sqrt(2 * (size - 1))


def test_neighbours_part() -> None:
    """Over many keys, the places of neighbouring rows do not correlate, within six deviations."""
    size, turns = 250, 2000
    ranks = np.stack([TableNoise(seed, "farmers").permute("scenario", np.arange(size), size) for seed in range(turns)])

    for row in (0, 7, 100, 248):
        assert abs(np.corrcoef(ranks[:, row], ranks[:, row + 1])[0, 1]) < 6 / np.sqrt(turns)


def test_streams_permute_apart() -> None:
    """Two streams put the same rows into different orders."""
    noise = TableNoise(1, "farmers")

    assert not np.array_equal(
        noise.permute("national_id", np.arange(100), 1000), noise.permute("phone", np.arange(100), 1000)
    )
