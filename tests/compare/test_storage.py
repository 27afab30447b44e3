"""What is stored in another way although it means the same, and what is another value or another type all the same."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common.errors import DataError
from demo_data.compare import diff
from demo_data.compare.result import Table


def against(source: Path, folder: Path, name: str, values: pa.Array | None) -> Table:
    """The farmers compared with themselves, where one column is another, or left out."""
    rows = pq.read_table(source / "farmers.parquet")
    place = rows.schema.get_field_index(name)
    rows = rows.remove_column(place) if values is None else rows.set_column(place, name, values)
    pq.write_table(rows, folder / "farmers.parquet")
    return diff(source, folder, tables=["farmers"]).tables["farmers"]


def column(source: Path, name: str) -> pa.Array:
    return pq.read_table(source / "farmers.parquet")[name].combine_chunks()


def test_one_other_moment(minimal_dir: Path, tmp_path: Path) -> None:
    """Of a column in another unit and without a zone, the one other moment is told, and no type."""
    ticks = column(minimal_dir, "created_at").view(pa.int64()).to_pylist()
    ticks[1] += 1_000_000
    moments = pa.array([tick // 1000 for tick in ticks], pa.timestamp("ms"))
    found = against(minimal_dir, tmp_path, "created_at", moments)

    assert (found.changed, [field.path for field in found.fields], found.columns) == (1, ["created_at"], ())


def test_what_does_not_fit_is_another_type(minimal_dir: Path, tmp_path: Path) -> None:
    """Where one value would be lost in the class's type, both sides stay as they are, and the types are told."""
    sizes = column(minimal_dir, "created_at").view(pa.int64()).to_pylist()
    odd = pa.array([1000 * each + 1 for each in sizes], pa.timestamp("ns", "UTC"))
    found = against(minimal_dir, tmp_path, "created_at", odd)

    assert [(each.path, each.change) for each in found.columns] == [("created_at", "type")]
    assert found.changed == len(sizes)


def test_a_column_left_out(minimal_dir: Path, tmp_path: Path) -> None:
    """One that may be null is no difference while nothing was in it; what held values was removed."""
    rows = len(column(minimal_dir, "id"))
    (tmp_path / "null").mkdir()
    (tmp_path / "out").mkdir()
    against(minimal_dir, tmp_path / "null", "grower_number", pa.nulls(rows))
    against(minimal_dir, tmp_path / "out", "grower_number", None)

    assert diff(tmp_path / "null", tmp_path / "out").tables["farmers"].status == "same"
    found = diff(minimal_dir, tmp_path / "out", tables=["farmers"]).tables["farmers"]
    assert [(each.path, each.change) for each in found.columns] == [("grower_number", "removed")]


def test_a_null_that_is_forbidden(minimal_dir: Path, tmp_path: Path) -> None:
    """A column that may be null by its file alone is no difference, until a null is in it."""
    names = column(minimal_dir, "first_name").to_pylist()
    assert against(minimal_dir, tmp_path, "first_name", pa.array(names, pa.large_string())).status == "same"
    found = against(minimal_dir, tmp_path, "first_name", pa.array([None, *names[1:]]))

    assert (found.changed, [each.change for each in found.columns]) == (1, ["nullability"])


@pytest.mark.parametrize("kind", [pa.decimal256(50, 2), pa.list_(pa.int8(), 0), pa.timestamp("us", "No/Such")])
def test_types_that_polars_does_not_take(kind: pa.DataType, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Such a column is compared or named; no panic is printed."""
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
        pq.write_table(pa.table({"id": ["a"], "odd": pa.nulls(1, kind)}), tmp_path / side / "other.parquet")
    if pa.types.is_timestamp(kind):
        assert diff(tmp_path / "old", tmp_path / "new").tables["other"].status == "same"
    else:
        with pytest.raises(DataError, match="odd cannot be read: its type is"):
            diff(tmp_path / "old", tmp_path / "new")
    assert capfd.readouterr().err == ""


def test_a_moment_that_no_calendar_has(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It is told by its number, whatever its unit; no panic is printed."""
    for side, number in (("old", 2**52), ("new", 2**53)):
        (tmp_path / side).mkdir()
        moments = pa.array([number], pa.timestamp("ms"))
        pq.write_table(pa.table({"odd": moments}), tmp_path / side / "other.parquet")
    found = diff(tmp_path / "old", tmp_path / "new").tables["other"]

    assert [example.old for example in found.examples] == [f"{2**52} (no date)"]
    assert capfd.readouterr().err == ""
