"""What a certificate finds of the faults that validation finds: all kinds but those of shares and correlations."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from demo_data.domain import default_domain
from demo_data.faults.planters import kinds
from tests.export.certificate.running import broken, over_json
from tests.faults.planting import planted

STATISTICAL = {
    *("phone-operators", "women-share", "family-names", "grower-order", "second-point-share", "main-point-share"),
    *("factory-capacity", "factory-crop", "quality-factories", "yield-factories", "capacity-intake"),
    *("weather-normals", "rain-normals", "wet-spells", "humid-wet-days", "warm-spells", "shared-rain"),
    *("point-changes", "farmer-changes", "nearest-point", "farm-land", "factories-apart"),
    *("yield-farmers", "yield-quality", "quality-altitude", "quality-gap", "quality-wet-weeks"),
    *("plucking-growth", "bag-area", "crop-months", "crop-years", "delivery-season", "delivery-rain"),
    "steady-farmers",
}
"""Kinds that are about many records together, up to chance."""

SHOULD = sorted(set(kinds(default_domain())) - STATISTICAL)


def found(demo_dir: Path, tmp_path: Path, kind: str) -> bool:
    """Whether a certificate tells of a fault of a kind, or its records cannot even be read as what they should be."""
    ledger = planted(demo_dir, tmp_path / "bad", 7, 1, kind)
    assert [fault["kind"] for fault in ledger["defects"]] == [kind]
    script = over_json((demo_dir / "certificate.sql").read_text(encoding="utf-8"), demo_dir, tmp_path / "bad")
    try:
        return bool(broken(tmp_path / "bad", script))
    except duckdb.ConversionException:  # a text where a number is due
        return True
    except duckdb.InvalidInputException:  # a field twice
        return True


@pytest.mark.sample(6)
@pytest.mark.parametrize("kind", SHOULD)
def test_a_fault_is_found(demo_dir: Path, tmp_path: Path, kind: str) -> None:
    assert found(demo_dir, tmp_path, kind)


def test_most_kinds_are_not_statistical() -> None:
    """What a certificate is not asked to find are kinds that there are, and a fourth of all."""
    every = set(kinds(default_domain()))
    assert every >= STATISTICAL
    assert len(STATISTICAL) < 0.27 * len(every)


def test_the_records_as_they_are(demo_dir: Path) -> None:
    """Read from JSON sound records break nothing, so what is found in faulty ones are the faults."""
    script = (demo_dir / "certificate.sql").read_text(encoding="utf-8")
    sound = demo_dir / "json"
    script = over_json(script, demo_dir, sound).replace(f"{sound / 'recipe.json'}", f"{demo_dir / 'recipe.json'}")
    assert broken(demo_dir, script) == {}
