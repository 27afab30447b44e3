"""Each rule holds on good data, and finds the fault that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.checks import validate
from pipeline.checks.coherence.rules import coherence_rules
from tests.checks.damaged import Damaged
from tests.checks.damages import DAMAGES, Damage


@pytest.fixture(scope="session")
def datasets(demo_dir: Path, demo_large_dir: Path, crowd_dir: Path) -> dict[str, Path]:
    """Good datasets by name."""
    return {"demo": demo_dir, "demo-large": demo_large_dir, "crowd": crowd_dir}


@pytest.mark.parametrize("name", ["minimal_dir", "demo_dir", "demo_large_dir", "crowd_dir"])
def test_good_data_breaks_no_rule(name: str, request: pytest.FixtureRequest) -> None:
    """A built dataset, its JSON form included, passes every rule."""
    report = validate(request.getfixturevalue(name))
    assert report.ok, report.text()


def test_every_rule_has_its_damage() -> None:
    """No coherence rule goes without a test that breaks it."""
    assert {rule.name for rule in coherence_rules()} == {damage.rule for damage in DAMAGES}


def test_every_rule_says_what_holds() -> None:
    """Reports and docs show a rule's statement: one or more full sentences."""
    assert [rule.name for rule in coherence_rules() if not rule.statement.endswith(".")] == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: f"{each.rule}-{each.plant.__name__}")
def test_a_planted_fault_is_found(damage: Damage, datasets: dict[str, Path], tmp_path: Path) -> None:
    """The rule names the record at fault, and no rule but its unavoidable companions speaks up."""
    data = Damaged(datasets[damage.dataset])
    table, record = damage.plant(data)
    report = validate(data.write(tmp_path / "bad"))
    failed = {result.rule for result in report.failed}
    assert damage.rule in failed, report.text()
    assert failed <= {damage.rule, *damage.also}, report.text()
    found = [each for each in report.findings if each.rule == damage.rule]
    assert table in {each.table for each in found}
    assert record is None or record in {each.record for each in found if each.table == table}, report.text()
