"""Overrides win, and what depends on them follows."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    RegionalWeatherFactory,
    RegionFactory,
)
from demo_data.models import ContactInfo, FarmScale, GeoLocation
from demo_data.schema.tree import Node, tree
from demo_data.tea import DOMAIN
from tests.objects.village import FACTORIES, village
from tests.tea.kenya.fitting import fits

LEAVES = [
    (table, node.path)
    for table, model in DOMAIN.models.items()
    for node in tree(model).leaves()
    if node.kind == "scalar" and table not in ("grading_models", "source_configs")
]


def at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = record.get(step) if isinstance(record, dict) else getattr(record, step, None)
    return record


def nested(path: str, value: Any) -> dict[str, Any]:
    top, _, below = path.partition(".")
    return {top: nested(below, value) if below else value}


@pytest.mark.sample(60)
@pytest.mark.parametrize(("table", "path"), LEAVES, ids=lambda found: found)
def test_every_field(table: str, path: str) -> None:
    """Any published field of any table can be overridden by another object's value, alone and in a batch."""
    village()
    factory = FACTORIES[table]
    other = at(factory.batch(6)[5], path)
    if other is None or other is False:
        return  # a key that does not apply to the object, which nobody can override by its own value

    assert at(factory.build(**nested(path, other)), path) == other
    assert [at(made, path) for made in factory.batch(3, **nested(path, other))] == [other] * 3


def test_scale_follows_size() -> None:
    """Farm scale follows from the size given, and the size lies within the scale given."""
    RegionFactory.build_and_register()
    sizes = (0.3, 1, 5, 7.5)
    farms = [FarmerFactory.build(farm_scale=scale) for scale in FarmScale for _ in range(20)]

    assert [FarmerFactory.build(farm_size_hectares=size).farm_scale for size in sizes] == [
        FarmScale.SMALLHOLDER,
        FarmScale.MEDIUM,
        FarmScale.MEDIUM,
        FarmScale.ESTATE,
    ]
    assert [FarmScale.from_hectares(farm.farm_size_hectares) for farm in farms] == [farm.farm_scale for farm in farms]


def test_place_follows_region() -> None:
    """A farmer of a given region lives in it, bears names of its county, and has an address there."""
    village()
    farmers = FarmerFactory.batch(30, region_id="kericho-highland")

    for farmer in farmers:
        location = farmer.farm_location
        assert farmer.region_id == "kericho-highland"
        assert abs(location.latitude + 0.36) < 0.2
        assert abs(location.longitude - 35.28) < 0.2
        assert fits("kericho", farmer.first_name, farmer.last_name)


def test_altitude_follows_place() -> None:
    """The altitude is that of the place given: the land rises uphill."""
    RegionFactory.build_and_register(region_id="nyeri-highland")
    center = RegionFactory.build(region_id="nyeri-highland").geography.center_gps
    lower, upper = (
        FarmerFactory.build(
            region_id="nyeri-highland", farm_location={"latitude": center.lat, "longitude": center.lng + east}
        ).farm_location
        for east in (-0.03, 0.03)
    )

    assert lower.altitude_meters != upper.altitude_meters
    assert upper.longitude == center.lng + 0.03


def test_nested_overrides_keep_the_rest() -> None:
    """A nested override changes its own keys only; a value object replaces all."""
    RegionFactory.build_and_register()
    partly = FarmerFactory.build(contact={"phone": "+254700000001"})
    wholly = FarmerFactory.build(contact=ContactInfo(phone="+254700000002"))

    assert partly.contact.phone == "+254700000001"
    assert partly.contact.address.startswith("P.O. Box")
    assert wholly.contact == ContactInfo(phone="+254700000002")


def test_point_follows_factory() -> None:
    """A collection point lies near the factory given, in its region."""
    village(regions=3, factories=3)
    far = FactoryEntityFactory.build_and_register(region_id="bomet-highland")
    point = CollectionPointFactory.build(factory_id=far.id)

    assert point.region_id == "bomet-highland"
    assert point.id == "bomet-highland-cp-001"
    assert abs(point.location.latitude - far.location.latitude) < 0.1


def test_parents_fields_count() -> None:
    """Children follow their parents' records, changed ones too: place, days, hours, thresholds."""
    region = RegionFactory.build_and_register(
        region_id="nyeri-highland", geography={"center_gps": {"lat": -0.9, "lng": 37.4}, "radius_km": 3.0}
    )
    FactoryEntityFactory.build_and_register(quality_thresholds={"tier_1": 99.9, "tier_2": 99.8, "tier_3": 99.7})
    CollectionPointFactory.build_and_register(
        collection_days=["tue", "thu"], operating_hours={"weekdays": "15:00-15:30"}, status="active"
    )
    farmer = FarmerFactory.build_and_register(is_active=True)
    documents = DocumentFactory.build_history(farmer)

    assert abs(farmer.farm_location.latitude + 0.9) < 0.04
    assert region.radius_km if hasattr(region, "radius_km") else region.geography.radius_km == 3.0
    assert len(documents) > 4
    for document in documents:
        local = document.ingestion.received_at + datetime.timedelta(hours=3)
        assert local.weekday() in (1, 3)
        assert (local.hour, local.minute < 30) == (15, True)
        assert document.extracted_fields["bag_summary"]["grade"] == "reject"


