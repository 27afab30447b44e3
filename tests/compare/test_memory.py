"""Memory: it grows with the number of rows, but hardly with what is in them."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from tests.journeys.test_memory import peak


def built(out: Path, seed: int, farmers: int) -> Path:
    build(load_profile("load-test", seed=seed, changes=[f"farmers.count={farmers}"]), out, json_form=False)
    return out


@pytest.mark.full
def test_memory(tmp_path: Path) -> None:
    """Where every row differs, more rows take less than half of what holding them would."""
    peaks, contents = [], []
    for farmers in (1000, 6000):
        sides = [built(tmp_path / f"{farmers}-{seed}", seed, farmers) for seed in (1, 2)]
        contents.append(sum(pq.read_table(side / "documents.parquet").nbytes for side in sides))
        peaks.append(peak("snapshot", "diff", *sides, "--table", "documents"))

    assert contents[1] > 150_000_000
    assert peaks[1] - peaks[0] < (contents[1] - contents[0]) / 2
    assert peaks[1] < 500_000_000


@pytest.mark.soak
def test_reordered(tmp_path: Path) -> None:
    """Four times the rows, all of them other ones and in another order, add less than 60 bytes each to the peak.

    What is held of each are places and, of one column at a time, numbers; texts and keys wait on disk.
    """
    peaks, rows = [], []
    for farmers in (20_000, 80_000):
        sides = [built(tmp_path / f"{farmers}-{seed}", seed, farmers) for seed in (1, 2)]
        rows.append(sum(pq.read_metadata(part).num_rows for part in (sides[0] / "documents.parquet").glob("*.parquet")))
        peaks.append(peak("snapshot", "diff", *sides, "--table", "documents"))

    assert rows[1] > 5_000_000
    assert peaks[1] - peaks[0] < 60 * (rows[1] - rows[0])
    assert peaks[1] < 1_000_000_000


@pytest.mark.soak
def test_load_test(tmp_path: Path) -> None:
    """Two load tests of other seeds are compared in less than 1 GB."""
    sides = [built(tmp_path / str(seed), seed, 20_000) for seed in (1, 2)]

    assert peak("snapshot", "diff", *sides) < 1_000_000_000
