"""The Polyfactory classes and the bulk path are the same truth."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from demo_data import isolated_factories, set_profile
from demo_data.build import build
from demo_data.profile import load_profile
from tests.objects.village import FACTORIES, dumped

SHAPES = {
    "demo": ("demo", []),
    "minimal": ("minimal", []),
    "demo-large": ("demo-large", []),
    "many": (
        "demo",
        ["regions.count=7", "factories.count=12", "collection_points.count=31", "farmers.count=333", "days=40"],
    ),
    "prefixes": ("demo", ["farmers.id_prefix=FRM-DEMO-", "factories.id_prefix=FAC-", "seed=99", "born='2024-07-15'"]),
    "later": ("demo", ["as_of='2027-03-31'", "farmers.joining=20"]),
    "earlier": ("demo", ["as_of='2025-12-20'"]),
    "weights": ("demo", ["farmers.two_points=60", "collection_points.status={active: 40, inactive: 30, seasonal: 30}"]),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("shape", SHAPES)
def test_batches_are_the_tables(shape: str, tmp_path: Path) -> None:
    """Under a profile's settings, with the parents registered in order, each class's batch is the dataset's table."""
    profile, changes = SHAPES[shape]
    build(load_profile(profile, changes=changes), tmp_path / "set")
    made: dict[str, Any] = {}
    with isolated_factories():
        set_profile(profile, changes)
        for table, factory in FACTORIES.items():
            expected = json.loads((tmp_path / "set" / "json" / f"{table}.json").read_text(encoding="utf-8"))
            made[table] = expected, factory.build_batch_and_register(len(expected))

    for table, (expected, records) in made.items():  # by now, deferred references have been filled
        assert dumped(records) == expected, table


def test_one_by_one_is_the_same_world(demo_dir: Path) -> None:
    """Farmers built one by one have the dataset's ids, phones, and all else that hangs on the row alone."""
    expected = json.loads((demo_dir / "json" / "farmers.json").read_text(encoding="utf-8"))
    with isolated_factories(profile="demo"):
        for table in ("regions", "factories", "collection_points"):
            rows = json.loads((demo_dir / "json" / f"{table}.json").read_text(encoding="utf-8"))
            FACTORIES[table].build_batch_and_register(len(rows))
        farmers = dumped([FACTORIES["farmers"].build() for _ in expected])

    for name in ("id", "farm_size_hectares", "interaction_pref"):
        assert [farmer[name] for farmer in farmers] == [farmer[name] for farmer in expected]
    assert [farmer["contact"]["phone"] for farmer in farmers] == [row["contact"]["phone"] for row in expected]


def test_weather_of_any_days(demo_dir: Path) -> None:
    """A region's weather on any days is the dataset's, wherever the region stands in the registry."""
    expected = json.loads((demo_dir / "json" / "weather_observations.json").read_text(encoding="utf-8"))
    of_second = [row for row in expected if row["region_id"] == "kericho-highland"]
    with isolated_factories(profile="demo"):
        weather = FACTORIES["weather_observations"]
        first = datetime.date.fromisoformat(of_second[20]["date"])
        days = weather.build_for_region_and_dates("kericho-highland", first, 30)  # type: ignore[attr-defined]

    assert dumped(days) == of_second[20:50]
