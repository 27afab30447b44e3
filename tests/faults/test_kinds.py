"""Every rule that validation knows has a kind of fault, or a reason why not."""

from __future__ import annotations

import ast
from pathlib import Path

from demo_data import validation
from demo_data.domain import default_domain
from demo_data.faults.planters import NOT_PLANTED, Planter, kinds
from demo_data.validation import validate
from demo_data.validation.rules import rules_of


def rules(demo_dir: Path) -> set[str]:
    """The names of all rules: those a report on a whole dataset names, and those that other files may add."""
    tried = {name for name in validate(demo_dir).results if " " not in name}
    named = {
        str(node.value.value)
        for path in Path(validation.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in {"RULE", "MISSING", "TWICE"}
    }
    return tried | named | {rule.name for rule in rules_of(default_domain())}


def test_every_rule_has_its_kind(demo_dir: Path) -> None:
    """No rule goes without a fault that breaks it, but for a short list with reasons; and no kind without a rule."""
    assert rules(demo_dir) - set(kinds(default_domain())) <= set(NOT_PLANTED)
    assert set(kinds(default_domain())) <= rules(demo_dir)
    assert set(kinds(default_domain())) & set(NOT_PLANTED) == set()
    assert len(NOT_PLANTED) < 8


def test_planters_stand_beside_their_rules() -> None:
    """A rule and what breaks it lie in the folder of one table, or both in the domain's own module."""
    tables = {rule.name: rule.table for rule in rules_of(default_domain())}
    planted = [(planter.rule, table) for table, planter in default_domain().stated("faults", Planter)]
    assert [(rule, table) for rule, table in planted if rule in tables and tables[rule] != table] == []
    assert {rule for rule, _ in planted} >= set(tables)
