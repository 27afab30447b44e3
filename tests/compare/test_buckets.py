"""Large tables are compared a bucket at a time, with the results of a comparison in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common import buckets
from demo_data.common.errors import DataError
from demo_data.compare import diff
from demo_data.compare.result import Difference
from demo_data.feed import between

ADDS = buckets.Buckets.add


@pytest.fixture(params=[100])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Buckets of so many rows, and batches that end elsewhere; the buckets that rows were put in."""
    used: list[int] = []

    def add(self: buckets.Buckets, frame: pl.DataFrame, bucket: pa.Array) -> None:
        used.extend(bucket.tolist())
        ADDS(self, frame, bucket)

    monkeypatch.setattr("demo_data.common.buckets.ROWS", request.param)
    monkeypatch.setattr("demo_data.compare.leaves.BATCH", 33)
    monkeypatch.setattr(buckets.Buckets, "add", add)
    return used


def mixed(source: Path, out: Path) -> Path:
    """The same tables in another order of rows, some of them left out."""
    out.mkdir()
    for path in sorted(source.glob("*.parquet")):
        frame = pl.from_arrow(pq.read_table(path))
        assert isinstance(frame, pl.DataFrame)
        places = pl.Series(range(frame.height)).sample(frame.height - frame.height // 5, shuffle=True, seed=1)
        pq.write_table(pq.read_table(path).take(places.to_arrow()), out / path.name)
    return out


def told(found: Difference) -> str:
    return repr((found.tables, found.notes))


@pytest.fixture(scope="module")
def sides(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str, str]:
    """Two sides, and what a comparison in memory, both ways, says of them."""
    other = mixed(demo_dir, tmp_path_factory.mktemp("mixed") / "other")
    return demo_dir, other, told(diff(demo_dir, other)), told(diff(other, demo_dir))


def test_the_same_is_told(sides: tuple[Path, Path, str, str], small: list[int]) -> None:
    """Reordered rows, rows of one side alone, values, distributions, examples: with buckets as without."""
    old, new, forth, back = sides
    assert "reordered=True" in forth
    assert told(diff(old, new)) == forth
    assert told(diff(new, old)) == back
    assert max(small) > 1


def test_events_are_the_same(sides: tuple[Path, Path, str, str], small: list[int]) -> None:
    """The index of a feed, whose keys are read where they are needed."""
    with pytest.MonkeyPatch.context() as whole:
        whole.setattr("demo_data.common.buckets.ROWS", 1 << 20)
        expected = between(*sides[:2]).index
    assert between(*sides[:2]).index.equals(expected)
    assert max(small) > 1


def test_keys_at_fault(tmp_path: Path, small: list[int]) -> None:
    """Null keys and keys that stand twice are counted over all buckets, and the first are named."""
    keys = [*(f"C{number:03}" for number in range(500)), *(f"C{number:03}" for number in range(40, 100)), None, None]
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table({"id": keys, "x": range(len(keys))}), tmp_path / name / "farmers.parquet")
    with pytest.raises(DataError) as error:
        diff(tmp_path / "old", tmp_path / "new")
    file = tmp_path / "old" / "farmers.parquet"
    assert error.value.messages[:2] == [
        f"{file}: 2 rows without a key (id is null): rows cannot be told apart",
        f"{file}: 60 keys (id) stand more than once: C040, C041, C042 and 57 others",
    ]
    assert len(error.value.messages) == 4
    assert max(small) > 1
