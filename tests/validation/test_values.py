"""Values that are of their type and no values all the same: told once, by the same rule in JSON and in Parquet."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.models import Farmer
from demo_data.schema.arrow import arrow_schema
from demo_data.validation import validate
from demo_data.validation.report import Finding
from tests.validation.damaged import put


@pytest.fixture
def pair(demo_dir: Path, tmp_path: Path) -> Path:
    """Farmers and regions as somebody else has them."""
    for table in ("farmers", "regions"):
        shutil.copy(demo_dir / "json" / f"{table}.json", tmp_path)
    return tmp_path


def found_in(pair: Path, form: str, path: str, value: Any) -> list[Finding]:
    """What is told of the first farmer with this value, of which no rule is a warning."""
    records = json.loads((pair / "farmers.json").read_text(encoding="utf-8"))
    if form == "json":
        put(records[0], path, value)
        (pair / "farmers.json").write_text(json.dumps(records), encoding="utf-8")
    else:
        for record in records:
            for name in ("registration_date", "created_at", "updated_at"):
                record[name] = datetime.fromisoformat(record[name])
        put(records[0], path, value)
        (pair / "farmers.json").unlink()
        pq.write_table(pa.Table.from_pylist(records, schema=arrow_schema(Farmer)), pair / "farmers.parquet")
    return [each for each in validate(pair).findings if each.severity == "error"]


VALUES: list[tuple[str, str, Any]] = [  # rule, field, value
    ("pattern", "id", ""),
    ("pattern", "id", " \t"),
    ("pattern", "id", "WM-0001\n"),
    ("pattern", "id", "W\0M"),
    ("pattern", "id", "x" * 10_000_000),
    ("pattern", "contact.phone", "+25471234567٣"),
    ("pattern", "contact.phone", "+254712345678\n"),
    ("pattern", "national_id", "١٢٣٤٥٦٧٨"),
    ("pattern", "grower_number", "GN-1234\uff15"),
    ("pattern", "contact.email", "a@b.ke\n"),
    ("pattern", "contact.address", "Box 1\0"),
    ("pattern", "first_name", "Jane\n"),
    ("length", "contact.address", "x" * 1_000_001),
]


@pytest.mark.parametrize("form", ["json", "parquet"])
@pytest.mark.parametrize(("rule", "field", "value"), VALUES, ids=range(len(VALUES)))
def test_a_text_that_is_none(rule: str, field: str, value: str, form: str, pair: Path) -> None:
    """It is an error in anybody's data."""
    found = found_in(pair, form, field, value)
    assert [(each.rule, each.record, each.field) for each in found] == [(rule, 0, field)]
    assert len(str(found[0])) < 500


@pytest.mark.parametrize("field", ["contact.address"])
def test_prose_may_have_line_breaks(field: str, pair: Path) -> None:
    """Addresses are of several lines."""
    assert found_in(pair, "json", field, "Box 1\n\tNyeri\r\n") == []


@pytest.mark.parametrize("value", ["2024-01-18T08:00:19", "2024-01-18T08:00:19.5Z", "20191106", "0", 1573024395])
def test_a_moment_that_is_none_in_json(value: Any, pair: Path) -> None:
    """It is told once, by its type, and no rule takes it for another moment."""
    found = found_in(pair, "json", "created_at", value)
    assert [(each.rule, each.record, each.field) for each in found] == [("type", 0, "created_at")]


def test_a_fraction_of_a_second_in_parquet(pair: Path) -> None:
    """What JSON has not, Parquet has not either: the JSON form would lose it."""
    found = found_in(pair, "parquet", "created_at", datetime(2024, 1, 18, 8, 0, 19, 1, tzinfo=UTC))
    assert [(each.rule, each.record, each.field) for each in found] == [("type", 0, "created_at")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("form", ["json", "parquet"])
@pytest.mark.parametrize("field", ["farm_size_hectares", "farm_location.latitude", "farm_location.altitude_meters"])
def test_a_number_that_is_not_finite_is_told_once(field: str, form: str, value: float, pair: Path) -> None:
    """As no JSON, or as out of bounds; whatever bounds the field has."""
    found = found_in(pair, form, field, value)
    rule = "readable" if form == "json" else "bounds"
    assert [(each.rule, each.record, each.field) for each in found] == [(rule, 0, field)]


@pytest.mark.parametrize("field", ["farm_size_hectares", "farm_location.altitude_meters"])
def test_a_number_that_is_too_large_for_a_float_is_told_once(field: str, pair: Path) -> None:
    """JSON may write it; a float cannot hold it."""
    found_in(pair, "json", field, 123456.75)
    text = (pair / "farmers.json").read_text(encoding="utf-8")
    (pair / "farmers.json").write_text(text.replace("123456.75", "1e999"), encoding="utf-8")
    found = [each for each in validate(pair).findings if each.severity == "error"]
    assert [(each.record, each.field) for each in found] == [(0, field)]
