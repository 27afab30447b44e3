"""Directories: manifests and recipes that are believed or not, files that are damaged, keys that are no keys."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.compare import diff, fields
from tests.compare.edits import nullable, read, write


@pytest.fixture
def copy(demo_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_dir, tmp_path / "copy", ignore=shutil.ignore_patterns("json", "plots")))


@pytest.fixture
def no_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing values fails."""

    def compared(*_: object) -> None:
        raise AssertionError("compared")

    monkeypatch.setattr(fields, "compared", compared)


def resigned(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest."""
    told = json.loads((folder / "snapshot.json").read_text())
    change(told)
    (folder / "snapshot.json").write_text(json.dumps(told))


@pytest.mark.usefixtures("no_comparing")
def test_equal_at_once(demo_dir: Path, copy: Path) -> None:
    """Where both manifests tell the same and hold, nothing is compared."""
    found = diff(demo_dir, copy)

    assert found.equal
    assert {table.same for table in found.tables.values()} == {table.new_rows for table in found.tables.values()}
    assert found.notes == ()


def rewritten(folder: Path) -> None:
    path = folder / "farmers.parquet"
    found = pq.read_table(path)
    names = found["first_name"].to_pylist()
    pq.write_table(found.set_column(2, found.schema.field(2), pa.array(["Other", *names[1:]])), path)


def flipped(folder: Path) -> None:
    """The files stay as long as they were; the manifest's hash no longer holds."""
    found = (folder / "farmers.parquet").read_bytes()
    (folder / "farmers.parquet").write_bytes(found.replace(b"demo_data.profile", b"demo_data.eliforp"))


def added_part(folder: Path) -> None:
    shutil.move(folder / "farmers.parquet", folder / "part.parquet")
    (folder / "farmers.parquet").mkdir()
    shutil.move(folder / "part.parquet", folder / "farmers.parquet" / "part-0.parquet")


@pytest.mark.parametrize("change", [rewritten, flipped, added_part])
def test_a_manifest_that_does_not_hold(
    change: Callable[[Path], None], demo_dir: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table whose files are not those of its manifest is compared as it lies, and that is told."""
    calls: list[int] = []
    compared = fields.compared
    monkeypatch.setattr(fields, "compared", lambda *given: calls.append(1) or compared(*given))
    change(copy)
    found = diff(demo_dir, copy)

    assert len(calls) == 1
    assert found.tables["farmers"].changed == (change is rewritten)
    assert found.notes == (
        f"{copy}: the files of farmers are not those that snapshot.json lists; compared as they lie",
    )


@pytest.mark.parametrize("name", ["content", "schema"])
def test_manifests_that_differ(name: str, demo_dir: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is taken to be the same only where both content and schema are."""
    calls: list[int] = []
    compared = fields.compared
    monkeypatch.setattr(fields, "compared", lambda *given: calls.append(1) or compared(*given))

    def change(told: dict[str, Any]) -> None:
        told["tables"][6][name] = "0" * 64

    resigned(copy, change)

    assert diff(demo_dir, copy).equal
    assert len(calls) == 1


def test_without_manifests(demo_dir: Path, copy: Path) -> None:
    """Without manifest and recipe tables are compared all the same; nothing is known of where they come from."""
    (copy / "snapshot.json").unlink()
    (copy / "recipe.json").unlink()
    found = diff(demo_dir, copy)

    assert found.equal
    assert (found.old.profile, found.new.profile, found.new.identity, found.settings) == ("demo", None, None, ())


def test_settings(demo_dir: Path, other_dir: Path, copy: Path) -> None:
    """Settings that differ are told by dotted path; what is missing on one side is null; long lists by their length."""
    told = json.loads((copy / "recipe.json").read_text())
    told["seed"] = 7
    told["settings"]["farmers"]["grower"] = 50
    del told["settings"]["farmers"]["has_email"]
    told["settings"]["farmers"]["tall"] = True
    stories = told["scenarios"]["farmers"][0]["stories"]
    stories["top_performer"] = [*stories["top_performer"][1:], "WM-1", "WM-2"]
    (copy / "recipe.json").write_text(json.dumps(told))
    found = {each.path: (each.old, each.new) for each in diff(demo_dir, copy).settings}

    assert found == {
        "seed": (20260131, 7),
        "farmers.grower": (70, 50),
        "farmers.has_email": (12, None),
        "farmers.tall": (None, True),
        "scenarios.farmers[0].stories.top_performer": ("5 items", "6 items, 2 of them new"),
    }
    assert ("seed", 20260131, 2) in [(each.path, each.old, each.new) for each in diff(demo_dir, other_dir).settings]


def test_chosen_tables(demo_dir: Path, other_dir: Path) -> None:
    """Only the tables that are asked for are compared; one that is nowhere is told with its nearest."""
    assert list(diff(demo_dir, other_dir, tables=["farmers", "regions"]).tables) == ["regions", "farmers"]
    with pytest.raises(UsageError, match="neither side has a table 'farmer'; did you mean 'farmers'"):
        diff(demo_dir, other_dir, tables=["farmer"])


def test_progress(demo_dir: Path, other_dir: Path) -> None:
    """Who asks is told of every table that is compared, field by field, to the last."""
    told: list[tuple[str, int, int]] = []
    diff(demo_dir, other_dir, tables=["factories", "farmers"], progress=lambda *given: told.append(given))
    last = {table: (done, total) for table, done, total in told}

    assert list(last) == ["factories", "farmers"]
    assert all(done == total > 10 for done, total in last.values())
    assert told == sorted(told)


def test_no_dataset(demo_dir: Path, tmp_path: Path) -> None:
    """Directories that are not there, are none, or hold no table are told, both at once."""
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError) as caught:
        diff(tmp_path / "nowhere", tmp_path / "file")
    assert caught.value.messages == [
        f"{tmp_path}/nowhere: no such directory",
        f"{tmp_path}/file: is not a directory",
    ]
    with pytest.raises(UsageError, match="empty: no tables lie here"):
        diff(demo_dir, tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("snapshot.json", "{", "snapshot.json: not a whole manifest: not valid JSON"),
        ("snapshot.json", "[]", "snapshot.json: not a whole manifest: an object is expected"),
        ("snapshot.json", '{"tables": [{"table": "farmers"}]}', "snapshot.json: not a whole manifest"),
        ("snapshot.json", '{"tables": [1]}', "snapshot.json: not a whole manifest"),
        ("recipe.json", "\x00", "recipe.json: not valid JSON"),
        ("farmers.parquet", "PAR1", "farmers.parquet: not a whole Parquet file"),
    ],
)
def test_damaged_files(name: str, text: str, says: str, demo_dir: Path, copy: Path) -> None:
    """A file that cannot be read is told in a line, on whichever side it lies."""
    (copy / name).write_text(text)
    for sides in ((demo_dir, copy), (copy, demo_dir)):
        with pytest.raises(DataError, match=says) as caught:
            diff(*sides)
        assert len(caught.value.messages) == 1


