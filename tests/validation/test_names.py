"""The checks share no code with what writes datasets, so the names that both know stand twice: they are the same."""

from __future__ import annotations

from demo_data.dataset.layout import MANIFEST, RECIPE, belongings
from demo_data.faults.run import LEDGER
from demo_data.validation import discover, names


def test_known() -> None:
    """All that this program puts beside tables is known, and nothing else."""
    assert set(names.KNOWN) == {MANIFEST, LEDGER, *belongings([])}


def test_makers() -> None:
    """By these a dataset of this program's making is told."""
    assert set(discover.MAKERS) == {RECIPE, MANIFEST}
