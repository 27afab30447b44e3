"""What `sample(n)` leaves to `make test`, and that what it leaves out is in the whole suite."""

from __future__ import annotations

import pytest

from tests.tiers import spread

CASES = """
import pytest

@pytest.mark.sample(2)
@pytest.mark.parametrize("number", [*range(6), pytest.param(6, marks=pytest.mark.soak)])
def test_many(number): pass

@pytest.mark.parametrize("number", range(3))
def test_all(number): pass

@pytest.mark.full
def test_slow(): pass
"""
INI = "[pytest]\nmarkers =\n    full\n    soak\n    sample(n)\n"


@pytest.mark.parametrize(
    ("options", "run"), [(("-m", "not full and not soak"), 5), (("-m", "not soak"), 10), (("-m", "soak"), 1)], ids=str
)
def test_sample(options: tuple[str, ...], run: int, pytester: pytest.Pytester) -> None:
    """Two cases of the six that are no soak, all of another test's, and no slow one; all of them in the whole suite."""
    pytester.makeini(INI)
    pytester.makepyfile(CASES)
    pytester.inline_run("-p", "tests.tiers", "-p", "no:randomly", *options).assertoutcome(passed=run)


@pytest.mark.parametrize(("count", "chosen", "found"), [(6, 2, {0, 3}), (7, 3, {0, 2, 4}), (2, 5, {0, 1}), (9, 1, {0})])
def test_spread(count: int, chosen: int, found: set[int]) -> None:
    """Evenly, from the first on; never more than there are."""
    assert spread(count, chosen) == found
