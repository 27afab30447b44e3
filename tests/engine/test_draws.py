from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.engine import draws
from demo_data.engine.cells import TableNoise
from demo_data.engine.draws import with_setting
from demo_data.recipes.distributions import Chance, Distribution, Normal, Uniform, Unit, Weighted

EVERY_NUMBER = np.arange(1 << 16, dtype=np.uint64) << np.uint64(48)
RANDOM = TableNoise(1, "farmers").bits("drawn", np.arange(200_000))


def draw(distribution: Distribution, random: np.ndarray[Any, np.dtype[np.uint64]]) -> Any:
    """A column of the kind that the distribution gives."""
    return draws.draw(distribution, random)


def test_weighted() -> None:
    """Words come by weight, as a dictionary column."""
    column = draw(Weighted({"a": 60, "b": 35, "c": 5}), EVERY_NUMBER)
    shares = Counter(column.words[code] for code in column.codes.tolist())

    assert dict(shares) == {"a": 39322, "b": 22937, "c": 3277}


@pytest.mark.parametrize("word", ["a", "b", "c"])
def test_weight_of_100(word: str) -> None:
    """A weight of 100 gives that word in every row."""
    column = draw(with_setting(Weighted({"a": 60, "b": 35, "c": 5}), {word: 100}), EVERY_NUMBER)

    assert {word} == {column.words[code] for code in set(column.codes.tolist())}


@pytest.mark.parametrize("percent", [0, 0.01, 5, 50, 95, 99.99, 100])
def test_chance(percent: float) -> None:
    """True in the percentage of all rows, to 1 in 65,536: never at 0, always at 100."""
    column = draw(Chance(percent), EVERY_NUMBER)

    assert round(percent / 100 * 65536) == column.sum()
    assert column.dtype == bool


@settings(deadline=None, max_examples=20)
@given(st.integers(-1000, 1000), st.integers(0, 3000), st.integers(0, 3))
def test_uniform(low: int, steps: int, decimals: int) -> None:
    """Every decimal from low to high comes, both ends included, and nothing between or beyond."""
    scale = 10**decimals
    column = draw(Uniform(low / scale, (low + steps) / scale, decimals), RANDOM)

    assert {(low + step) / scale for step in range(steps + 1)} == set(column.tolist())
    assert (decimals == 0) == (column.dtype.kind == "i")


def test_uniform_evenly() -> None:
    """Each value comes equally often, the ends too (within six deviations)."""
    counts = np.bincount(draw(Uniform(0, 9), RANDOM))

    assert np.abs(counts - len(RANDOM) / 10).max() < 6 * np.sqrt(len(RANDOM) * 0.09)


def test_uniform_ends() -> None:
    """The lowest bits give the low end, the highest the high one."""
    ends = np.array([0, 2**64 - 1], np.uint64)

    assert draw(Uniform(0.80, 0.99, 2), ends).tolist() == [0.80, 0.99]
    assert draw(Uniform(-3, 3), ends).tolist() == [-3, 3]


def test_normal() -> None:
    """Mean and deviation are those asked for, and nothing lies beyond 3.7 deviations."""
    column = draw(Normal(10, 2), RANDOM)

    assert column.mean() == pytest.approx(10, abs=0.03)
    assert column.std() == pytest.approx(2, abs=0.02)
    assert np.abs(column - 10).max() <= 7.4


def test_unit() -> None:
    """From 0 to 1, evenly."""
    column = draw(Unit(), RANDOM)

    assert 0 <= column.min() < 0.001
    assert 0.999 < column.max() < 1
    assert column.mean() == pytest.approx(0.5, abs=0.004)


def test_settings_take_the_place() -> None:
    """A profile's weights replace a distribution's own, in its order; words left out weigh nothing."""
    assert with_setting(Weighted({"a": 60, "b": 40}), {"b": 30, "a": 70}) == Weighted({"a": 70, "b": 30})
    made = with_setting(Weighted({"a": 60, "b": 40}), {"b": 100})
    assert isinstance(made, Weighted)
    assert list(made.weights.items()) == [("a", 0), ("b", 100)]
    assert with_setting(Chance(8), 20) == Chance(20)


@pytest.mark.parametrize(
    ("distribution", "setting"), [(Weighted({"a": 100}), 50), (Chance(8), {"a": 100}), (Unit(), 1)]
)
def test_settings_of_the_wrong_kind(distribution: Distribution, setting: object) -> None:
    """A setting that does not suit the distribution is an error."""
    with pytest.raises(TypeError):
        with_setting(distribution, setting)  # type: ignore[arg-type]


def test_unknown_distribution() -> None:
    """A distribution that nobody knows to draw from is an error that names it."""

    class Strange(Distribution):
        pass

    with pytest.raises(TypeError, match="Strange"):
        draw(Strange(), RANDOM)
