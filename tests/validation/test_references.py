"""Keys and foreign keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo_data.schema.tree import Reference, references
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from tests.validation.damaged import Damaged, at, put

KEYS = [each for model in DOMAIN.models.values() for each in references(model) if not each.key.if_present]


@pytest.mark.sample(5)
@pytest.mark.parametrize("reference", KEYS, ids=lambda each: f"{each.table}.{each.path}")
def test_a_dangling_reference_is_found(reference: Reference, demo_dir: Path, tmp_path: Path) -> None:
    """In fields, nested fields and lists; the message names the nearest key there is."""
    data = Damaged(demo_dir)
    row = next(n for n, each in enumerate(data[reference.table]) if at(each, reference.path))
    old = at(data[reference.table][row], reference.path)
    value = old[0] if reference.in_list else old
    put(data[reference.table][row], reference.path, [f"{value}x", *old[1:]] if reference.in_list else f"{value}x")
    report = validate(data.write(tmp_path / "bad"))
    field = reference.path + "[0]" * reference.in_list
    found = [each for each in report.findings if each.rule == "foreign-key" and each.table == reference.table]
    assert [(each.record, each.field, each.value) for each in found] == [(row, field, f"{value}x")]
    assert f"is not in {reference.key.table} (nearest: " in found[0].message


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_a_key_that_comes_again_is_found(table: str, demo_dir: Path, tmp_path: Path) -> None:
    """Composite keys too; the record that comes later is at fault."""
    data = Damaged(demo_dir)
    data[table].append(data[table][0])
    report = validate(data.write(tmp_path / "bad"))
    found = [each for each in report.findings if each.rule == "primary-key"]
    assert [(each.table, each.record) for each in found] == [(table, len(data[table]) - 1)]
    assert "is the key of record 0 already" in found[0].message


def test_a_missing_parent_table_is_told(demo_dir: Path, tmp_path: Path) -> None:
    """A reference to a table that is not there is one finding per column; rules that need the table are skipped."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    (target / "factories.parquet").unlink()
    report = validate(target)
    assert {result.rule for result in report.failed} == {"table-missing"}
    assert {(each.table, each.field) for each in report.findings} == {
        ("grading_models", "active_at_factory"),
        ("collection_points", "factory_id"),
        ("documents", "linkage_fields.factory_id"),
    }
    assert "point-region" in report.skipped


def test_agents_are_checked_where_their_table_is(demo_dir: Path, tmp_path: Path) -> None:
    """`ai_agent_id` names a record of `agent_configs` by its `agent_id`, if that table lies there."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    path = target / "agent_configs.json"
    path.write_text(json.dumps([{"id": "qc:1", "agent_id": "qc_event_extractor", "anything": {"else": 1}}]))
    assert validate(target).ok
    path.write_text(json.dumps([{"id": "qc:1", "agent_id": "qc_other"}]))
    report = validate(target)
    assert {(each.rule, each.table, each.value) for each in report.findings} == {
        ("foreign-key", "source_configs", "qc_event_extractor")
    }


def test_keys_of_tables_beside_are_checked(demo_dir: Path, tmp_path: Path) -> None:
    """Ids of `prompts` are there and unique; nothing else of them is looked at."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    (target / "prompts.json").write_text(json.dumps([{"id": "a"}, {"id": "a", "x": 1}, {"text": "no id"}]))
    report = validate(target)
    assert [(each.rule, each.record) for each in report.findings] == [("required", 2), ("primary-key", 1)]
