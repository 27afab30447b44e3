"""What may lie where a table is expected: things that are no files, no text, no JSON, no whole Parquet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.validation import UsageError, validate
from demo_data.validation.jsontext import LONGEST, json_records
from tests.running import called, environment
from tests.validation.damaged import Damaged

REGION = "kiambu-highland"


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


THINGS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "directory": (Path.mkdir, "is a directory, not a file"),
    "symlink loop": (loop, "cannot be read: Too many levels of symbolic links"),
    "broken symlink": (nowhere, "a symbolic link to nothing"),
    "pipe": (pipe, "is not a regular file"),
    "device": (endless, "is not a regular file"),
    "empty": (Path.touch, "is empty"),
    "zeros": (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_RDWR), 1 << 31), "is not an array of records"),
    "blanks": (lambda path: path.write_bytes(b" \n" * 5_000_000), "is empty"),
    "noise": (lambda path: path.write_bytes(bytes(range(256))), "is not UTF-8 text: invalid start byte near byte 128"),
    "noise after [": (lambda path: path.write_bytes(b"[\xc3\x28"), "is not UTF-8 text: invalid continuation byte"),
    "UTF-16": (lambda path: path.write_text("[]", encoding="utf-16"), "is not UTF-8 text"),
    "nested": (lambda path: path.write_bytes(b"[" * 100_000), "it is nested too deeply"),
    "nested objects": (lambda path: path.write_bytes(b'[{"a":' * 100_000), "it is nested too deeply"),
    "half": (lambda path: path.write_bytes(b'[{"id": "a"}, {"id": "b'), "record 1 is cut off or damaged"),
}


@pytest.mark.sample(5)
@pytest.mark.parametrize("table", ["prompts", "farmers"])
@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_in_a_files_place(thing: str, table: str, seed: Path) -> None:
    """It is one finding by name."""
    make, told = THINGS[thing]
    path = seed / f"{table}.json"
    path.unlink(missing_ok=True)
    make(path)
    found = [each for each in validate(seed).findings if each.rule == "readable"]
    assert [(each.file, each.table) for each in found] == [(f"{table}.json", table)]
    assert told in found[0].message


@pytest.mark.sample(2)
@pytest.mark.parametrize("thing", ["directory", "symlink loop", "pipe", "empty", "noise"])
def test_a_thing_in_a_parquet_files_place(thing: str, demo_dir: Path, tmp_path: Path) -> None:
    """It is one finding, and so is a directory without parts; a part that is none is told as well."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    path = target / "farmers.parquet"
    path.unlink()
    THINGS[thing][0](path)
    assert [(each.file, each.rule) for each in validate(target).findings] == [("farmers.parquet", "readable")]
    path.unlink() if not path.is_dir() else path.rmdir()
    path.mkdir()
    shutil.copy(demo_dir / "farmers.parquet", path / "part-00000.parquet")
    THINGS[thing][0](path / "part-00001.parquet")
    assert [(each.file, each.rule) for each in validate(target).findings] == [("farmers.parquet", "readable")]


def test_a_directory_that_is_a_symlink_loop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to check; the reason is given."""
    loop(tmp_path / "loop")
    with pytest.raises(UsageError, match="Too many levels of symbolic links"):
        validate(tmp_path / "loop")
    assert called(capsys, "validate", tmp_path / "loop")[0] == 2


def test_a_file_that_may_not_be_read(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission denied is a finding like any other."""
    whole = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "farmers.json":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    found = list(validate(seed).findings)
    assert [(each.file, each.message) for each in found] == [("farmers.json", "Permission denied")]


RECORDS: list[tuple[str, str, str, str | None]] = [  # text, rule, what is said, field
    ('{"id": "a", "id": "b"}', "duplicate-field", "2 times in one object; all but one value would be lost", "id"),
    ('{"contact": {"phone": "1", "phone": "1"}}', "duplicate-field", "stands 2 times", "contact.phone"),
    ('{"x": [{}, {"y": 1, "y": 2}]}', "duplicate-field", "stands 2 times", "x[1].y"),
    ('{"farm_size_hectares": NaN}', "readable", "NaN is not a JSON value", "farm_size_hectares"),
    ('{"farm_size_hectares": -Infinity}', "readable", "-Infinity is not a JSON value", "farm_size_hectares"),
    ('{"farm_size_hectares": 1e999}', "bounds", "less than or equal to 1000", "farm_size_hectares"),
    ('{"farm_size_hectares": ' + "9" * 5000 + "}", "readable", "an integer of 5,000 digits", "farm_size_hectares"),
    ('{"farm_size_hectares": ' + "9" * 3000 + "}", "bounds", "less than or equal to 1000", "farm_size_hectares"),
    (r'{"first_name": "\ud800"}', "readable", "is no sound JSON", None),
    ('{"first_name": ' + "[" * 300 + "]" * 300 + "}", "readable", "is no sound JSON: recursion limit", None),
    ("17", "type", "should be an object", None),
    ("null", "required", "should be an object", None),
    ('["id"]', "type", "should be an object", None),
]  # fmt: skip


