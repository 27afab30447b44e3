"""Validation finds every planted fault, by kind and record, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from demo_data.faults.run import UNDONE
from tests.faults.planting import due, found, planted

FEW_TO_MANY = (1, 7, 20, 50, 85, 160)
NOT_HERE = "the records lack what the fault would be planted in"
"""Why a kind is left out where records are not as the datasets' are: never of ours."""


def check(source: Path, tmp_path: Path, seed: int, defects: int) -> dict[str, Any]:
    """One faulty copy, and its ledger: recall and precision are 100 %."""
    ledger = planted(source, tmp_path / "bad", seed, defects)
    assert found(tmp_path / "bad") == due(ledger)
    assert len(ledger["defects"]) == defects or defects > 50
    assert NOT_HERE not in {each["reason"] for each in ledger["left_out"]}
    of_tables = [each["record"] is None for each in ledger["defects"]]
    assert of_tables == sorted(of_tables), "what comes after a fault of a whole table may undo it"
    return ledger


@pytest.mark.sample(6)
@pytest.mark.parametrize("seed", range(14))
def test_demo(seed: int, demo_dir: Path, tmp_path: Path) -> None:
    """From one fault to more than the kinds are."""
    check(demo_dir, tmp_path, seed, FEW_TO_MANY[seed % len(FEW_TO_MANY)])


@pytest.mark.sample(3)
@pytest.mark.parametrize("seed", range(6))
def test_minimal(seed: int, minimal_dir: Path, tmp_path: Path) -> None:
    """In a world of three farmers faults stand close together."""
    check(minimal_dir, tmp_path, seed, (5, 25, 60)[seed % 3])


@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", ["demo_large_dir", "crowd_dir", "year_dir"])
def test_other_shapes(shape: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """More regions, more farmers, more days, other ids, Parquet alone."""
    check(request.getfixturevalue(shape), tmp_path, seed, (50, 90, 200)[seed])


@pytest.mark.sample(1)
@pytest.mark.parametrize("seed", range(3))
def test_large_tables(seed: int, demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that are too large to be held are read by batches, and find the same."""
    monkeypatch.setattr("demo_data.validation.tables.SMALL", 10)
    monkeypatch.setattr("demo_data.validation.tables.BATCH", 100)
    check(demo_dir, tmp_path, 40 + seed, 60)


@pytest.mark.soak
@pytest.mark.parametrize("shape", ["minimal_dir", "demo_dir", "demo_large_dir", "crowd_dir", "year_dir"])
def test_many_seeds(shape: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A hundred seeds for each shape."""
    for seed in range(100, 200):
        check(request.getfixturevalue(shape), tmp_path, seed, 5 + seed * 7 % 150)


@pytest.mark.sample(1)
@pytest.mark.parametrize(("shape", "seed", "defects"), [("demo_large_dir", 101, 112), ("year_dir", 100, 105)])
def test_undone(shape: str, seed: int, defects: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Where one fault of a whole table undoes another, that one is left out, and others take its place."""
    ledger = check(request.getfixturevalue(shape), tmp_path, seed, defects)
    assert UNDONE in {each["reason"] for each in ledger["left_out"]}
    assert len(ledger["defects"]) == defects
