"""The checks share no code with what writes datasets, so the names that both know stand twice: they are the same."""

from __future__ import annotations

from pipeline.checks import discover, names
from pipeline.corrupt.run import LEDGER
from pipeline.publish.names import MANIFEST, RECIPE, belongings


def test_known() -> None:
    """All that this program puts beside tables is known, and nothing else."""
    assert set(names.KNOWN) == {MANIFEST, LEDGER, *belongings([])}


def test_makers() -> None:
    """By these a dataset of this program's making is told."""
    assert set(discover.MAKERS) == {RECIPE, MANIFEST}
