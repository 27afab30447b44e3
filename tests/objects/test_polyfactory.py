"""The classes are Polyfactory's: subclasses, coverage, fixtures, persistence, other people's models."""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from polyfactory import Ignore, PostGenerated, Require, Use
from polyfactory.factories.pydantic_factory import ModelFactory
from polyfactory.pytest_plugin import register_fixture
from pydantic import BaseModel, Field

from demo_data import FarmerFactory, RegionFactory, isolated_factories, set_seed
from demo_data.models import Farmer, FarmScale
from tests.objects.village import FACTORIES, village


class NamedFarmer(Farmer):
    """A farmer with fields of somebody's own."""

    nickname: str
    loyalty: Literal["gold", "silver"]
    points: Annotated[int, Field(ge=0, le=500)]
    note: str | None = None


class NamedFarmerFactory(FarmerFactory):
    """Nothing is written here but the model."""

    __model__ = NamedFarmer


class LargeFarmFactory(FarmerFactory):
    """Fields stated on the class, in each of Polyfactory's ways."""

    farm_size_hectares = 12.5
    notification_channel = Use(lambda: "whatsapp")
    grower_number = Ignore()
    first_name = Require()

    @classmethod
    def region_id(cls) -> str:
        return "bomet-highland"

    @PostGenerated
    def contact(name: str, values: dict[str, Any]) -> dict[str, str]:
        return {"email": f"{values['first_name']}.{values['last_name']}@example.org".lower()}


@register_fixture(name="farmers")
class FarmerFixture(FarmerFactory):
    """A fixture, as Polyfactory makes them."""


@pytest.mark.parametrize("table", FACTORIES)
def test_they_are_model_factories(table: str) -> None:
    """Every class is a ModelFactory of its table's model."""
    assert issubclass(FACTORIES[table], ModelFactory)
    village()
    assert isinstance(FACTORIES[table].build(), FACTORIES[table].__model__)
    assert all(isinstance(made, FACTORIES[table].__model__) for made in FACTORIES[table].batch(2))


def test_extra_fields_are_filled() -> None:
    """A subclass of a model works without writing anything: Polyfactory fills what no recipe states, by the seed."""
    RegionFactory.build_and_register()
    farmers: list[Any] = NamedFarmerFactory.batch(30)
    plain = FarmerFactory.batch(1)

    assert {farmer.loyalty for farmer in farmers} == {"gold", "silver"}
    assert all(0 <= farmer.points <= 500 and farmer.nickname for farmer in farmers)
    assert [farmer.id for farmer in [*farmers, *plain]] == [f"WM-{number:04}" for number in range(1, 32)]
    set_seed(1)
    assert NamedFarmerFactory.batch(30) == farmers
    set_seed(1)
    assert FarmerFactory.batch(30) == [
        Farmer(**farmer.model_dump(include=set(Farmer.model_fields))) for farmer in farmers
    ]


def test_random_fields_follow_the_seed() -> None:
    """Fields drawn from Polyfactory's random source, and days that Polyfactory fills, follow seed and row."""

    class Watched(FarmerFactory):
        __model__ = type(
            "WatchedFarmer", (Farmer,), {"__annotations__": {"seen": datetime.datetime, "due": datetime.date}}
        )

        @classmethod
        def notification_channel(cls) -> str:
            return cls.__random__.choice(["sms", "whatsapp"])

    set_seed(3)
    first = Watched.batch(12, region_id="nyeri-highland")
    set_seed(3)
    FarmerFactory.__random__.random()

    assert Watched.batch(12, region_id="nyeri-highland") == first
    assert {farmer.notification_channel for farmer in first} == {"sms", "whatsapp"}
    assert {farmer.due.year for farmer in first} | {farmer.seen.year for farmer in first} <= {2025, 2026}  # type: ignore[attr-defined]


def test_fields_on_the_class() -> None:
    """What a class states of fields holds, and what depends on it follows; a call's overrides win over it."""
    farmer = LargeFarmFactory.build(first_name="Chebet")

    assert (farmer.farm_size_hectares, farmer.farm_scale) == (12.5, FarmScale.ESTATE)
    assert (farmer.region_id, farmer.notification_channel, farmer.grower_number) == ("bomet-highland", "whatsapp", None)
    assert farmer.contact.email == f"chebet.{farmer.last_name}@example.org".lower()
    assert LargeFarmFactory.build(first_name="Chebet", farm_size_hectares=0.4).farm_scale == FarmScale.SMALLHOLDER
    with pytest.raises(TypeError, match="first_name must be given in the call"):
        LargeFarmFactory.batch(2)


