"""A comparison as JSON, for machines: of one shape, and nothing is left out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from demo_data.compare import diff
from demo_data.compare.jsontext import as_object, json_text
from demo_data.compare.result import Difference, Setting
from tests.running import called

COUNT = {"type": ["integer", "null"], "minimum": 0}
NAME = {"type": ["string", "null"]}


def shape(**properties: Any) -> dict[str, Any]:
    """An object with just these keys."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


ORIGIN = shape(path={"type": "string"}, identity=NAME, profile=NAME, generator=NAME)
FIGURES = {"type": ["object", "null"], "required": ["count", "nulls"]}
SCHEMA = shape(
    format={"const": 1},
    equal={"type": "boolean"},
    bump={"enum": ["major", "minor", "none"]},
    old=ORIGIN,
    new=ORIGIN,
    settings=many(shape(path={"type": "string"}, old={}, new={})),
    notes=many({"type": "string"}),
    tables=many(
        shape(
            table={"type": "string"},
            status={"enum": ["added", "removed", "changed", "same"]},
            key=many({"type": "string"}),
            **dict.fromkeys(("old_rows", "new_rows", "added", "removed", "changed", "same"), COUNT),
            reordered={"type": "boolean"},
            columns=many(shape(path={"type": "string"}, change={"type": "string"}, old=NAME, new=NAME)),
            fields=many(shape(path={"type": "string"}, rows={"type": "integer", "minimum": 1})),
            examples=many(shape(key={"type": "object"}, field={"type": "string"}, old={}, new={})),
            added_keys=many({"type": "object"}),
            removed_keys=many({"type": "object"}),
            distributions=many(
                shape(
                    path={"type": "string"},
                    kind={"enum": ["number", "time", "shares", "list", "other"]},
                    score={"type": "number", "minimum": 0},
                    old=FIGURES,
                    new=FIGURES,
                )
            ),
            notes=many({"type": "string"}),
        )
    ),
)


def test_json(seeds: Difference, demo_dir: Path, edited_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON form has the keys that its docstring lists, and all of what was found."""
    validator = Draft202012Validator(SCHEMA)
    _, out, _ = called(capsys, "snapshot", "diff", demo_dir, edited_dir, "--format", "json")
    for told in (json.loads(out), json.loads(json_text(seeds))):
        validator.validate(told)
    tables = {table["table"]: table for table in json.loads(json_text(seeds))["tables"]}

    assert list(tables) == list(seeds.tables)
    for name, table in seeds.tables.items():
        assert [(field["path"], field["rows"]) for field in tables[name]["fields"]] == [
            (field.path, field.rows) for field in table.fields
        ]
    moment = next(each["old"] for each in tables["documents"]["examples"] if each["field"].endswith("stored_at"))
    assert re.fullmatch(r"2025-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)


def test_json_round_trip(seeds: Difference) -> None:
    """What is written as JSON is read as it was, odd settings too."""
    odd = replace(seeds, settings=(Setting("farmers.grower", float("nan"), [1, None]),))

    assert json.loads(json_text(odd)) == as_object(odd)
    assert as_object(odd)["settings"] == [{"path": "farmers.grower", "old": "nan", "new": [1, None]}]


def test_json_of_odd_values(tmp_path: Path) -> None:
    """NaN, infinities and bytes are text, so that any reader of JSON takes them."""
    columns: list[dict[str, Any]] = [
        {"id": ["a", "b"], "x": [float("nan"), 1.0], "y": [b"\x00", b"\x01"]},
        {"id": ["a", "b"], "x": [float("inf"), float("nan")], "y": [b"\xff", b"\x01"]},
    ]
    for name, each in zip(("old", "new"), columns, strict=True):
        (tmp_path / name).mkdir()
        pq.write_table(pa.table(each), tmp_path / name / "farmers.parquet")
    told = json.loads(json_text(diff(tmp_path / "old", tmp_path / "new")), parse_constant=pytest.fail)
    examples = {
        (each["key"]["id"], each["field"]): (each["old"], each["new"]) for each in told["tables"][0]["examples"]
    }

    assert examples == {("a", "x"): ("nan", "inf"), ("b", "x"): (1.0, "nan"), ("a", "y"): ("00", "ff")}
