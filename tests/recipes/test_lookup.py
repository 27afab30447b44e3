from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.recipes.lookup import TABLE_BITS, Choices, choice_table, exponential, normal, normal_quantile

SIZE = 1 << TABLE_BITS
EVERY_NUMBER = np.arange(SIZE, dtype=np.uint64) << np.uint64(64 - TABLE_BITS)
WEIGHTS = st.lists(st.integers(0, 1000) | st.just(0), min_size=1, max_size=12).filter(any)
EVERY_CELL = np.arange(4096, dtype=np.uint64) << np.uint64(52)
MIDDLES = (np.arange(4096) + 0.5) / 4096


@settings(deadline=None, max_examples=50)
@given(WEIGHTS)
def test_shares_are_exact(weights: list[int]) -> None:
    """Each option's share of all numbers is its share of the weights, to 1 in 65,536; a weight of 0 is never chosen."""
    counts = np.bincount(choice_table(tuple(weights)), minlength=len(weights))

    assert counts.sum() == SIZE
    for weight, count in zip(weights, counts, strict=True):
        assert abs(weight / sum(weights) * SIZE - count) <= 1
        assert weight > 0 or count == 0


@pytest.mark.parametrize("weights", [(100,), (0, 100), (100, 0), (0, 100, 0), (0, 0, 100.0)])
def test_a_weight_of_100_is_all(weights: tuple[float, ...]) -> None:
    """A weight of 100 gives that option, whatever the bits."""
    assert {weights.index(100)} == set(choice_table(weights).tolist())


@pytest.mark.parametrize("weights", [(60, 35, 5), (30, 40, 25, 5), (33.3, 33.3, 33.4), (0.1,) * 10])
def test_weights_of_one_scale(weights: tuple[float, ...]) -> None:
    """Shares do not depend on what the weights sum to."""
    assert np.array_equal(choice_table(weights), choice_table(tuple(7 * weight for weight in weights)))


@settings(deadline=None, max_examples=25)
@given(st.lists(WEIGHTS, min_size=1, max_size=5))
def test_groups(groups: list[list[int]]) -> None:
    """Each row is given an option of its own group, with the group's shares to 1 in 16,384; none of weight 0."""
    choices = Choices(groups)
    ends = np.cumsum([len(weights) for weights in groups])

    assert [0, *ends[:-1]] == choices.first.tolist()
    for number, weights in enumerate(groups):
        chosen = choices.pick(np.full(SIZE, number), EVERY_NUMBER) - choices.first[number]
        counts = np.bincount(chosen, minlength=len(weights))
        assert len(counts) == len(weights)
        for weight, count in zip(weights, counts, strict=True):
            assert abs(weight / sum(weights) * SIZE - count) <= SIZE / 16_384
            assert weight > 0 or count == 0


def test_choices_take_the_upper_bits() -> None:
    """The lower 48 bits of a row's noise change nothing."""
    choices = Choices([[1, 2, 3]])
    group = np.zeros(SIZE, np.int64)

    assert np.array_equal(
        choices.pick(group, EVERY_NUMBER), choices.pick(group, EVERY_NUMBER | np.uint64(0xFFFFFFFFFFFF))
    )


def test_normal() -> None:
    """Normal values are the standard normal's mid-point quantiles, to 1e-6."""
    expected = [NormalDist().inv_cdf(share) for share in MIDDLES]

    assert np.allclose(expected, normal(EVERY_CELL), rtol=0, atol=6e-7)


def test_normal_is_symmetric() -> None:
    """The mean is 0 to the last bit, the deviation 1, and no value lies beyond 3.7."""
    values = normal(EVERY_CELL)

    assert np.array_equal(values, -values[::-1])
    assert values.std() == pytest.approx(1, abs=0.002)
    assert 3.6 < values.max() < 3.7


def test_exponential() -> None:
    """Exponential values are the mid-point quantiles of mean 1, to 1e-6."""
    values = exponential(EVERY_CELL)

    assert np.allclose([-math.log(1 - share) for share in MIDDLES], values, rtol=0, atol=6e-7)
    assert values.mean() == pytest.approx(1, abs=0.001)
    assert values.max() < 9.1


def test_rounded() -> None:
    """Quantiles are published numbers of six decimals, so no platform's libm shows."""
    for values in (normal(EVERY_CELL), exponential(EVERY_CELL)):
        assert np.array_equal(np.rint(values * 1e6) / 1e6, values)


def test_quantiles_take_the_upper_bits() -> None:
    """The lower 52 bits of a row's noise change nothing."""
    noisy = EVERY_CELL | np.uint64(2**52 - 1)

    assert np.array_equal(normal(EVERY_CELL), normal(noisy))
    assert np.array_equal(exponential(EVERY_CELL), exponential(noisy))


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5, 0.77, 0.99, 0.999])
def test_normal_quantile(share: float) -> None:
    """The quantile of a share is the standard normal's, within a cell of the table."""
    found = float(normal_quantile(np.array([share]))[0])

    assert NormalDist().cdf(found) == pytest.approx(share, abs=1 / 4096)


def test_normal_quantile_at_the_ends() -> None:
    """Shares of 0 and 1 give the table's ends."""
    ends = normal_quantile(np.array([0.0, 1.0]))

    assert ends.tolist() == [normal(EVERY_CELL).min(), normal(EVERY_CELL).max()]
