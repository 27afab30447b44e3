"""Classes of one's own with the same fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from demo_data import FarmerFactory, FarmerPerformanceFactory, set_seed
from demo_data.models import CollectionPoint, Document
from tests.objects.village import FACTORIES, village


class Place(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    latitude: float
    longitude: float
    altitude_meters: float


class Contact(BaseModel):
    phone: str
    email: str
    address: str


class TheirFarmer(BaseModel):
    """Somebody's class: camel case in JSON, plain texts for enumerations, a field that we do not have."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(alias="farmerId")
    grower_number: str | None = Field(None, validation_alias=AliasChoices("growerNumber", "grower"))
    first_name: str
    last_name: str
    region_id: str
    farm_location: Place
    contact: Contact
    farm_size_hectares: Annotated[float, Field(le=20)]
    farm_scale: str
    national_id: str
    registration_date: Any
    is_active: bool
    notification_channel: str
    interaction_pref: str
    pref_lang: Literal["sw", "en", "ki", "luo"]
    created_at: Any
    updated_at: Any
    credit_limit: Annotated[int, Field(ge=100, le=200)]


def test_for_model() -> None:
    """`for_model` makes objects of a compatible class of somebody else, whose own fields Polyfactory fills."""
    farmers = FarmerFactory.for_model(TheirFarmer).batch(20, region_id="nyeri-highland")
    set_seed(1)
    ours = FarmerFactory.batch(20, region_id="nyeri-highland")

    assert [type(farmer) for farmer in farmers] == [TheirFarmer] * 20
    assert all(100 <= farmer.credit_limit <= 200 for farmer in farmers)
    for their, our in zip(farmers, ours, strict=True):
        assert their.model_dump(exclude={"credit_limit"}) == our.model_dump()


def test_for_model_with_two_aliases() -> None:
    """A field is filled by its own name, whatever it is called in JSON, and may be stated by it."""

    class Named(TheirFarmer):
        limit: int = Field(alias="theLimit", validation_alias="readAs")

    factory = FarmerFactory.for_model(Named)

    assert isinstance(factory.build(region_id="nyeri-highland").limit, int)
    assert factory.build(region_id="nyeri-highland", limit=3).limit == 3


def test_for_model_takes_registering() -> None:
    """Objects of another class can be registered, and children follow their fields."""

    class TheirPoint(CollectionPoint):
        manager: str

    village(2, 2, 0, 0)
    point = FACTORIES["collection_points"].for_model(TheirPoint).build_and_register(status="active")
    farmer = FarmerFactory.build_and_register()

    assert point.farmer_ids == [farmer.id]
    assert farmer.region_id == point.region_id


def test_for_model_names_what_lacks() -> None:
    """A class without some of our fields is refused, and each is named, nested ones too."""

    class Bare(BaseModel):
        id: str
        contact: Place

    with pytest.raises(TypeError) as told:
        FarmerFactory.for_model(Bare)

    for line in ("farm_scale: Bare has no such field", "contact.phone: Place has no such field"):
        assert line in str(told.value)
    with pytest.raises(TypeError, match="is no Pydantic class"):
        FarmerFactory.for_model(dict)  # type: ignore[type-var]


def test_for_model_names_what_is_rejected() -> None:
    """Where the class rejects a value, its error names field and rule."""
    with pytest.raises(ValidationError, match=r"(?s)farm_size_hectares.*less_than_equal"):
        FarmerFactory.for_model(TheirFarmer).build(region_id="nyeri-highland", farm_size_hectares=21)


def test_performance_of_given_documents_of_another_class() -> None:
    """Performance is computed from documents of any class with the same fields."""
    village()

    class TheirDocument(Document):
        reviewed: bool

    documents = FACTORIES["documents"].for_model(TheirDocument).batch(3, linkage_fields={"farmer_id": "WM-0002"})
    found = FarmerPerformanceFactory.build(documents=documents)

    assert found.farmer_id == "WM-0002"
    assert sum(found.historical.grade_distribution_year.values()) == 600


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    yield
    assert not [
        base for base in ModelFactory._base_factories if base.is_supported_type(Place) and base is not ModelFactory
    ]
