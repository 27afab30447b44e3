"""One fault is one finding: where it is, what it breaks, what it says, and nothing that merely follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.schema.tree import tree
from demo_data.tea import DOMAIN
from demo_data.validation import Finding, validate
from demo_data.validation.report import KEPT, SHOWN
from tests.validation.damaged import Damaged, put

Edit = Callable[[list[dict[str, Any]]], None]

# A column of each table that many rules read, and one value that its class rejects.
WRONG: list[tuple[str, str, Any]] = [
    ("farmers", "farm_size_hectares", -1.0),
    ("farmers", "farm_scale", "huge"),
    ("farmers", "first_name", ""),
    ("farmers", "farm_location.latitude", 99.0),
    ("farmers", "pref_lang", "xx"),
    ("factories", "quality_thresholds.tier_2", 101.0),
    ("collection_points", "status", "closed"),
    ("collection_points", "operating_hours.weekdays", "always"),
    ("documents", "extraction.confidence", 2.0),
    ("farmer_performance", "farm_size_hectares", 0.0),
    ("farmer_performance", "historical.improvement_trend", "up"),
    ("farmer_performance", "historical.total_kg_30d", -1.0),
    ("weather_observations", "humidity_avg", 101.0),
    ("regions", "geography.radius_km", 0.0),
    ("regions", "geography.altitude_band.label", "alpine"),
]


def edit(path: Path, change: Edit) -> None:
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


@pytest.mark.sample(6)
@pytest.mark.parametrize(("table", "path", "value"), WRONG)
@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_fault_is_told_once(
    form: str, table: str, path: str, value: Any, demo_dir: Path, seed: Path, tmp_path: Path
) -> None:
    """A value that its class rejects is one finding in either form: no rule of coherence reads it."""
    if form == "json":
        edit(seed / f"{table}.json", lambda records: put(records[1], path, value))
        folder = seed
    else:
        data = Damaged(demo_dir)
        put(data[table][1], path, value)
        folder = data.write(tmp_path / "bad")
    found = [(each.table, each.record) for each in validate(folder, strict=True).findings]
    assert found == [(table, 1)]


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_a_value_of_a_wrong_type_is_told_once(table: str, seed: Path) -> None:
    """One in each field but keys, each in another record: a finding each, whatever rules read it, and no other."""
    nodes = [leaf.path for leaf in tree(DOMAIN.models[table]).leaves()]
    records = json.loads((seed / f"{table}.json").read_text(encoding="utf-8"))
    keys = {*DOMAIN.key_fields(table), "region_id"}
    nodes = [path for path in nodes if path not in keys and _there(records[0], path)]
    expected = []
    for number, path in enumerate(nodes):
        record = number % len(records)
        if _there(records[record], path):
            put(records[record], path, {"wrong": ["type"]})
            expected.append((record, path))
    (seed / f"{table}.json").write_text(json.dumps(records), encoding="utf-8")
    report = validate(seed, strict=True)
    found = {(each.record, (each.field or "").partition(".wrong")[0]) for each in report.findings}
    assert set(expected) == found
    assert not report.faulty


def _there(record: dict[str, Any], path: str) -> bool:
    for step in path.split("."):
        if not isinstance(record, dict) or record.get(step) is None:
            return False
        record = record[step]
    return True


def test_the_text_form(seed: Path) -> None:
    """File, record, key and field, then what is wrong; a dangling reference with the nearest key."""

    def farmers(records: list[dict[str, Any]]) -> None:
        del records[2]["contact"]["phone"]
        del records[3]["first_name"]

    edit(seed / "farmers.json", farmers)
    edit(seed / "factories.json", lambda records: put(records[0], "region_id", "nyeri-hihgland"))
    lines = [str(each) for each in validate(seed).findings if each.severity == "error"]
    assert lines == [
        "farmers.json[3] WM-0004 first_name: field required",
        "factories.json[0] KEN-FAC-001 region_id: 'nyeri-hihgland' is not in regions (nearest: nyeri-highland)",
    ]


def test_a_dangling_item_of_a_list(seed: Path) -> None:
    """It is named by its place; the nearest key is a field of the finding."""
    edit(seed / "collection_points.json", lambda records: put(records[0], "farmer_ids", ["WM-00001", "WM-0001"]))
    found = next(each for each in validate(seed).findings if each.rule == "foreign-key")
    assert (found.field, found.value, found.nearest) == ("farmer_ids[0]", "WM-00001", "WM-0001")


def test_the_nearest_of_very_many_keys(seed: Path) -> None:
    """A typo at either end of a key finds its key among thousands."""

    def many(records: list[dict[str, Any]]) -> None:
        farmer = records[0]
        records += [farmer | {"id": f"WM-{number:06}"} for number in range(5000)]

    edit(seed / "farmers.json", many)
    points = {"WM-0O4321": "WM-004321", "xM-004999": "WM-004999"}
    edit(seed / "collection_points.json", lambda records: put(records[0], "farmer_ids", list(points)))
    found = {each.value: each.nearest for each in validate(seed).findings if each.rule == "foreign-key"}
    assert points.items() <= found.items()


def test_a_record_at_fault_keeps_its_key(seed: Path) -> None:
    """References to it hold, its own dangle or not, and its copy is found."""

    def farmers(records: list[dict[str, Any]]) -> None:
        records[0]["farm_size_hectares"] = "big"
        records[0]["region_id"] = "nowhere"
        records.append(dict(records[0]))

    edit(seed / "farmers.json", farmers)
    found = [(each.record, each.rule) for each in validate(seed, strict=True).findings]
    assert sorted(found) == [
        (0, "foreign-key"), (0, "type"), (50, "foreign-key"), (50, "primary-key"), (50, "type"),
    ]  # fmt: skip


def test_references_to_a_table_that_cannot_be_read_are_not_judged(seed: Path) -> None:
    """One finding says that the file is damaged; it is not said to be missing, nor its keys."""
    (seed / "farmers.json").write_bytes(b"\x80\x81")
    report = validate(seed)
    assert [(each.file, each.rule) for each in report.findings] == [("farmers.json", "readable")]
    assert report.skipped["foreign-key documents.linkage_fields.farmer_id"] == "farmers cannot be read"


def test_equal_findings_fold(seed: Path) -> None:
    """People see a few examples and a count; machines have at most KEPT per rule; all are counted."""

    def many(records: list[dict[str, Any]]) -> None:
        record = records[0] | {"colour": "green"}
        records[:] = [record | {"document_id": f"D-{number}"} for number in range(KEPT + 500)]

    edit(seed / "documents.json", many)
    report = validate(seed)
    result = report.results["unknown-field"]
    assert (result.count, len(result.findings)) == (KEPT + 500, KEPT)
    lines = report.text().splitlines()
    start = lines.index(f"unknown-field: {KEPT + 500:,} violations")
    assert lines[start + SHOWN + 1] == f"  ... and {KEPT + 500 - SHOWN:,} more"


def test_a_finding_is_of_bounded_length(seed: Path) -> None:
    """A value, key or field of a megabyte is cut."""

    def grow(records: list[dict[str, Any]]) -> None:
        records[0]["region_id"] = "x" * 1_000_000
        records[1]["first_name"] = "y" * 1_000_000
        records[2]["z" * 1_000_000] = 1
        records[3]["contact"] = {"phone": ["p" * 1_000_000]}

    edit(seed / "farmers.json", grow)
    report = validate(seed)
    assert {0, 1, 2, 3} <= {each.record for each in report.findings if each.table == "farmers"}
    assert max(len(repr(each)) for each in report.findings) < 5000


def test_control_characters_are_not_printed(seed: Path) -> None:
    """A finding is one line, whatever the names in the file."""
    edit(seed / "farmers.json", lambda records: records[0].update({"a\r\n\x1b[31m\u202e": 1, "id": "b\nc"}))
    lines = [str(each) for each in validate(seed).findings if each.rule == "unknown-field"]
    assert lines == [r"farmers.json[0] b\nc a\r\n\u001b[31m\u202e: unknown field"]


def test_findings_say_how_grave_they_are() -> None:
    """An error, unless it is told otherwise."""
    assert Finding("f", None, None, None, None, "r", None, "m").severity == "error"


def test_braces_in_names_are_no_places(seed: Path) -> None:
    """A class of leaves whose name has braces is told like any other."""

    def rename(records: list[dict[str, Any]]) -> None:
        for record in records:
            counts = record["historical"]["attribute_distributions_30d"].setdefault("leaf_type", {})
            counts["{odd}"] = counts.pop("other", 0) + 1

    edit(seed / "farmer_performance.json", rename)
    report = validate(seed, strict=True)
    odd = [each.field for each in report.findings if each.field and each.field.endswith("{odd}")]
    assert odd
    assert not report.faulty
