"""Rows and fields, against plain dictionaries and DuckDB."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo_data.compare import bump, diff
from demo_data.compare.result import Table
from demo_data.compare.values import plain
from tests.compare.edits import KEYS, Record, edited, expected, read, write
from tests.compare.sql import leaves, one, quoted


def compared(table: str, schema: pa.Schema, old: list[Record], new: list[Record], **options: Any) -> Table:
    with TemporaryDirectory() as folder:
        sides = [write(Path(folder) / name, table, schema, side) for name, side in (("old", old), ("new", new))]
        return diff(*sides, **options).tables[table]


@pytest.mark.sample(2)
@pytest.mark.parametrize("table", list(KEYS))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_edits(table: str, demo_dir: Path, data: st.DataObject) -> None:
    """Added, removed, changed and reordered rows, and those that each field changed in, are what dictionaries say."""
    schema, records = read(demo_dir, table)
    records = records[:20]
    new = data.draw(edited(table, schema, records))
    truth = expected(table, records, new)
    found = compared(table, schema, records, new, examples=4)

    assert found.added == len(truth["added"])
    assert found.removed == len(truth["removed"])
    assert (found.changed, found.same) == (truth["changed"], truth["same"])
    assert found.reordered == truth["reordered"]
    assert {field.path: field.rows for field in found.fields} == truth["fields"]
    assert [tuple(key.values()) for key in found.added_keys] == [tuple(map(plain, k)) for k in truth["added"][:4]]
    assert [tuple(key.values()) for key in found.removed_keys] == [tuple(map(plain, k)) for k in truth["removed"][:4]]
    assert found.status == (
        "changed" if any(truth[n] for n in ("added", "removed", "changed", "reordered")) else "same"
    )


@pytest.mark.sample(1)
@pytest.mark.parametrize("table", ["farmers", "grading_models", "weather_observations"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), examples=st.integers(0, 6))
def test_examples(table: str, demo_dir: Path, data: st.DataObject, examples: int) -> None:
    """Examples are values that changed, with both values, of as many fields as there may be, and no more than asked."""
    schema, records = read(demo_dir, table)
    records = records[:30]
    new = data.draw(edited(table, schema, records))
    values = {
        (tuple(map(plain, key)), path): tuple(
            "(record)" if value == "is there" else plain(value) for value in (old, now)
        )
        for (key, path), (old, now) in expected(table, records, new)["values"].items()
    }
    found = compared(table, schema, records, new, examples=examples).examples
    told = {(tuple(each.key.values()), each.field): (each.old, each.new) for each in found}

    assert len(told) == len(found) == min(examples, len(values))
    assert all(values[place] == pair for place, pair in told.items())
    assert len({each.field for each in found}) == min(examples, len({path for _, path in values}))


@pytest.mark.sample(2)
@pytest.mark.parametrize("table", list(KEYS))
def test_other_seed(table: str, demo_dir: Path, other_dir: Path) -> None:
    """Two seeds compared: DuckDB's joins count the same rows, per field too."""
    found = diff(demo_dir, other_dir, tables=[table]).tables[table]
    old, new = (f"'{folder / f'{table}.parquet'}'" for folder in (demo_dir, other_dir))
    keys = ", ".join(KEYS[table])
    paths = [leaf for leaf, _ in leaves(demo_dir / f"{table}.parquet")]
    differs = [f"count(*) filter (a.{quoted(path)} is distinct from b.{quoted(path)})" for path in paths]
    any_differs = " or ".join(f"a.{quoted(path)} is distinct from b.{quoted(path)}" for path in paths)
    columns = ", ".join(["count(*)", f"count(*) filter ({any_differs})", *differs])
    counts = one(f"select {columns} from {old} a join {new} b using ({keys})")
    only = [one(f"select count(*) from {a} anti join {b} using ({keys})")[0] for a, b in ((old, new), (new, old))]

    assert [found.removed, found.added] == only
    assert ((found.changed or 0) + (found.same or 0), found.changed) == counts[:2]
    by_path = {field.path: field.rows for field in found.fields}
    assert {path: by_path.get(path, 0) for path in paths} == dict(zip(paths, counts[2:], strict=True))
    assert not found.columns


def test_order_alone(demo_dir: Path, tmp_path: Path) -> None:
    """Rows in another order alone: the table is not the same, and no row changed."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "old", "farmers", schema, records)
    write(tmp_path / "new", "farmers", schema, records[::-1])
    found = diff(tmp_path / "old", tmp_path / "new")
    table = found.tables["farmers"]

    assert (table.status, table.reordered, table.added, table.removed, table.changed) == ("changed", True, 0, 0, 0)
    assert (found.equal, bump(found)) == (False, "minor")


def test_a_row_between(demo_dir: Path, tmp_path: Path) -> None:
    """Rows that come or go between others do not reorder those."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "old", "farmers", schema, records[:5] + records[6:])
    write(tmp_path / "new", "farmers", schema, records[1:])
    table = diff(tmp_path / "old", tmp_path / "new").tables["farmers"]

    assert (table.reordered, table.added, table.removed, table.changed) == (False, 1, 1, 0)


def test_parts(demo_dir: Path, tmp_path: Path) -> None:
    """One file or parts: the same table; and changes in one are found against the other."""
    schema, records = read(demo_dir, "documents")
    write(tmp_path / "one", "documents", schema, records)
    write(tmp_path / "many", "documents", schema, records, parts=3)
    changed = [each | {"created_at": None} if place % 100 == 7 else each for place, each in enumerate(records)]
    write(tmp_path / "changed", "documents", schema, changed, parts=4)

    assert diff(tmp_path / "one", tmp_path / "many").equal
    assert diff(tmp_path / "many", tmp_path / "one").equal
    table = diff(tmp_path / "one", tmp_path / "changed").tables["documents"]
    assert [(field.path, field.rows) for field in table.fields] == [("created_at", len(records[7::100]))]
    assert table.examples[0].key == {"document_id": records[7]["document_id"]}


def test_empty(demo_dir: Path, tmp_path: Path) -> None:
    """A table without rows is compared like any other."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "none", "farmers", schema, [])
    write(tmp_path / "some", "farmers", schema, records)

    assert diff(tmp_path / "none", tmp_path / "none").equal
    assert diff(tmp_path / "none", tmp_path / "some").tables["farmers"].added == len(records)
    assert diff(tmp_path / "some", tmp_path / "none").tables["farmers"].removed == len(records)


def test_no_known_key(demo_dir: Path, tmp_path: Path) -> None:
    """Rows of a table that no class describes are paired by their place, and that is told."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "old", "villages", schema, records)
    write(
        tmp_path / "new",
        "villages",
        schema,
        [*records[:3], records[3] | {"last_name": "Other"}, *records[4:], records[0]],
    )
    table = diff(tmp_path / "old", tmp_path / "new").tables["villages"]

    assert (table.added, table.removed, table.changed) == (1, 0, 1)
    assert [(each.key, each.field, each.new) for each in table.examples] == [({"row": 3}, "last_name", "Other")]
    assert table.notes == ("its primary key is not known: rows are paired by their place",)
