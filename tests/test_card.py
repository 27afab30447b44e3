"""`show` of one record, and how all that it and `explain` print fits the terminal."""

from __future__ import annotations

import json
import math
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.dataset import layout
from demo_data.dataset.lookup import columns_at, rows_where
from demo_data.domain import Domain
from demo_data.report.card import card as record_card
from demo_data.report.story import BLOCKS, TimeSeries, sparkline
from demo_data.schema.arrow import arrow_schema, nullable
from demo_data.schema.marks import ForeignKey, PrimaryKey
from demo_data.schema.record import Entity, Record
from demo_data.tea import DOMAIN
from tests.running import called, run


def records(folder: Path, table: str) -> list[Any]:
    found: list[Any] = json.loads((folder / "json" / f"{table}.json").read_text(encoding="utf-8"))
    return found


def card(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code, out, err = called(capsys, "show", *arguments, "--format", "json")

    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize("table", DOMAIN.models)
def test_record(table: str, demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A record of any table is found by its key, and is what the JSON form has."""
    record = records(demo_dir, table)[-1]
    key = [record[name] for name in DOMAIN.key_fields(table)]

    assert card(capsys, demo_dir, table, *key)["record"] == record


def test_farmer(demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What refers to a record is all that names it; its scenario is the recipe's, its story its deliveries."""
    found = card(capsys, demo_dir, "farmers", "WM-0014")
    deliveries = [each for each in records(demo_dir, "documents") if each["linkage_fields"]["farmer_id"] == "WM-0014"]
    points = [each["id"] for each in records(demo_dir, "collection_points") if "WM-0014" in each["farmer_ids"]]
    percents = [each["extracted_fields"]["bag_summary"]["primary_percentage"] for each in deliveries]
    by = {each["table"]: each for each in found["referred_to_by"]}

    assert {table: each["rows"] for table, each in by.items()} == {
        "collection_points": len(points),
        "documents": len(deliveries),
        "farmer_performance": 1,
    }
    assert by["collection_points"]["keys"] == points
    assert by["documents"]["keys"] == [each["document_id"] for each in (*deliveries[:3], deliveries[-1])]
    assert found["refers_to"] == [{"path": "region_id", "target": "regions", "values": [found["record"]["region_id"]]}]
    assert [each["scenario"] for each in found["scenarios"]] == ["improving_trend"]
    assert [value for _, value in found["story"][0]["points"]] == percents
    text = called(capsys, "show", demo_dir, "farmers", "WM-0014")[1]
    assert found["story"][0]["line"] in text
    assert f"{percents[0]:g} " in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["farmer", "WM-0014"], "no table is called 'farmer'; did you mean 'farmers'?"),
        (["farmers", "WM-14"], "no record of farmers has the key 'WM-14'; did you mean 'WM-0014'?"),
        (["farmers", "wm-0014"], "did you mean 'WM-0014'?"),
        (["documents", "DOC-WM-14-3"], "did you mean 'DOC-WM-0014-0003'?"),
        (["regions", "nyeri"], "did you mean 'nyeri-highland'?"),
        (["farmers"], "a record is named by id, such as `WM-0001`"),
        (["weather_observations", "nyeri-highland"], "a record is named by region_id, date, such as `"),
    ],
)
def test_unknown(arguments: list[str], told: str, demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown table or key is told in a line with the nearest name, with exit code 2."""
    code, out, err = called(capsys, "show", demo_dir, *arguments)

    assert (code, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_other_domain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A domain that tells no story has cards all the same."""
    toy = ("--domain", "tests.toy:DOMAIN")

    assert called(capsys, *toy, "build", "small", "--quiet", "--out", tmp_path / "set")[0] == 0
    code, out, _ = called(capsys, *toy, "show", tmp_path / "set", "customers", "C-1")
    assert code == 2
    key = records(tmp_path / "set", "customers")[0]["id"]
    code, out, _ = called(capsys, *toy, "show", tmp_path / "set", "customers", key, "--format", "json")
    found = json.loads(out)
    orders = [each for each in records(tmp_path / "set", "orders") if each["customer_id"] == key]
    assert (code, found["story"]) == (0, [])
    assert [each["rows"] for each in found["referred_to_by"]] == [len(orders)]


class Sku(Entity):
    """What is sold."""

    table: ClassVar[str] = "skus"

    id: Annotated[str, PrimaryKey()]


class Line(Record):
    """A line of a bill."""

    sku: Annotated[str, ForeignKey("skus")]
    instead: list[Annotated[str, ForeignKey("skus")]]


class Bill(Entity):
    """A bill of some lines."""

    table: ClassVar[str] = "bills"

    id: Annotated[str, PrimaryKey()]
    lines: list[Line]


class Shop(Domain):
    """A shop whose foreign keys stand within lists of records."""

    models: ClassVar[Any] = {"skus": Sku, "bills": Bill}


def test_within_lists_of_records(tmp_path: Path) -> None:
    """Foreign keys within lists of records are read both ways."""
    shop = Shop("tests.toy:DOMAIN", tables={"skus": "skus", "bills": "bills"}, title="a shop", notice="None such.")
    bills: list[dict[str, Any]] = [
        {"id": "b0", "lines": []},
        {"id": "b1", "lines": [{"sku": "pen", "instead": []}, {"sku": "ink", "instead": ["pen", "mug"]}]},
        {"id": "b2", "lines": [{"sku": "ink", "instead": ["mug"]}]},
    ]
    pq.write_table(pa.Table.from_pylist(bills, arrow_schema(Bill)), tmp_path / "bills.parquet")
    pq.write_table(pa.table({"id": ["pen", "ink", "mug"]}), tmp_path / "skus.parquet")
    by = {
        sku: {each["path"]: each["keys"] for each in record_card(tmp_path, shop, "skus", [sku])["referred_to_by"]}
        for sku in ("pen", "ink", "mug")
    }
    to = {each["path"]: each["values"] for each in record_card(tmp_path, shop, "bills", ["b1"])["refers_to"]}

    assert by == {
        "pen": {"lines[].sku": ["b1"], "lines[].instead": ["b1"]},
        "ink": {"lines[].sku": ["b1", "b2"]},
        "mug": {"lines[].instead": ["b1", "b2"]},
    }
    assert to == {"lines[].sku": ["pen", "ink"], "lines[].instead": ["pen", "mug"]}


def test_texts_as_views(tmp_path: Path) -> None:
    """Files of other programs may have texts as views: they are found, and read."""
    view = pa.string_view()
    kinds = [("id", view), ("of", pa.struct([("id", view)])), ("all", pa.list_(view))]
    rows = [{"id": name, "of": {"id": name * 2}, "all": ["x", name]} for name in "ab"]
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(kinds)), path := tmp_path / "a.parquet")
    assert pq.read_schema(path).field("id").type == view

    for wanted in ({"id": "b"}, {"of.id": "bb"}, {"all[]": "b"}):
        assert rows_where([path], wanted) == [(path, [1])]
    assert columns_at([(path, [1])], "id", "of.id", "all") == [{"id": "b", "of.id": "bb", "all": ["x", "b"]}]


