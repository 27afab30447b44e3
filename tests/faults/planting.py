"""What a ledger says must be found, and what validation finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from demo_data.domain import Domain
from demo_data.faults import plant_faults
from demo_data.validation import report, validate

Places = set[tuple[str, str | None, int | None]]
"""Rule, table, record."""


def planted(
    source: Path, out: Path, seed: int, defects: int, *only: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The ledger, as it was written, of a faulty copy in `out`."""
    plant_faults(source, out, seed=seed, count=defects, only=only, domain=domain)
    ledger: dict[str, Any] = json.loads((out / "defects.json").read_text(encoding="utf-8"))
    return ledger


def due(ledger: dict[str, Any]) -> Places:
    """Each fault by kind and record, and what cannot but be found with it."""
    found: Places = set()
    for defect in ledger["defects"]:
        for each in (defect, *defect["also"]):
            found.add((each["kind"], each["table"], each["record"]))
    return found


def found(directory: Path, domain: Domain | None = None) -> Places:
    """What validation finds, by rule and record: all of it, not the first few findings of each rule."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SHOWN", "KEPT"):
            patch.setattr(report, name, 1_000_000)
        told = validate(directory, domain=domain)
    places = {(each.rule, each.table, each.record) for each in told.findings}
    assert {result.rule for result in told.results.values() if result.count} == {rule for rule, _, _ in places}
    return places


def kinds_of(ledger: dict[str, Any]) -> list[str]:
    """The kinds of a ledger's faults, one by one."""
    return [defect["kind"] for defect in ledger["defects"]]


def at(record: Any, path: str) -> Any:
    """The value at a path such as `contact.phone` or `farmer_ids[3]`. Raises LookupError."""
    for step in path.replace("[", ".[").split("."):
        record = record[int(step[1:-1])] if step.startswith("[") else record[step]
    return record