def test_moments_follow_delivery() -> None:
    """A document received at a given moment is stored, extracted and processed after it."""
    village()
    moment = datetime.datetime(2026, 1, 20, 5, 0, tzinfo=datetime.UTC)
    document = DocumentFactory.build(ingestion={"received_at": moment})

    assert document.ingestion.received_at == moment
    assert moment < document.raw_document.stored_at < document.extraction.extraction_timestamp < document.created_at


def test_yield_follows_size() -> None:
    """Yields are per hectare of the size given."""
    made = village()
    active = next(farmer for farmer in made.farmers if farmer.is_active)
    found = FarmerPerformanceFactory.build(farmer_id=active.id, farm_size_hectares=2.0).historical

    assert found.total_kg_90d > 0
    assert found.yield_kg_per_hectare_90d == pytest.approx(found.total_kg_90d / 2.0, abs=0.051)


def test_open_dicts_take_any_key() -> None:
    """A document's open dicts take keys that we do not know."""
    village()
    document = DocumentFactory.build(extracted_fields={"moisture_probe": {"percent": 71.5}})

    assert document.extracted_fields["moisture_probe"] == {"percent": 71.5}
    assert document.extracted_fields["bag_summary"]["total_weight_kg"] > 0


@pytest.mark.parametrize(
    ("override", "field"),
    [
        ({"farm_size_hectares": 5000}, "farm_size_hectares"),
        ({"farm_size_hectares": "large"}, "farm_size_hectares"),
        ({"farm_scale": "huge"}, "farm_scale"),
        ({"contact": {"fax": "12"}}, "contact.fax"),
        ({"farm_location": {"latitude": 100.0}}, "farm_location.latitude"),
        ({"first_name": ""}, "first_name"),
        ({"is_active": None}, "is_active"),
        ({"registration_date": "yesterday"}, "registration_date"),
    ],
    ids=str,
)
def test_broken_overrides(override: dict[str, Any], field: str) -> None:
    """An override that breaks the model raises Pydantic's error, from `build` and from `batch`, and counts nothing."""
    RegionFactory.build_and_register()
    with pytest.raises(ValidationError) as one:
        FarmerFactory.build(**override)
    with pytest.raises(ValidationError) as many:
        FarmerFactory.build_batch_and_register(3, **override)

    assert ".".join(map(str, one.value.errors()[0]["loc"])) == field
    assert ".".join(map(str, many.value.errors()[0]["loc"])) == f"0.{field}"
    assert FarmerFactory.build().id == "WM-0001"


@pytest.mark.parametrize("table", FACTORIES)
def test_unknown_names(table: str) -> None:
    """A name that is no field is told with the nearest one."""
    village()
    with pytest.raises(TypeError, match=r"'creatd_at' is no field of \w+; did you mean 'created_at'|known: "):
        FACTORIES[table].build(creatd_at=1)
    with pytest.raises(TypeError, match="is no field of"):
        FACTORIES[table].build_batch_and_register(2, creatd_at=1)


@pytest.mark.parametrize(
    ("size", "error"), [(-1, ValueError), ("3", TypeError), (2.5, TypeError), (True, TypeError), (None, TypeError)]
)
def test_sizes(size: Any, error: type[Exception]) -> None:
    """A batch's size is a whole number from 0."""
    RegionFactory.build_and_register()
    with pytest.raises(error, match=r"a size is (a whole number|at least 0), not"):
        FarmerFactory.batch(size)

    assert FarmerFactory.batch(0) == []


def test_overrides_are_nobodys_else() -> None:
    """Changing an object changes neither the next one nor what was passed."""
    village()
    contact, days = {"email": "a@example.com"}, ["mon", "tue"]
    first = FarmerFactory.build(contact=contact)
    first.contact.email = "b@example.com"
    point = CollectionPointFactory.build(collection_days=days)
    point.collection_days.append("sun")
    document = DocumentFactory.build(linkage_fields={"farmer_id": "WM-0001"})
    document.extracted_fields["bag_summary"]["grade"] = "changed"

    assert (contact, days) == ({"email": "a@example.com"}, ["mon", "tue"])
    assert FarmerFactory.build(contact=contact).contact.email == "a@example.com"
    assert CollectionPointFactory.build(collection_days=days).collection_days == ["mon", "tue"]
    DocumentFactory.reset_counter()
    again = DocumentFactory.build(linkage_fields={"farmer_id": "WM-0001"})
    assert again.extracted_fields["bag_summary"]["grade"] != "changed"


def test_locations_as_objects() -> None:
    """A value object counts like its fields."""
    RegionFactory.build_and_register()
    place = GeoLocation(latitude=-0.5, longitude=36.9, altitude_meters=1800.0)

    assert FarmerFactory.build(farm_location=place).farm_location == place
    assert RegionalWeatherFactory.build(date=datetime.date(2025, 4, 1)).date == datetime.date(2025, 4, 1)


def test_leaves_are_all(registry: object) -> None:
    """The parametrised test above knows every table that is not read from files."""
    assert {table for table, _ in LEAVES} == set(DOMAIN.models) - {"grading_models", "source_configs"}
    assert all(isinstance(tree(model), Node) for model in DOMAIN.models.values())
