"""Many worlds, none at fault: seeds, last days and shapes that nobody looked at."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.validation import validate
from demo_data.versions.write import finish

SHAPES = {
    "minimal": ("minimal",),
    "demo": ("demo",),
    "demo-large": ("demo-large",),
    "wide": (
        "demo-large",
        "regions.count=17",
        "factories.count=34",
        "collection_points.count=136",
        "farmers.count=1500",
        "days=400",
    ),
    "seasonal": ("demo-large", "collection_points.status={active: 40, inactive: 10, seasonal: 50}"),
    "short": ("demo", "days=20"),
    "skewed": ("demo-large", "farmers.is_active=60", "farmers.two_points=60", "farmers.gender={female: 100}"),
}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", SHAPES)
def test_no_seed_breaks_a_rule(shape: str, seed: int, tmp_path: Path) -> None:
    """Every rule holds whatever the seed and the last day."""
    profile, *changes = SHAPES[shape]
    as_of = datetime.date(2024, 1, 15) + datetime.timedelta(days=67 * seed)
    settings = load_profile(profile, seed=seed, as_of=as_of, changes=changes)

    build(settings, tmp_path / "out", json_form=seed % 4 == 0, finish=finish)
    found = validate(tmp_path / "out")

    assert found.ok, found.text()


@pytest.mark.soak
def test_load_test_breaks_no_rule(tmp_path: Path) -> None:
    """`load-test` holds every rule, and is large enough that none is skipped."""
    build(load_profile("load-test"), tmp_path / "out", json_form=False, finish=finish)
    found = validate(tmp_path / "out")

    assert found.ok, found.text()
    assert found.skipped == {}
