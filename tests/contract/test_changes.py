from __future__ import annotations

from pathlib import Path

import pytest

from demo_data.contract import Kind, compare_module
from demo_data.tea import DOMAIN
from tests.contract.changes import CHANGES
from tests.contract.changes.change import CONTACT, VALIDATOR, Change
from tests.contract.modules import changed, module


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_found(change: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted difference is told, with its kind, place and consequences; and nothing else is."""
    monkeypatch.chdir(tmp_path)
    found = compare_module(module(tmp_path, changed(change.old, change.new)), DOMAIN)
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
    missing, policy = compare_module(module(tmp_path, text), DOMAIN).drifts

    assert (missing.line(), missing.breaks) == ("address: yours lacks it, and keeps it unchecked", ())
    assert policy.kind is Kind.UNKNOWN_FIELDS


BESIDE = {
    "a tighter length": (
        'phone: str = Field("", max_length=5)\n    email: str = ""\n',
        "ContactInfo.phone",
        Kind.LENGTH,
    ),
    "another field": ('phone: str = ""\n    email: str | int = ""\n', "ContactInfo.email", Kind.TYPE),
}


@pytest.mark.parametrize(("fields", "place", "kind"), BESIDE.values(), ids=BESIDE.keys())
def test_what_a_difference_does_not_explain(
    fields: str, place: str, kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A validator's own fault is told beside a difference of the field, or of its neighbour; each of its rules once."""
    monkeypatch.chdir(tmp_path)
    body = (
        "        if phone[-1:] < '5':\n            raise ValueError(f'{phone} is low')\n"
        "        raise ValueError(f'{phone} is high')\n\n"
    )
    mode = VALIDATOR.replace('"phone"', '"phone", mode="before"')
    text = changed(CONTACT + '    email: str = ""\n', f"{fields}\n{mode}{body}")
    found = compare_module(module(tmp_path, text), DOMAIN).drifts
    low, high = sorted(
        (drift for drift in found if drift.kind is Kind.REJECTED), key=lambda drift: "high" in drift.message
    )

    assert [(f"{drift.owner}.{drift.field}", drift.kind) for drift in found if drift.kind is not Kind.REJECTED] == [
        (place, kind)
    ]
    assert {low.field, high.field} == {"phone"}
    assert "is low; " in low.message
    assert "is high; " in high.message
