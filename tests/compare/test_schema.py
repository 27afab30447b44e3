"""Columns that come, go or change."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.compare import bump, diff
from demo_data.compare.result import Column, Table
from demo_data.compare.schema import changes
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN

TEXT, NUMBER = pa.string(), pa.int64()
POINTS = pa.list_(pa.field("element", pa.struct([("x", pa.float64()), ("y", pa.float64())]), nullable=False))


def field(name: str, kind: pa.DataType, nullable: bool = True) -> pa.Schema:
    return pa.schema([pa.field("id", TEXT), pa.field(name, kind, nullable=nullable)])


def record(*names: str) -> pa.DataType:
    return pa.struct([pa.field(name, TEXT, nullable=False) for name in names])


CASES = {
    "added": (pa.schema([("id", TEXT)]), field("a", NUMBER), [Column("a", "added", None, "int64?")]),
    "removed": (field("a", NUMBER, nullable=False), pa.schema([("id", TEXT)]), [Column("a", "removed", "int64", None)]),
    "type": (field("a", NUMBER), field("a", pa.float64()), [Column("a", "type", "int64?", "double?")]),
    "nullability": (
        field("a", TEXT, nullable=False),
        field("a", TEXT),
        [Column("a", "nullability", "string", "string?")],
    ),
    "both": (field("a", NUMBER, nullable=False), field("a", TEXT), [Column("a", "type", "int64", "string?")]),
    "nested": (
        field("a", record("x", "y")),
        field("a", record("x", "z")),
        [Column("a.z", "added", None, "string"), Column("a.y", "removed", "string", None)],
    ),
    "a record that may be null": (
        field("a", record("x"), nullable=False),
        field("a", record("x")),
        [Column("a", "nullability", "record", "record?")],
    ),
    "a record added": (pa.schema([("id", TEXT)]), field("a", record("x")), [Column("a.x", "added", None, "string")]),
    "a record for text": (
        field("a", TEXT),
        field("a", record("x")),
        [Column("a", "type", "string?", "record?"), Column("a.x", "added", None, "string")],
    ),
    "a list added": (pa.schema([("id", TEXT)]), field("a", POINTS), [Column("a", "added", None, "list of record?")]),
    "in a list": (
        field("a", pa.list_(record("x"))),
        field("a", pa.list_(record("x", "y"))),
        [Column("a[].y", "added", None, "string")],
    ),
    "items": (
        field("a", pa.list_(pa.field("element", TEXT, nullable=False))),
        field("a", pa.list_(pa.field("item", TEXT))),
        [Column("a[]", "nullability", "string", "string?")],
    ),
    "layouts": (field("a", pa.list_(TEXT)), field("a", pa.large_list(pa.large_string())), []),
    "dictionaries": (field("a", TEXT), field("a", pa.dictionary(pa.int32(), TEXT)), []),
    "order": (pa.schema([("a", TEXT), ("b", TEXT)]), pa.schema([("b", TEXT), ("a", TEXT)]), []),
    "moments": (
        field("a", pa.timestamp("us", "UTC")),
        field("a", pa.timestamp("ms")),
        [Column("a", "type", "timestamp (UTC)?", "timestamp (ms, no zone)?")],
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_changes(case: str) -> None:
    """Each change of a column is told once, by its dotted path and with both types."""
    old, new, found = CASES[case]

    assert list(changes(old, new)) == found


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_no_change(table: str) -> None:
    """A class's own schema does not differ from itself."""
    schema = arrow_schema(DOMAIN.models[table])

    assert changes(schema, schema) == ()


def farmers(folder: Path, **columns: pa.Array) -> Path:
    folder.mkdir()
    pq.write_table(pa.table({"id": ["a", "b", "c"], **columns}), folder / "farmers.parquet")
    return folder


def of(tmp_path: Path, old: dict[str, pa.Array], new: dict[str, pa.Array]) -> Table:
    return diff(farmers(tmp_path / "old", **old), farmers(tmp_path / "new", **new)).tables["farmers"]


def test_a_column_added(tmp_path: Path) -> None:
    """A new column changes no row, makes the next version a major one, and its values are summed up."""
    farmers(tmp_path / "old")
    farmers(tmp_path / "new", age=pa.array([20, 30, None]))
    found = diff(tmp_path / "old", tmp_path / "new")
    table = found.tables["farmers"]
    (only,) = table.distributions

    assert (table.status, table.changed, table.same, bump(found)) == ("changed", 0, 3, "major")
    assert (only.path, only.old, only.new["mean"], only.new["nulls"]) == ("age", None, 25.0, 1)


