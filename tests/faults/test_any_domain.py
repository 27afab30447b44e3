"""Faults of domains that say nothing of faults: out of the models alone, and where rules leave room."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.common.errors import UsageError
from demo_data.domain import Domain
from demo_data.faults import Data, plant_faults
from demo_data.faults.planters import kinds
from demo_data.profile import load_profile
from demo_data.validation import validate
from demo_data.validation.report import Report
from tests.faults.planting import due, found, kinds_of, planted
from tests.objects.shop import DOMAIN as SHOP
from tests.toy import DOMAIN as TOY


def made(domain: Domain, out: Path) -> Path:
    """A dataset of the domain's default profile."""
    build(load_profile(domain.default_profile, domain=domain), out)
    return out


def test_models_alone_are_enough(tmp_path: Path) -> None:
    """Keys twice, references to nothing, missing, unknown, repeated and mistyped fields: each is found, and no more."""
    source = made(SHOP, tmp_path / "good")
    for seed in range(3):
        ledger = planted(source, tmp_path / "bad", seed, 40, domain=SHOP)
        assert found(tmp_path / "bad", SHOP) == due(ledger)
        assert set(kinds_of(ledger)) >= {
            *("primary-key", "foreign-key", "required", "unknown-field", "duplicate-field", "type"),
        }
    assert set(kinds(SHOP)) - set(kinds_of(ledger)) == {each["kind"] for each in ledger["left_out"]}


@pytest.mark.parametrize("seed", range(4))
def test_rules_are_left_alone(seed: int, tmp_path: Path) -> None:
    """What a rule measures records by is not broken beside it; the domain's own faults are planted too."""
    source = made(TOY, tmp_path / "good")
    ledger = planted(source, tmp_path / "bad", seed, 50, domain=TOY)
    assert found(tmp_path / "bad", TOY) == due(ledger)
    assert set(kinds_of(ledger)) >= {"order-total", "customer-first", "bounds", "pattern", "required", "primary-key"}
    broken = {(each["table"], each["field"]) for each in ledger["defects"] if each["kind"] in ("required", "type")}
    assert broken.isdisjoint({("orders", "day"), ("orders", "customer_id"), ("customers", "since")})


def test_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is validated when its records have left the memory."""
    source, in_memory = made(TOY, tmp_path / "good"), []

    def counting(path: Path, domain: Domain) -> Report:
        in_memory.append(sum(isinstance(each, Data) for each in gc.get_objects()))
        return validate(path, domain=domain)

    monkeypatch.setattr("demo_data.faults.run.validate", counting)
    gc.collect()
    plant_faults(source, tmp_path / "bad", seed=1, count=200, domain=TOY)
    assert in_memory == [0, 0]


def test_a_rule_without_planter_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for its faults is told why there are none."""
    monkeypatch.setattr("tests.toy.orders.faults.early", None)
    with pytest.raises(UsageError, match="customer-first: such faults are not planted: this rule has no planter"):
        plant_faults(tmp_path, tmp_path / "bad", seed=1, count=1, only=["customer-first"], domain=TOY)
