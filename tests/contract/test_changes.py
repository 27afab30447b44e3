from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contract import Kind, compare_module
from tests.contract.changes import CHANGES, Change
from tests.contract.modules import changed, module


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_found(change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted difference is told, with its kind, place and consequences; and nothing else is."""
    monkeypatch.chdir(tmp_path)
    found = compare_module(module(tmp_path, changed(change.old, change.new)))
    told = [(f"{drift.owner}.{drift.field}", drift.kind, drift.breaks) for drift in found.drifts]

    assert told == [(change.place, change.kind, change.breaks)], found.text()
    assert change.says in found.drifts[0].message


def test_every_kind_is_planted() -> None:
    """Each kind of difference has a change that shows it."""
    assert {change.kind for change in CHANGES.values()} == set(Kind)


def test_unknown_fields_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that theirs lacks but keeps breaks nothing, and is told."""
    monkeypatch.chdir(tmp_path)
    text = changed('address: str = ""\n', 'model_config = ConfigDict(extra="allow")\n')
    missing, policy = compare_module(module(tmp_path, text)).drifts

    assert (missing.line(), missing.breaks) == ("address: yours lacks it, and keeps it unchecked", ())
    assert policy.kind is Kind.UNKNOWN_FIELDS
