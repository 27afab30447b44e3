"""Where a large JSON table is cut, and what of it waits on disk, shows nowhere."""

from __future__ import annotations

import copy
import errno
import gc
import gzip
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from demo_data.common.errors import UsageError
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from demo_data.validation.discover import Source
from demo_data.validation.formats import FORMATS
from demo_data.validation.jsontable import arrow_schema_of, json_table, validated
from demo_data.validation.jsontext import json_records
from demo_data.validation.report import Report
from demo_data.validation.tables import polars
from tests.validation.mutants import damaged, mutated, written

MODULES = "demo_data.validation"
MADE_UP = re.compile(rf"[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}|{datetime.now(UTC).date()}[T ][0-9:.]+")
"""Keys and moments of records that do not state them."""

NO_RECORDS: list[Any] = [None, 7, "x", [], [1], {}]
FORMS = ("json", "jsonl", "json.gz")


@contextmanager
def cut(rows: int, text: int, held: int, chunk: int) -> Iterator[None]:
    """Frames of so many records or characters, of which so many bytes stay in memory; so many bytes are read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{MODULES}.jsontable._ROWS", rows)
        patch.setattr(f"{MODULES}.jsontable._TEXT", text)
        patch.setattr(f"{MODULES}.spool.HELD", held)
        patch.setattr(f"{MODULES}.jsontext.CHUNK", chunk)
        yield


@pytest.fixture(scope="module")
def demo(demo_dir: Path) -> dict[str, list[dict[str, Any]]]:
    """The first records of each table."""
    return {path.stem: json.loads(path.read_bytes())[:25] for path in sorted((demo_dir / "json").iterdir())}


def put(folder: Path, table: str, records: list[Any], random: Random) -> None:
    """A table with half of its records changed, in one of the forms; now and then its bytes are damaged, too."""
    records = [mutated(each, random) if random.random() < 0.5 else each for each in records]
    for _ in range(random.choice((0, 0, 3))):
        records.insert(random.randrange(1, len(records) + 1), random.choice(NO_RECORDS))
    form = random.choice(FORMS)
    if form == "jsonl":
        data = b"".join(json.dumps(each).encode() + random.choice((b"\n", b"\r\n", b"\n\n")) for each in records)
    else:
        data = written(records, random)
    data = random.choice((b"", b"", b"\xef\xbb\xbf")) + data
    data = damaged(data, random) if random.random() < 0.2 else data
    (folder / f"{table}.{form}").write_bytes(gzip.compress(data) if form == "json.gz" else data)


def told(folder: Path) -> list[str]:
    """The report in its forms, and the words of all findings that are kept, without what is made up at a reading."""
    report = validate(folder)
    texts = [FORMATS["text"](report), FORMATS["json"](report), repr([each.message for each in report.findings])]
    return [MADE_UP.sub("?", text) for text in [*texts, str(report.rows)]]


def check(seed: int, demo: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """The same is told whether tables are whole or in frames of any size."""
    random = Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for table in random.sample(sorted(demo), random.choice((1, 3, len(demo)))):
        put(folder, table, demo[table], random)
    with cut(10**6, 1 << 40, 1 << 40, 1 << 30):
        whole = told(folder)
    with cut(
        random.choice((1, 2, 7, 10**6)),
        random.choice((1, 500, 5000, 1 << 40)),
        random.choice((0, 1000, 20_000)),
        random.choice((1, 7, 1000, 1 << 20)),
    ):
        assert told(folder) == whole


@pytest.mark.parametrize("examples", [12, pytest.param(1500, marks=pytest.mark.soak)])
def test_the_same_is_told_however_tables_are_cut(examples: int, demo: Any, tmp_path: Path) -> None:
    """Arrays, lines and gzip, with changed records, damaged bytes, and what is no record."""
    settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < 100,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )(given(st.integers(0, 2**32))(lambda seed: check(seed, demo, tmp_path / "x")))()


def stated(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without what is made up at each reading."""
    moments = pl.col(pl.Datetime)
    texts = pl.col(pl.String).str.replace(MADE_UP.pattern, "?")
    return frame.with_columns(pl.when(moments.dt.date() < datetime.now(UTC).date()).then(moments), texts)


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_rows_are_those_of_one_frame(table: str, demo: Any, tmp_path: Path) -> None:
    """All columns, against a frame that Arrow makes of all records at once."""
    model, random, path = DOMAIN.models[table], Random(table), tmp_path / f"{table}.json"
    records = [mutated(each, random) if random.random() < 0.6 else each for each in demo[table]]
    path.write_text(json.dumps([*records[:9], 3, *records[9:]]))
    rows = {}
    for number, item in enumerate(json_records(path)):
        values = validated(item, number, path.name, model)[0]
        if values is not None:
            rows[number] = values
    schema = arrow_schema_of(list(rows.values()), model)
    expected = polars(pa.Table.from_pylist(list(rows.values()), schema=schema))
    with cut(2, 1 << 40, 0, 1 << 20):
        found = json_table(Source(path.name, (path,), parquet=False), model, Report(""))
        assert len(found.starts) >= len(rows) // 2
        frame = found.frame(*found.columns)
        assert_frame_equal(stated(frame), stated(expected.insert_column(0, pl.Series("row", list(rows), pl.UInt32))))
        assert pl.concat(batch.rows for batch in found.batches()).equals(frame)
        assert found.height == len(records) + 1


