"""Each rule holds on good data, and finds the fault that breaks it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.faults.planters import kinds
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from demo_data.validation.rules import rules_of
from tests.faults.planting import due, found, kinds_of, planted

SHAPES = ("demo_dir", "year_dir", "crowd_dir")
"""Datasets in which faults find room, in one or another."""

ROOM = {
    "capacity-intake": "country_dir",
    "crop-years": "years_dir",
    "delivery-season": "season_dir",
    "factory-capacity": "factory_dir",
    "factory-crop": "factory_dir",
    "nearest-point": "country_dir",
    "quality-altitude": "hillside_dir",
    "quality-factories": "country_dir",
    "yield-factories": "country_dir",
    "yield-farmers": "demo_large_dir",
}
"""Those in which faults find room that need more."""

RULES = {rule.name: rule for rule in rules_of(DOMAIN)}


@pytest.mark.parametrize("name", ["minimal_dir", "demo_dir", "demo_large_dir", "crowd_dir", "year_dir"])
def test_good_data_breaks_no_rule(name: str, request: pytest.FixtureRequest) -> None:
    """A built dataset, its JSON form included, passes every rule."""
    report = validate(request.getfixturevalue(name))
    assert report.ok, report.text()


def test_every_rule_has_its_fault() -> None:
    """No coherence rule goes without a test that breaks it."""
    assert set(kinds(DOMAIN)) >= set(RULES)


def test_every_rule_says_what_holds() -> None:
    """Reports and docs show a rule's statement: one or more full sentences."""
    assert [rule.name for rule in RULES.values() if not rule.statement.endswith(".")] == []


@pytest.mark.sample(8)
@pytest.mark.parametrize("kind", kinds(DOMAIN))
def test_a_planted_fault_is_found(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The rule names the record at fault, and no rule but its unavoidable companions speaks up; in JSON and Parquet."""
    for shape in (ROOM[kind],) if kind in ROOM else SHAPES:
        ledger = planted(request.getfixturevalue(shape), tmp_path / shape, 3, 1, kind)
        if ledger["defects"]:
            break
    assert kinds_of(ledger) == [kind]
    assert found(tmp_path / shape) == due(ledger)
    if kind in RULES:
        changed = {change["file"].partition(".")[0] for change in ledger["defects"][0]["changes"]}
        as_parquet(tmp_path / shape, request.getfixturevalue(shape), changed, tmp_path / "parquet")
        assert found(tmp_path / "parquet") == due(ledger)


def as_parquet(faulty: Path, sound: Path, changed: set[str], target: Path) -> None:
    """The faulty copy's JSON files as Parquet files; of tables that are not changed, those that it was made from."""
    target.mkdir()
    shutil.copy(faulty / "recipe.json", target)
    for table, model in DOMAIN.models.items():
        if table in changed:
            records = json.loads((faulty / f"{table}.json").read_text(encoding="utf-8"))
            rows = [model.model_validate(record).model_dump() for record in records]
            pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(model)), target / f"{table}.parquet")
        else:
            source = sound / f"{table}.parquet"  # of large tables a directory of parts
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target / source.name)
