"""What the domain promises: sound datasets, faults that are found, and objects of the same world."""

import json
from pathlib import Path

import polars as pl
import pytest
from dairy import DOMAIN

from demo_data import get_fk_registry, isolated_factories, open_snapshot
from demo_data.cli import main
from demo_data.objects import factories
from demo_data.validation import validate

MONTHS = pl.col("month") <= "2026-01"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The dataset of the profile `small`."""
    assert main(["build", "small", "--out", str(tmp_path / "small"), "--quiet"]) == 0
    return tmp_path / "small"


def test_datasets(small: Path) -> None:
    """A dataset holds every rule; what is paid for is what was delivered."""
    assert validate(small, domain=DOMAIN).ok
    tables = open_snapshot(small, domain=DOMAIN)
    milk, payouts = (tables[name].select("litres").collect() for name in ("milk_deliveries", "monthly_payouts"))
    assert round(milk["litres"].sum(), 1) == round(payouts["litres"].sum(), 1) > 0


def test_the_past_stands(small: Path, tmp_path: Path) -> None:
    """By a later day milk has come, none that was there has changed, and the months that were over are paid as ever."""
    later = tmp_path / "later"
    assert main(["build", "small", "--as-of", "2026-03-15", "--out", str(later), "--quiet"]) == 0
    assert validate(later, domain=DOMAIN).ok
    before, after = (open_snapshot(folder, domain=DOMAIN) for folder in (small, later))
    for table, held in (("milk_deliveries", pl.col("date") <= before.recipe.as_of), ("monthly_payouts", MONTHS)):
        of = after[table].filter(held).collect()
        assert before[table].filter(held).collect().equals(of)
        assert after[table].collect().height > of.height > 0


def test_faults(small: Path, tmp_path: Path) -> None:
    """Every planted fault is found, and nothing else is."""
    out = tmp_path / "bad"
    assert main(["corrupt", str(small), "--out", str(out), "--seed", "7", "--defects", "30"]) == 0
    planted = {defect["kind"] for defect in json.loads((out / "defects.json").read_text())["defects"]}
    found = {name for name, result in validate(out, domain=DOMAIN).results.items() if result.count}
    assert {"payout-adds-up", "delivery-in-history"} < planted == found


def test_objects() -> None:
    """Children have the parents that are registered, and are the same for the same seed."""
    with isolated_factories(seed=1, domain=DOMAIN):
        get_fk_registry(DOMAIN).register("cooperatives", ["COOP-001"])
        farmer = factories(DOMAIN)["farmers"].build_and_register(cows=3)
        herd = factories(DOMAIN)["cows"].batch(3)
    assert farmer.cooperative_id == "COOP-001"
    assert {cow.farmer_id for cow in herd} == {farmer.id}
