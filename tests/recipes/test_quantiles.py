from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from demo_data.recipes.lookup import exponential, normal, normal_quantile

EVERY_CELL = np.arange(4096, dtype=np.uint64) << np.uint64(52)
MIDDLES = (np.arange(4096) + 0.5) / 4096


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


def test_only_the_upper_bits_count() -> None:
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
