"""Objects obey the rules of coherence: the checks that datasets pass."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    GradingModelFactory,
    RegionalWeatherFactory,
    RegionFactory,
    SourceConfigFactory,
    isolated_factories,
)
from demo_data.build import recipe_text
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.validation import validate
from tests.objects.village import village, written

LAST = datetime.date(2026, 1, 31)


def world(regions: int, factories: int, points: int, farmers: int, documents: int) -> dict[str, Sequence[Any]]:
    """A registered world of objects, some made in batches and some one by one, some with overrides."""
    made: dict[str, Sequence[Any]] = {
        "grading_models": GradingModelFactory.build_batch_and_register(2),
        "source_configs": SourceConfigFactory.build_batch_and_register(3),
        "regions": RegionFactory.build_batch_and_register(regions),
        "factories": FactoryEntityFactory.build_batch_and_register(factories),
        "collection_points": CollectionPointFactory.build_batch_and_register(points),
    }
    home = made["collection_points"][0].region_id
    made["farmers"] = [
        *FarmerFactory.build_batch_and_register(farmers),
        *(FarmerFactory.build_and_register() for _ in range(7)),
        FarmerFactory.build_and_register(region_id=home, farm_size_hectares=7.5, pref_lang="ki"),
        *FarmerFactory.build_batch_and_register(3, region_id=home, notification_channel="whatsapp", first_name="Faith"),
        FarmerFactory.build_and_register(farm_scale="estate"),
    ]
    made["documents"] = [
        *DocumentFactory.build_batch_and_register(documents),
        *(DocumentFactory.build_and_register() for _ in range(5)),
    ]
    made["farmer_performance"] = FarmerPerformanceFactory.build_batch_and_register(len(made["farmers"]))
    first = LAST - datetime.timedelta(days=89)
    made["weather_observations"] = [
        day
        for region in made["regions"]
        for day in RegionalWeatherFactory.build_for_region_and_dates(region.region_id, first, 90)
    ]
    return made


SIZES = [(1, 1, 1, 1, 3), (2, 3, 10, 50, 300), (5, 3, 10, 100, 500), (17, 20, 60, 700, 4000)]


@pytest.mark.sample(2)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("seed", [1, 20260131])
def test_worlds_are_coherent(size: tuple[int, ...], seed: int, tmp_path: Path) -> None:
    """A registered world of objects, written as JSON, breaks no rule of schema, keys, references and coherence."""
    with isolated_factories(seed=seed):
        report = validate(written(world(*size), tmp_path / "set"), strict=True)

    assert report.ok, report.text()
    assert sum(1 for result in report.results.values() if not result.skipped) >= 70


def test_every_region_is_coherent(tmp_path: Path) -> None:
    """All regions, in every band, are coherent, with factories, points, farmers and weather in them."""
    regions = RegionFactory.build_batch_and_register(51)
    tables: dict[str, Sequence[Any]] = {
        "regions": regions,
        "factories": FactoryEntityFactory.build_batch_and_register(51),
        "collection_points": CollectionPointFactory.build_batch_and_register(153),
        "farmers": FarmerFactory.build_batch_and_register(510),
        "weather_observations": [
            day
            for region in regions
            for day in RegionalWeatherFactory.build_for_region_and_dates(
                region.region_id, LAST - datetime.timedelta(40), 41
            )
        ],
    }
    report = validate(written(tables, tmp_path / "set"), strict=True)

    assert report.ok, report.text()


def test_the_check_sees(tmp_path: Path) -> None:
    """The check is not blind: one farmer moved to another region is found."""
    made = world(2, 2, 6, 20, 100)
    folder = written(made, tmp_path / "set")
    farmers = json.loads((folder / "farmers.json").read_text(encoding="utf-8"))
    farmers[3]["region_id"] = {"nyeri-highland": "kericho-highland", "kericho-highland": "nyeri-highland"}[
        farmers[3]["region_id"]
    ]
    (folder / "farmers.json").write_text(json.dumps(farmers), encoding="utf-8")

    assert {"farm-in-region", "farmer-region"} <= {result.rule for result in validate(folder).failed}


def test_scenarios_are_coherent(tmp_path: Path) -> None:
    """Under a profile, objects keep the recipe's scenarios too."""
    with isolated_factories(profile="demo"):
        made: dict[str, Sequence[Any]] = {
            "grading_models": GradingModelFactory.build_batch_and_register(2),
            "source_configs": SourceConfigFactory.build_batch_and_register(3),
        }
        found = village(2, 3, 10, 50)
        made |= {"regions": found.regions, "factories": found.factories, "collection_points": found.points}
        documents = len(World(DOMAIN, load_profile("demo")).rows("documents", 0))
        made |= {"farmers": found.farmers, "documents": DocumentFactory.build_batch_and_register(documents)}
        made["farmer_performance"] = FarmerPerformanceFactory.build_batch_and_register(50)
        made["weather_observations"] = RegionalWeatherFactory.build_batch_and_register(180)
    folder = written(made, tmp_path / "set")
    (folder / "recipe.json").write_text(recipe_text(load_profile("demo")), encoding="utf-8")
    report = validate(folder, strict=True)

    assert report.ok, report.text()
    assert not [rule for rule in report.skipped if rule.startswith("scenario")]


def test_phones_are_mobile() -> None:
    """Google's libphonenumber takes 10,000 farmers' phones for valid Kenyan mobile numbers, each a different one."""
    phones = [farmer.contact.phone for farmer in FarmerFactory.batch(10_000, region_id="nyeri-highland")]

    assert len(set(phones)) == 10_000
    for phone in phones:
        number = phonenumbers.parse(phone)
        assert number.country_code == 254
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