@pytest.mark.parametrize("harm", [math.nan, math.inf, None])
def test_story_of_what_is_missing(
    harm: float | None, demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values that are none, and rows without a moment, are not drawn; where none is left, there is no series."""
    copy = tmp_path / "copy"
    shutil.copytree(demo_dir, copy)
    for part in layout.parts(copy, "documents"):
        rows = pq.read_table(part).to_pylist()
        for number, row in enumerate(rows):
            row["extracted_fields"]["bag_summary"]["primary_percentage"] = harm
            row["ingestion"]["received_at"] = row["ingestion"]["received_at"] if number % 2 else None
        schema = pa.schema([nullable(field) for field in pq.read_schema(part)])
        pq.write_table(pa.Table.from_pylist(rows, schema), part)
    (told,) = card(capsys, copy, "farmers", "WM-0014")["story"]
    before = card(capsys, demo_dir, "farmers", "WM-0014")["story"][1]

    assert told["title"] == "weight of deliveries"
    assert 0 < len(told["points"]) < len(before["points"])
    assert all(point in before["points"] for point in told["points"])
    assert called(capsys, "show", copy, "farmers", "WM-0014")[0] == 0


def test_row_groups_that_cannot_have_it_are_not_read(tmp_path: Path) -> None:
    """A file whose statistics say that a key is not in it is not read: damage there is not met."""
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for path, letter in zip(files, "ab", strict=True):
        pq.write_table(pa.table({"id": [f"{letter}{number}" for number in range(100)]}), path, compression="none")
    content = bytearray(files[1].read_bytes())
    place = content.index(b"b50")
    content[place - 200 : place] = bytes(200)
    files[1].write_bytes(content)

    assert rows_where(files, {"id": "a7"}) == [(files[0], [7])]
    assert rows_where(files[:1], {"id": "a1000"}) == []


def _moments(days: list[int]) -> list[datetime]:
    return [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days) for days in days]


@pytest.mark.parametrize(
    ("days", "values", "line"),
    [
        (list(range(8)), [0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([0, 1, 9, 10], [5, 5, 5, 5], "▄  ▄"),
        ([0, 10], [7, 1], "█▁"),
        ([0], [3], "▄"),
        ([], [], ""),
    ],
)
def test_sparkline(days: list[int], values: list[float], line: str) -> None:
    """Heights are values between the least and the greatest, from left to right in time, with gaps."""
    assert sparkline(TimeSeries("t", "u", _moments(days), values)) == line
    assert sparkline(TimeSeries("t", "u", [each.date() for each in _moments(days)], values)) == line


def printed(*arguments: object, columns: int | None) -> str:
    done = run(arguments, env={"COLUMNS": str(columns)} if columns else None)

    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("columns", [40, 47, 80, 120, 200])
def test_widths(
    columns: int, demo_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No line is longer than the terminal, none speaks to it, and every table keeps its name and its rows."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (["show", demo_dir], ["show", demo_dir, "farmers", "WM-0014"], ["explain", "kenya"]):
        code, out, _ = called(capsys, *arguments)

        assert code == 0
        assert max(map(len, out.splitlines())) <= columns
        assert "\x1b" not in out
        if "farmers" in arguments:
            drawn = [line for line in out.splitlines() if line.endswith(("%", " kg"))]
            assert [len(set(line) & set(BLOCKS)) > 2 and line[:5].count(" ") == 4 for line in drawn] == [True, True]
    out = called(capsys, "show", demo_dir)[1]
    assert all(any(line.split()[:2] == [table, f"{len(records(demo_dir, table)):,}"] for line in out.splitlines())
               for table in DOMAIN.models)  # fmt: skip
    assert ("region_id, date" in out) == (columns >= 80)
    assert ("  what" in out) == (columns >= 80)


def test_pipe(demo_dir: Path) -> None:
    """In a pipe nothing limits the lines."""
    assert "COLUMNS" not in os.environ
    assert printed("show", demo_dir, columns=None).splitlines()[-1] == DOMAIN.notice
    assert max(map(len, printed("show", demo_dir, columns=60).splitlines())) <= 60
