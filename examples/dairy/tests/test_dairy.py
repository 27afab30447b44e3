"""What the domain promises: sound datasets, faults that are found, and objects of the same world."""

import json
from pathlib import Path

from dairy import DOMAIN
from dairy.objects import CowFactory, FarmerFactory

from demo_data import get_fk_registry, isolated_factories, open_snapshot
from demo_data.cli import main
from demo_data.validation import validate


def test_datasets(tmp_path: Path) -> None:
    """A build holds every rule, also as JSON; what is paid is what is delivered."""
    assert main(["--domain", "dairy:DOMAIN", "build", "small", "--out", str(tmp_path / "small"), "--quiet"]) == 0
    assert validate(tmp_path / "small", domain=DOMAIN).ok
    tables = open_snapshot(tmp_path / "small", domain=DOMAIN)
    delivered, paid = (tables.frame(name)["litres"].sum() for name in ("milk_deliveries", "monthly_payouts"))
    assert round(delivered, 1) == round(paid, 1)


def test_faults(tmp_path: Path) -> None:
    """Every planted fault is found, and nothing else is."""
    assert main(["--domain", "dairy:DOMAIN", "build", "small", "--out", str(tmp_path / "small"), "--quiet"]) == 0
    corrupt = ["corrupt", str(tmp_path / "small"), "--out", str(tmp_path / "bad"), "--seed", "7", "--defects", "30"]
    assert main(["--domain", "dairy:DOMAIN", *corrupt]) == 0
    found = validate(tmp_path / "bad", domain=DOMAIN)
    planted = [each["rule"] for each in json.loads((tmp_path / "bad" / "ledger.json").read_text())["faults"]]
    assert {"payout-adds-up", "delivery-in-history"} < {*planted} == {*found.violations}


def test_objects() -> None:
    """Children have the parents that are registered, and are the same for the same seed."""
    with isolated_factories(seed=1, domain=DOMAIN):
        get_fk_registry(DOMAIN).register("cooperatives", ["COOP-001"])
        farmer = FarmerFactory.build_and_register(cows=3)
        herd = CowFactory.batch(3)
    assert farmer.cooperative_id == "COOP-001"
    assert {cow.farmer_id for cow in herd} == {farmer.id}