def test_damaged_pages(demo_dir: Path, copy: Path) -> None:
    """Values that cannot be decoded are told with file and field."""
    found = bytearray((copy / "farmers.parquet").read_bytes())
    found[4:2000] = b"\xff" * 1996
    (copy / "farmers.parquet").write_bytes(found)

    with pytest.raises(DataError, match=r"farmers\.parquet: id cannot be read"):
        diff(demo_dir, copy)


def test_no_parts(demo_dir: Path, copy: Path) -> None:
    """A directory of parts without any part is told."""
    (copy / "farmers.parquet").unlink()
    (copy / "farmers.parquet").mkdir()

    with pytest.raises(DataError, match=r"farmers\.parquet: is a directory without any \.parquet file"):
        diff(demo_dir, copy)


def test_parts_that_do_not_fit(demo_dir: Path, tmp_path: Path) -> None:
    """Parts of one table with different columns are told."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path, "farmers", schema, records, parts=2)
    (part,) = (tmp_path / "farmers.parquet").glob("*1.parquet")
    pq.write_table(pq.read_table(part).drop_columns(["is_active"]), part)

    with pytest.raises(DataError, match=r"part-00001\.parquet: has other columns than part-00000\.parquet"):
        diff(demo_dir, tmp_path)


def test_two_columns_of_one_name(demo_dir: Path, tmp_path: Path) -> None:
    """Two columns of one name are told."""
    columns = [pa.array(["a"]), pa.array([1]), pa.array([2])]
    pq.write_table(pa.Table.from_arrays(columns, ["id", "n", "n"]), tmp_path / "farmers.parquet")

    with pytest.raises(DataError, match="has two columns called n"):
        diff(demo_dir, tmp_path, tables=["farmers"])


def test_keys_that_are_none(demo_dir: Path, copy: Path) -> None:
    """Keys that are null or stand more than once are told: how many, which, in every table, and nothing is compared."""
    for table, key in (("farmers", "id"), ("weather_observations", "date")):
        found = pq.read_table(copy / f"{table}.parquet")
        records = found.to_pylist()
        records[1][key] = None
        records[3] |= {name: records[4][name] for name in ("id", "region_id", "date") if name in records[3]}
        schema = pa.schema([nullable(field) for field in found.schema])
        write(copy, table, schema, records)
    with pytest.raises(DataError) as caught:
        diff(copy, demo_dir)
    weather, day = copy / "weather_observations.parquet", f"{records[4]['region_id']} {records[4]['date']}"
    assert caught.value.messages == [
        f"{weather}: 1 row without a key (region_id, date is null): rows cannot be told apart",
        f"{weather}: 1 key (region_id, date) stands more than once: {day}",
        f"{copy}/farmers.parquet: 1 row without a key (id is null): rows cannot be told apart",
        f"{copy}/farmers.parquet: 1 key (id) stands more than once: WM-0005",
    ]
    assert diff(copy, demo_dir, tables=["regions"]).equal