def test_keys_that_come_late_are_columns_of_all_rows(demo: Any, tmp_path: Path) -> None:
    """Open dicts of later frames hold keys of their own; so do earlier ones, which go to disk first."""
    records = copy.deepcopy(demo["documents"])
    first, last = (each["extracted_fields"] for each in (records[0], records[-1]))
    first["bag_summary"]["leaf_type_distribution"]["own"] = 1
    last["bag_summary"]["leaf_type_distribution"]["late"] = 2
    last["leaf_analysis"]["colour"] = {"green": 3}
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(records))
    with cut(1, 1 << 40, 0, 1 << 20):
        table = json_table(Source(path.name, (path,), parquet=False), DOMAIN.models["documents"], Report(""))
    bags = "bag_summary.leaf_type_distribution"
    keys = (f"{bags}.own", f"{bags}.late", "leaf_analysis.colour.green")
    found = table.frame(*(f"extracted_fields.{key}" for key in keys)).drop("row")
    nothing = [None] * (len(records) - 1)
    assert [column.to_list() for column in found] == [[1, *nothing], [*nothing, 2], [*nothing, 3]]


def handles() -> set[str]:
    """The files that this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_nothing_is_left_of_what_waited(demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no name while it is there, and is closed with the table."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = tmp_path / "data"
    data.mkdir()
    (data / "farmers.json").write_text(json.dumps(demo["farmers"]))
    with cut(1, 1, 0, 1 << 20):
        before = handles()
        table = json_table(
            Source("farmers.json", (data / "farmers.json",), parquet=False), DOMAIN.models["farmers"], Report("")
        )
        assert len(table.starts) == len(demo["farmers"])
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith("demo-data")] == []
        del table
        gc.collect()
        assert handles() <= before


def test_a_full_disk_is_told_as_such(demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the machine's fault and not the file's."""
    (tmp_path / "farmers.json").write_text(json.dumps(demo["farmers"]))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with cut(1, 1, 0, 1 << 20), pytest.raises(UsageError, match="temporary files cannot be written: No space left"):
        validate(tmp_path)


@pytest.mark.parametrize("end", ["]", ', {"id"'])
def test_keys_of_other_tables_come_once(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are held together, and though a later record cannot be read."""
    monkeypatch.setattr(f"{MODULES}.targets._TEXTS", 2)
    random = Random(end)
    names: list[Any] = random.choices(["a", "b", "c", "d", "e", "", None, 5], k=60)
    text = ", ".join(json.dumps({"id": name}) for name in names)
    (tmp_path / "agent_configs.json").write_text(f"[{text}{end}")
    usable = [name if isinstance(name, str) and name else None for name in names]
    again = [(number, usable.index(name)) for number, name in enumerate(usable) if name and usable.index(name) < number]
    assert [
        (each.record, each.key, each.message) for each in validate(tmp_path).findings if each.rule == "primary-key"
    ] == [(number, names[number], f"{names[number]!r} is the key of record {first} already") for number, first in again]