def test_a_column_removed(tmp_path: Path) -> None:
    """A column that went changes no row either."""
    table = of(tmp_path, {"age": pa.array([1, 2, 3])}, {})

    assert (table.status, table.changed, table.fields) == ("changed", 0, ())


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        (pa.array([1, 2, None], pa.int32()), pa.array([1, 3, None], pa.int64()), 1),
        (pa.array([1, 2, None]), pa.array([1.0, 2.5, 0.0]), 2),
        (pa.array([1, 2, None]), pa.array(["1", "2", None]), 2),
        (pa.array(["x", "y", None]), pa.array(["x", "x", None]).dictionary_encode(), 1),
        (
            pa.array([["x"], ["y"], None]),
            pa.ListArray.from_arrays([0, 1, None, 2], pa.array(["x", "x"]).dictionary_encode()),
            1,
        ),
        (pa.array([[1], [2], None]), pa.array([[1.0], [], None]), 1),
        (pa.array([[1, 2], [2, 2], None]), pa.array([[1, 2], [2, 3], None], pa.list_(pa.int64(), 2)), 1),
        (pa.array([0, 1, None], pa.timestamp("ms")), pa.array([0, 1, None], pa.timestamp("us")), 1),
        (pa.array([0, 1, None], pa.timestamp("us", "UTC")), pa.array([0, 1, None], pa.timestamp("us")), 2),
        (pa.array([[{"x": 1, "y": 1}], [{"x": 2, "y": 1}], [None]]), pa.array([[{"x": 1}], [{"x": 3}], [None]]), 1),
        (pa.array([None, None, None]), pa.array([None, 5, None]), 1),
        (pa.array([True, False, None]), pa.array([1, 0, None]), 2),
    ],
)
def test_another_type(tmp_path: Path, old: pa.Array, new: pa.Array, rows: int) -> None:
    """Values of types that compare are compared; of those that do not, all differ but for nulls."""
    table = of(tmp_path, {"a": old}, {"a": new})

    assert [field.rows for field in table.fields] == [rows]
    assert table.changed == rows


def test_no_key_on_one_side(tmp_path: Path) -> None:
    """Where a field of the key is not on both sides, the schema is told and rows are not compared."""
    farmers(tmp_path / "new")
    (tmp_path / "old").mkdir()
    pq.write_table(pa.table({"number": [1, 2]}), tmp_path / "old" / "farmers.parquet")
    found = diff(tmp_path / "old", tmp_path / "new")
    table = found.tables["farmers"]

    assert (table.old_rows, table.new_rows, table.changed, table.added) == (2, 3, None, None)
    assert [column.change for column in table.columns] == ["added", "removed"]
    assert (bump(found), "rows were not compared" in table.notes[0]) == ("major", True)


def test_a_key_of_another_type(tmp_path: Path) -> None:
    """Keys of whole numbers pair whatever their width; a number and text do not."""
    for name, key in (("old", pa.array([1, 2], pa.int32())), ("new", pa.array([2, 3])), ("text", pa.array(["2", "3"]))):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table({"id": key}), tmp_path / name / "farmers.parquet")
    found = diff(tmp_path / "old", tmp_path / "new").tables["farmers"]

    assert (found.added, found.removed, found.same) == (1, 1, 1)
    assert diff(tmp_path / "old", tmp_path / "text").tables["farmers"].same is None


def test_tables_come_and_go(demo_dir: Path, tmp_path: Path) -> None:
    """A table on one side alone is told with its rows, and is a change of the schema."""
    farmers(tmp_path / "old")
    pq.write_table(pa.table({"id": ["x"]}), tmp_path / "old" / "regions.parquet")
    farmers(tmp_path / "new")
    pq.write_table(pa.table({"id": ["x", "y"]}), tmp_path / "new" / "factories.parquet")
    found = diff(tmp_path / "old", tmp_path / "new")

    assert {name: table.status for name, table in found.tables.items()} == {
        "regions": "removed",
        "factories": "added",
        "farmers": "same",
    }
    assert (found.tables["regions"].old_rows, found.tables["factories"].new_rows, bump(found)) == (1, 2, "major")