@pytest.mark.sample(3)
@pytest.mark.parametrize(("text", "rule", "told", "field"), RECORDS, ids=range(len(RECORDS)))
def test_an_odd_record(text: str, rule: str, told: str, field: str | None, seed: Path) -> None:
    """It is told by number and field, and the records around it are checked."""
    path = seed / "farmers.json"
    own = json.loads(path.read_text(encoding="utf-8"))
    own[2]["pref_lang"] = "xx"
    rest = ",".join(json.dumps(each) for each in own[2:])
    path.write_text(f"[{json.dumps(own[0])},{text},{rest}]", encoding="utf-8")
    found = [each for each in validate(seed).findings if each.table == "farmers" and each.severity == "error"]
    first = [(each.record, each.rule, each.field) for each in found if told in each.message]
    assert (1, rule, field) in first
    assert (2, "enum") in {(each.record, each.rule) for each in found}


def test_a_byte_order_mark_is_no_fault(seed: Path) -> None:
    """Some editors write one."""
    path = seed / "farmers.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert validate(seed).ok


def test_a_record_without_end_is_not_held(tmp_path: Path) -> None:
    """A text that is never closed ends the reading after a bounded length."""
    path = tmp_path / "farmers.json"
    path.write_bytes(b'[{"id": "' + b"x" * (3 * LONGEST))
    with pytest.raises(ValueError, match="damaged or longer than 16 MB"):
        list(json_records(path))


_LIMITED = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-m", "demo_data", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.sample(1)
@pytest.mark.parametrize("kind", ["zeros", "blanks", "one text", "many records"])
def test_a_very_large_file_takes_bounded_memory(kind: str, tmp_path: Path) -> None:
    """A file of hundreds of megabytes, of 2 GB where it is sparse, is told in less than 600 MB."""
    path = tmp_path / "prompts.json"
    with path.open("wb") as file:
        if kind == "zeros":
            file.truncate(1 << 31)
        elif kind == "blanks":
            for _ in range(300):
                file.write(b" " * (1 << 20))
        elif kind == "one text":
            file.write(b'[{"id": "')
            for _ in range(300):
                file.write(b"x" * (1 << 20))
        else:
            file.write(b"[")
            for number in range(300):
                file.write(b'{"id": "%d", "text": "%s"},' % (number, b"x" * (1 << 20)))
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, "validate", str(tmp_path)],
        capture_output=True, text=True, env=environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "readable: 1 violation" in done.stdout
    assert int(done.stderr) < 600


def _rows(demo: Path) -> pa.Table:
    return pq.read_table(demo / "farmers.parquet")


PARQUET: dict[str, tuple[Callable[[pa.Table], pa.Table], str, str | None]] = {  # change, rule, field
    "no rows": (lambda table: table.slice(0, 0), "", None),
    "other type": (lambda table: table.set_column(0, "id", pa.array(range(len(table)))), "columns", "id"),
    "no columns": (lambda table: table.select([]), "columns", "id"),
    "flat for nested": (lambda table: _put(table, "contact", pa.array(["x"] * len(table))), "columns", "contact"),
    "list for nested": (lambda table: _put(table, "contact", pa.array([[1]] * len(table))), "columns", "contact"),
    "null type": (lambda table: _put(table, "contact", pa.nulls(len(table))), "required", "contact"),
    "twice": (lambda table: table.append_column("id", table["id"]), "readable", None),
    "year 50,000": (
        lambda table: _put(table, "created_at", pa.array([15 * 10**17] * len(table), pa.timestamp("us", tz="UTC"))),
        "bounds", "created_at",
    ),
    "finer than microseconds": (
        lambda table: _put(table, "created_at", pa.array([15 * 10**17 + 1] * len(table), pa.timestamp("ns"))),
        "type", "created_at",
    ),
    "no UTF-8": (
        lambda table: _put(table, "first_name", pa.Array.from_buffers(
            pa.string(), len(table),
            [None, pa.py_buffer(b"".join((2 * n).to_bytes(4, "little") for n in range(len(table) + 1))),
             pa.py_buffer(b"\xff\xfe" * len(table))],
        )),
        "readable", None,
    ),
}  # fmt: skip


def _put(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


@pytest.mark.sample(4)
@pytest.mark.parametrize("kind", PARQUET)
def test_odd_parquet(kind: str, demo_dir: Path, tmp_path: Path) -> None:
    """Columns of other types, missing, twice or of no sound values are told by name; no traceback."""
    change, rule, field = PARQUET[kind]
    target = Damaged(demo_dir).write(tmp_path / "bad")
    pq.write_table(change(_rows(demo_dir)), target / "farmers.parquet")
    report = validate(target)
    found = {(each.rule, each.field) for each in report.findings if each.table == "farmers"}
    assert ((rule, field) in found) == bool(rule), report.text()
    assert not report.ok
    assert report.rows.get("farmers", 0) == (0 if kind in ("no rows", "no columns", "no UTF-8", "twice") else 50)


def test_parts_with_different_columns(demo_dir: Path, tmp_path: Path) -> None:
    """A part that lacks a column, or has it in another type, is told; the rules that need it are skipped."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    rows = pl.read_parquet(target / "farmers.parquet")
    (target / "farmers.parquet").unlink()
    (target / "farmers.parquet").mkdir()
    rows[:20].write_parquet(target / "farmers.parquet" / "part-00000.parquet")
    rows[20:40].drop("farm_scale").write_parquet(target / "farmers.parquet" / "part-00001.parquet")
    rows[40:].with_columns(farm_size_hectares=pl.lit("1")).write_parquet(
        target / "farmers.parquet" / "part-00002.parquet"
    )
    report = validate(target)
    assert {(each.rule, each.field) for each in report.findings} == {
        ("columns", "farm_scale"), ("columns", "farm_size_hectares"),
    }  # fmt: skip
    assert report.rows["farmers"] == 50