def test_own_seed_on_the_class() -> None:
    """Polyfactory's `__random_seed__` is the class's seed."""

    class Seeded(FarmerFactory):
        __random_seed__ = 12

    with isolated_factories():
        first = Seeded.build(region_id="nyeri-highland")
    with isolated_factories():
        again, other = Seeded.build(region_id="nyeri-highland"), FarmerFactory.build(region_id="nyeri-highland")

    assert first == again
    assert other.contact.phone != first.contact.phone


@pytest.mark.parametrize("table", FACTORIES)
def test_coverage(table: str) -> None:
    """Coverage shows each word of every enumeration, true and false, null and not null."""
    village()
    factory = FACTORIES[table]
    found = list(factory.coverage())
    for name, field in factory.__model__.model_fields.items():
        seen = {value for made in found if not isinstance(value := getattr(made, name), list | dict | BaseModel)}
        if field.annotation is bool:
            assert seen == {True, False}, name
        if isinstance(field.annotation, type) and issubclass(field.annotation, Enum):
            assert seen == set(field.annotation), name

    assert all(isinstance(made, factory.__model__) for made in found)


def test_coverage_takes_overrides() -> None:
    """What a call states is not varied."""
    found = list(FarmerFactory.coverage(region_id="nyeri-highland", is_active=True))

    assert {farmer.is_active for farmer in found} == {True}
    assert {farmer.pref_lang for farmer in found} == {"sw", "en", "ki", "luo"}
    assert {farmer.grower_number is None for farmer in found} == {True, False}


def test_coverage_of_nested_fields_and_stated_ones() -> None:
    """Coverage reaches into value objects, and leaves what the class states."""

    class Texting(FarmerFactory):
        notification_channel = "sms"

    RegionFactory.build_and_register()
    policies = {made.payment_policy.policy_type for made in FACTORIES["factories"].coverage()}

    assert {farmer.notification_channel for farmer in Texting.coverage()} == {"sms"}
    assert policies == {"split_payment", "weekly_bonus", "delayed_payment", "feedback_only"}


def test_seeding_in_polyfactorys_way() -> None:
    """`seed_random` seeds, also with the number that the class states."""

    class Seeded(FarmerFactory):
        __random_seed__ = 5

    first = Seeded.batch(3, region_id="nyeri-highland")
    Seeded.set_seed(8)
    assert Seeded.batch(3, region_id="nyeri-highland") != first
    Seeded.seed_random(5)
    assert Seeded.batch(3, region_id="nyeri-highland") == first


def test_create_factory() -> None:
    """`create_factory` makes a class with fields of its own."""
    made = FarmerFactory.create_factory(Farmer, farm_size_hectares=3.0)

    assert made.build(region_id="nyeri-highland").farm_scale == FarmScale.MEDIUM


def test_register_fixture(farmers: type[FarmerFixture]) -> None:
    """`register_fixture` makes a fixture that gives the class."""
    assert farmers.build(region_id="nyeri-highland").region_id == "nyeri-highland"


def test_persistence() -> None:
    """`create_sync` and `create_batch_sync` hand objects to the class's persistence."""
    kept: list[Any] = []

    class Shelf:
        def save(self, data: Farmer) -> Farmer:
            kept.append(data)
            return data

        def save_many(self, data: list[Farmer]) -> list[Farmer]:
            kept.extend(data)
            return data

    class Stored(FarmerFactory):
        __sync_persistence__ = Shelf

    Stored.create_sync(region_id="nyeri-highland")
    Stored.create_batch_sync(3, region_id="nyeri-highland")
    assert [farmer.id for farmer in kept] == ["WM-0001", "WM-0002", "WM-0003", "WM-0004"]


def test_nested_in_other_factories() -> None:
    """The classes serve as fields of other Polyfactory classes; a class with entities inside works without them too."""

    class Visit(BaseModel):
        farmer: Farmer
        minutes: int

    class VisitFactory(ModelFactory[Visit]):
        farmer = FarmerFactory

    visit = VisitFactory.build(farmer={"region_id": "kisii-highland"})
    assert (visit.farmer.id, visit.farmer.region_id) == ("WM-0001", "kisii-highland")
    assert isinstance(ModelFactory.create_factory(Visit).build().farmer, Farmer)


def test_without_validation() -> None:
    """`factory_use_construct` skips Pydantic."""
    farmer = FarmerFactory.build(factory_use_construct=True, region_id="nyeri-highland", farm_size_hectares=-5)

    assert farmer.farm_size_hectares == -5
