"""Tables in JSON, and the JSON form beside Parquet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.validation import validate
from tests.validation.damaged import put

Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def seed(demo_dir: Path, tmp_path: Path) -> Path:
    """A directory of JSON files only, with the recipe."""
    target = tmp_path / "seed"
    shutil.copytree(demo_dir / "json", target)
    shutil.copy(demo_dir / "recipe.json", target)
    return target


def edit(path: Path, change: Edit) -> None:
    """Change the records of a JSON file."""
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def test_json_alone_passes_every_rule(seed: Path) -> None:
    """The JSON form says all that Parquet says."""
    report = validate(seed)
    assert report.ok, report.text()
    assert report.rows["farmers"] == 50


def test_json_in_its_own_folder_is_found(demo_dir: Path, tmp_path: Path) -> None:
    """`json/<table>.json` counts where there is no Parquet."""
    shutil.copytree(demo_dir / "json", tmp_path / "data" / "json")
    report = validate(tmp_path / "data", strict=True)
    assert report.ok, report.text()
    assert "scenario-tiers" in report.skipped


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("rule", "field", "value"),
    [
        ("required", "first_name", ...),
        ("required", "contact.phone", None),
        ("unknown-field", "shoe_size", 42),
        ("type", "farm_size_hectares", "7.5"),
        ("type", "registration_date", "yesterday"),
        ("type", "is_active", "yes"),
        ("bounds", "farm_size_hectares", -1),
        ("length", "national_id", ""),
        ("enum", "farm_scale", "huge"),
    ],
)
def test_strict_pydantic_reads_every_record(rule: str, field: str, value: Any, seed: Path) -> None:
    """A record at fault is told by rule and field, and keeps its key for the references to it."""

    def damage(records: list[dict[str, Any]]) -> None:
        if value is ...:
            del records[4][field]
        else:
            put(records[4], field, value)

    edit(seed / "farmers.json", damage)
    report = validate(seed)
    found = [each for each in report.findings if each.table == "farmers" and each.rule == rule]
    assert [(each.file, each.record, each.key, each.field) for each in found] == [("farmers.json", 4, "WM-0005", field)]
    assert report.results["foreign-key"].count == 0


def test_all_errors_of_all_records_are_collected(seed: Path) -> None:
    """Several in one record, and in many records."""

    def damage(records: list[dict[str, Any]]) -> None:
        for record in records[:20]:
            record["farm_size_hectares"] = "big"
            record["pref_lang"] = "xx"

    edit(seed / "farmers.json", damage)
    report = validate(seed)
    assert (report.results["type"].count, report.results["enum"].count) == (20, 20)


def test_model_rules_hold_in_json(seed: Path) -> None:
    """Thresholds that do not fall are an error of the nested record."""
    edit(seed / "factories.json", lambda records: put(records[0], "quality_thresholds.tier_1", 1.0))
    found = [each for each in validate(seed).findings if each.rule == "model-rule"]
    assert [(each.record, each.field) for each in found] == [(0, "quality_thresholds")]


def test_comments_and_database_ids_are_dropped(seed: Path) -> None:
    """`_id` and `_comment` are no fields of a record."""

    def comment(records: list[dict[str, Any]]) -> None:
        for record in records:
            record |= {"_id": record["id"], "_comment": "by hand"}

    edit(seed / "farmers.json", comment)
    assert validate(seed).ok


def test_open_dicts_may_hold_other_keys(seed: Path) -> None:
    """A document from elsewhere may miss any key of ours and have its own; only what it links to is checked."""

    def foreign(records: list[dict[str, Any]]) -> None:
        records.append(
            records[0]
            | {
                "document_id": "x-1",
                "extracted_fields": {"colour": "green", "bag_summary": {"grade": "reject"}},
                "linkage_fields": {"region_id": "nyeri-highland"},
            }
        )

    edit(seed / "documents.json", foreign)
    report = validate(seed)
    assert report.ok, report.text()


def test_known_keys_of_open_dicts_keep_their_types(seed: Path) -> None:
    """A count that is text, or more than was counted, is a fault."""

    def damage(records: list[dict[str, Any]]) -> None:
        counts = records[0]["extracted_fields"]["bag_summary"]["leaf_type_distribution"]
        counts[next(iter(counts))] = "many"
        counts = records[1]["extracted_fields"]["bag_summary"]["leaf_type_distribution"]
        counts[next(iter(counts))] = 10**30

    edit(seed / "documents.json", damage)
    found = [each for each in validate(seed).findings if each.rule == "type"]
    assert [each.record for each in found] == [0, 1]


def test_a_grading_model_may_have_other_attributes(seed: Path) -> None:
    """Rules on leaves read attributes, classes and rejections from the model."""

    def model(records: list[dict[str, Any]]) -> None:
        first = records[0]
        first["attributes"]["colour"] = {"num_classes": 2, "classes": ["green", "brown"]}
        first["grade_rules"]["conditional_reject"].append(
            {"if_attribute": "leaf_type", "if_value": "bud", "then_attribute": "colour", "reject_values": ["brown"]}
        )

    def colours(records: list[dict[str, Any]]) -> None:
        for record in records:
            fields = record["extracted_fields"]
            if fields["grading_model_id"] == "tbk_kenya_tea_v1":
                buds = fields["bag_summary"]["leaf_type_distribution"]["bud"]
                fields["leaf_analysis"]["colour"] = {"green": buds, "brown": 0}

    edit(seed / "grading_models.json", model)
    edit(seed / "documents.json", colours)
    (seed / "farmer_performance.json").unlink()
    report = validate(seed)
    assert report.ok, report.text()

    def brown(records: list[dict[str, Any]]) -> None:
        counts = records[0]["extracted_fields"]["leaf_analysis"]["colour"]
        counts["green"], counts["brown"] = counts["green"] - 1, 1

    edit(seed / "documents.json", brown)
    found = {(each.rule, each.record) for each in validate(seed).findings}
    assert found == {("percentages", 0)}


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("{}", "does not begin with '['"),
        ('[{"id": 1}', "cut off or damaged after record 0"),
        ('[{"id": ', "record 0 is cut off or damaged"),
        ("[] x", "goes on after"),
        ("[" * 100_000, "record 0 is damaged"),
        ("\udcff", "is not UTF-8 text"),
    ],
)
def test_unreadable_json_is_told_by_name(text: str, message: str, seed: Path) -> None:
    """No traceback, whatever the bytes."""
    (seed / "source_configs.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    found = [each for each in validate(seed).findings if each.rule == "readable"]
    assert [each.file for each in found] == ["source_configs.json"]
    assert message in found[0].message


def test_records_larger_than_a_chunk_are_read(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window on the file grows until a record is whole."""
    monkeypatch.setattr("demo_data.validation.jsontext.CHUNK", 7)
    assert validate(seed).ok


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("change", "record", "field"),
    [
        (lambda records: put(records[3], "contact.phone", "+254700000000"), 3, "contact.phone"),
        (lambda records: records[2].update(shoe_size=42), 2, "shoe_size"),
        (lambda records: records.pop(), None, None),
        (lambda records: records.append(records[0]), None, None),
        (lambda records: records.reverse(), 0, "id"),
    ],
)
def test_the_json_form_is_compared_with_parquet(
    change: Edit, record: int | None, field: str | None, demo_dir: Path, tmp_path: Path
) -> None:
    """Record by record, in order; Parquet is what is checked."""
    target = tmp_path / "both"
    shutil.copytree(demo_dir, target)
    edit(target / "json" / "farmers.json", change)
    report = validate(target)
    assert {result.rule for result in report.failed} == {"json-form"}
    first = next(report.findings)
    assert (first.file, first.record, first.field) == ("json/farmers.json", record, field)


def test_a_null_key_of_an_open_dict_is_no_json_form(demo_dir: Path, tmp_path: Path) -> None:
    """Keys that do not apply are absent from the JSON form, not null."""
    target = tmp_path / "both"
    shutil.copytree(demo_dir, target)

    def null(records: list[dict[str, Any]]) -> None:
        records[0]["historical"]["grade_distribution_30d"]["Grade Z"] = None

    edit(target / "json" / "farmer_performance.json", null)
    assert {result.rule for result in validate(target).failed} == {"json-form"}


def test_the_json_form_may_be_written_differently(demo_dir: Path, tmp_path: Path) -> None:
    """Spacing and the order of fields do not count, nor does a default that is left out."""
    target = tmp_path / "both"
    shutil.copytree(demo_dir, target)

    def rewrite(records: list[dict[str, Any]]) -> None:
        for number, record in enumerate(records):
            records[number] = dict(reversed(record.items()))
            if record["grower_number"] is None:
                del records[number]["grower_number"]

    edit(target / "json" / "farmers.json", rewrite)
    assert validate(target).ok
