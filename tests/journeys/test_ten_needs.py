"""A newcomer's test file: ten ordinary needs, each met in a line or two, without a look at the sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faker import Faker

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    KenyaProvider,
    RegionalWeatherFactory,
    RegionFactory,
    get_fk_registry,
    isolated_factories,
    set_seed,
    validate_foreign_keys,
)
from demo_data.models import Farmer


@pytest.fixture(autouse=True)
def _own_world() -> Iterator[None]:
    with isolated_factories():
        yield


def test_a_region_with_three_farms() -> None:
    region = RegionFactory.build_and_register()
    farmers = FarmerFactory.batch(3)

    assert {farmer.region_id for farmer in farmers} == {region.region_id}
    assert len({farmer.id for farmer in farmers}) == 3


def test_a_farmer_in_kericho_on_whatsapp() -> None:
    farmer = FarmerFactory.build(region_id="kericho-highland", notification_channel="whatsapp")

    assert (farmer.region_id, farmer.notification_channel) == ("kericho-highland", "whatsapp")


def test_a_declining_farmers_history() -> None:
    RegionFactory.build_and_register()
    FactoryEntityFactory.build_and_register()
    CollectionPointFactory.build_and_register(status="active")
    farmer = FarmerFactory.build_and_register(is_active=True)
    history = DocumentFactory.build_history(farmer, scenario="declining_trend")
    performance = FarmerPerformanceFactory.build(documents=history)

    assert performance.historical.improvement_trend == "declining"
    assert performance.farmer_id == farmer.id


def test_a_thousand_farmers_with_unique_phones() -> None:
    RegionFactory.build_batch_and_register(5)

    assert len({farmer.contact.phone for farmer in FarmerFactory.batch(1000)}) == 1000


def test_an_estate() -> None:
    assert FarmerFactory.build(region_id="nyeri-highland", farm_size_hectares=40).farm_scale == "estate"
    assert FarmerFactory.build(region_id="nyeri-highland", farm_scale="estate").farm_size_hectares > 5


def test_a_month_of_weather() -> None:
    region = RegionFactory.build_and_register(county="Kisii")
    month = RegionalWeatherFactory.batch(30)

    assert {day.region_id for day in month} == {region.region_id}
    assert len({day.date for day in month}) == 30


def test_a_document_ready_for_mongodb() -> None:
    RegionFactory.build_and_register()
    FactoryEntityFactory.build_and_register()
    CollectionPointFactory.build_and_register()
    FarmerFactory.build_batch_and_register(5)
    record = DocumentFactory.build().model_dump(mode="json")

    assert record["ingestion"]["received_at"].endswith("Z")
    assert record["linkage_fields"]["farmer_id"] in get_fk_registry().get_valid_ids("farmers")


def test_the_same_again() -> None:
    set_seed(42)
    first = FarmerFactory.batch(3, region_id="meru-highland")
    set_seed(42)

    assert FarmerFactory.batch(3, region_id="meru-highland") == first


def test_a_reference_that_dangles_is_found() -> None:
    RegionFactory.build_batch_and_register(2)
    farmers: list[Farmer] = FarmerFactory.batch(5)
    farmers[3].region_id = "nowhere-highland"
    errors = validate_foreign_keys(farmers, "farmers", {"region_id": "regions"}, get_fk_registry())

    assert [str(error) for error in errors] == ["farmers[3].region_id: 'nowhere-highland' is not in regions"]


def test_names_and_phones_alone() -> None:
    fake = Faker("sw_KE")
    fake.seed_instance(3)

    assert KenyaProvider.phone_number().startswith("+254")
    assert fake.phone_number().startswith("+254")
    assert len(fake.name().split()) >= 2
