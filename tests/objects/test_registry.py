"""The registry of keys, and the check of foreign keys against it."""

from __future__ import annotations

import datetime
import pickle
from typing import Any

import pytest
from pydantic import BaseModel

from demo_data import (
    FactoryEntityFactory,
    FarmerFactory,
    FKRegistry,
    FKValidationError,
    KenyaProvider,
    RegionalWeatherFactory,
    RegionFactory,
    get_fk_registry,
    isolated_factories,
    reset_fk_registry,
    set_fk_registry,
    validate_foreign_keys,
)


def test_register_adds(registry: FKRegistry) -> None:
    """Keys are added, and are told back as a set; of what is not registered there are none."""
    registry.register("regions", ["a", "b"])
    registry.register("regions", iter(["b", "c"]))

    assert registry.get_valid_ids("regions") == {"a", "b", "c"}
    assert registry.get_valid_ids("factories") == set()
    assert registry.get_valid_ids("no such thing") == set()
    assert registry.ids("regions") == ["a", "b", "c"]


def test_validate_fk(registry: FKRegistry) -> None:
    """A foreign key is valid where it is registered under that entity type, and nowhere else."""
    registry.register("regions", ["a"])

    assert registry.validate_fk("regions", "a") is True
    assert registry.validate_fk(entity_type="regions", fk_value="a") is True  # as the platform's tests call it
    assert registry.validate_fk("regions", "b") is False
    assert registry.validate_fk("farmers", "a") is False
    assert registry.validate_fk("no such thing", "a") is False
    assert registry.validate_fk("regions", None) is False
    assert registry.validate_fk("regions", ["a"]) is False


def test_records_count_as_their_keys(registry: FKRegistry) -> None:
    """Model instances are registered under their keys, composite ones too, and are found again."""
    region = RegionFactory.build()
    weather = RegionalWeatherFactory.build(region_id=region.region_id)
    registry.register("regions", [region])
    registry.register("weather_observations", [weather, ("x-highland", datetime.date(2026, 1, 1))])

    assert registry.get_valid_ids("regions") == {region.region_id}
    assert registry.record("regions", region.region_id) is region
    assert registry.validate_fk("weather_observations", (region.region_id, weather.date))
    registry.register("regions", [region.region_id])
    assert registry.record("regions", region.region_id) is region


@pytest.mark.parametrize("kind", ["region", "Farmer", "", "users"])
def test_unknown_entity_types(kind: str, registry: FKRegistry) -> None:
    """An unknown entity type is told with the known ones."""
    with pytest.raises(ValueError, match=r"is no entity type; (did you mean|known: )"):
        registry.register(kind, ["a"])
    with pytest.raises(ValueError, match="is no entity type"):
        validate_foreign_keys([], "farmers", {"region_id": kind}, registry)


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("regions", "nyeri-highland"),
        ("regions", 7),
        ("regions", ["a", 7]),
        ("regions", [None]),
        ("regions", [("a", "b")]),
        ("weather_observations", ["nyeri-highland"]),
        ("weather_observations", [("nyeri-highland",)]),
    ],
    ids=str,
)
def test_ids_of_a_wrong_type(kind: str, ids: Any, registry: FKRegistry) -> None:
    """What is neither an id nor a record is an error that says what is, and nothing is registered."""
    with pytest.raises(TypeError, match=f"^{kind}: "):
        registry.register(kind, ids)

    assert registry.get_valid_ids(kind) == set()


def test_records_of_another_table(registry: FKRegistry) -> None:
    """A record of another table is refused, and so is one whose key is no text."""
    with pytest.raises(TypeError, match="farmers: Region is a record of regions"):
        registry.register("farmers", [RegionFactory.build()])
    factory = FactoryEntityFactory.build(region_id="nyeri-highland")
    with pytest.raises(TypeError, match="farmers: Factory is a record of factories"):
        registry.register("farmers", [factory])
    with pytest.raises(TypeError, match="regions: an id is a text"):
        registry.register("regions", [RegionFactory.build().model_copy(update={"region_id": None})])

    assert repr(registry) == "<FKRegistry: empty>"


def test_records_that_hold_less(registry: FKRegistry) -> None:
    """Of a foreign record without all the fields of ours, the key counts."""

    class Short(BaseModel):
        region_id: str

    registry.register("regions", [Short(region_id="meru-highland")])

    assert registry.record("regions", "meru-highland") is None
    assert FarmerFactory.build().region_id == "meru-highland"


def test_sets_have_no_order_of_their_own(registry: FKRegistry) -> None:
    """A set of ids is registered in order of the alphabet."""
    registry.register("regions", {"nandi-highland", "bomet-highland", "meru-highland"})

    assert registry.ids("regions") == ["bomet-highland", "meru-highland", "nandi-highland"]


def test_errors_travel() -> None:
    """An error survives pickling, as it must between the workers of a test run, and can stand in a set."""
    error = FKValidationError(
        source_entity="farmers", field_name="region_id", invalid_value="r9", target_entity="regions", record_index=4
    )

    assert pickle.loads(pickle.dumps(error)) == error
    assert len({error, error}) == 1


def test_one_registry_is_shared() -> None:
    """All classes use the registry that is set; a reset starts an empty one."""
    mine = FKRegistry()
    mine.register("regions", ["meru-highland"])
    set_fk_registry(mine)
    assert FarmerFactory.build().region_id == "meru-highland"

    reset_fk_registry()
    assert get_fk_registry() is not mine
    assert get_fk_registry().get_valid_ids("regions") == set()
    assert mine.get_valid_ids("regions") == {"meru-highland"}
    with pytest.raises(TypeError, match="a registry is an FKRegistry"):
        set_fk_registry({})  # type: ignore[arg-type]


def test_isolation() -> None:
    """A test's own world leaves registry, numbers, seed and last day as they were, after an error too."""
    RegionFactory.build_batch_and_register(2)
    before, first = get_fk_registry(), FarmerFactory.build()
    KenyaProvider.seed(4)
    names = [KenyaProvider.name() for _ in range(2)]
    KenyaProvider.seed(4)
    assert KenyaProvider.name() == names[0]

    def fail() -> None:
        with isolated_factories(seed=5, as_of=datetime.date(2020, 1, 1)) as own:
            RegionFactory.build_and_register()
            assert FarmerFactory.build().id == "WM-0001"
            assert FarmerFactory.build().updated_at.year < 2021
            assert len(own.get_valid_ids("regions")) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert get_fk_registry() is before
    assert KenyaProvider.name() == names[1]
    assert (first.id, FarmerFactory.build().id) == ("WM-0001", "WM-0002")
    assert max(farmer.updated_at for farmer in FarmerFactory.batch(50)).year > 2020


RECORDS: list[dict[str, Any]] = [
    {"id": "p1", "region_id": "r1", "clerk": None, "farmer_ids": ["f1", "f2"], "link": {"factory_id": "k1"}},
    {"id": "p2", "region_id": "r9", "clerk": "c9", "farmer_ids": ["f1", "f8", "f9"], "link": {"factory_id": "k9"}},
    {"id": "p3", "farmer_ids": None, "link": {}},
]


def test_dangling_keys_are_told() -> None:
    """Missing and dangling keys are told by record, field, value and target: in lists and nested fields too."""
    registry = FKRegistry()
    for kind, ids in {"regions": ["r1"], "farmers": ["f1", "f2"], "factories": ["k1"], "prompts": ["c1"]}.items():
        registry.register(kind, ids)
    mappings = {"region_id": "regions", "clerk": "prompts", "farmer_ids": "farmers", "link.factory_id": "factories"}
    found = validate_foreign_keys(
        RECORDS, "collection_points", mappings, registry, optional_fields=["clerk"], list_fields={"farmer_ids"}
    )

    assert found == [
        FKValidationError("collection_points", "region_id", "r9", "regions", 1),
        FKValidationError("collection_points", "clerk", "c9", "prompts", 1),
        FKValidationError("collection_points", "farmer_ids", "f8", "farmers", 1),
        FKValidationError("collection_points", "farmer_ids", "f9", "farmers", 1),
        FKValidationError("collection_points", "link.factory_id", "k9", "factories", 1),
        FKValidationError("collection_points", "region_id", None, "regions", 2),
        FKValidationError("collection_points", "farmer_ids", None, "farmers", 2),
        FKValidationError("collection_points", "link.factory_id", None, "factories", 2),
    ]


def test_errors_tell_everything() -> None:
    """An error's text names table, record, field, value and target; it can be raised."""
    error = FKValidationError("farmers", "region_id", "r9", "regions", 4)

    assert str(error) == "farmers[4].region_id: 'r9' is not in regions"
    assert str(FKValidationError("farmers", "region_id", None, "regions", 4)) == (
        "farmers[4].region_id: the key of regions is missing (None)"
    )
    with pytest.raises(FKValidationError, match=r"farmers\[4\]"):
        raise error


def test_records_as_json_has_them(registry: FKRegistry) -> None:
    """Dictionaries of a table's JSON are records too; children follow their fields. A wrong one is told by field."""
    region = RegionFactory.build(region_id="meru-highland").model_dump(mode="json")
    registry.register("regions", [region])

    assert FarmerFactory.build().region_id == "meru-highland"
    with pytest.raises(ValueError, match="geography"):
        registry.register("regions", [{key: value for key, value in region.items() if key != "geography"}])


def test_lists_by_brackets() -> None:
    """A field that ends in brackets holds a list of keys."""
    registry = FKRegistry()
    registry.register("farmers", ["f"])
    found = validate_foreign_keys([{"farmer_ids": ["f", "g"]}], "points", {"farmer_ids[]": "farmers"}, registry)

    assert [str(error) for error in found] == ["points[0].farmer_ids[]: 'g' is not in farmers"]


@pytest.mark.parametrize("option", ["optional_fields", "list_fields"])
@pytest.mark.parametrize("fields", [["region"], "region_id"])
def test_options_that_name_no_field(option: str, fields: Any) -> None:
    """An option that names no mapped field, or is no list, is told: it would do nothing."""
    with pytest.raises(ValueError, match=f"{option}: '.*' is not in a list of mapped fields"):
        validate_foreign_keys([], "farmers", {"region_id": "regions"}, FKRegistry(), **{option: fields})


@pytest.mark.parametrize("records", [{"region_id": "r"}, "r", 7])
def test_records_that_are_no_list(records: Any) -> None:
    """One record in place of a list is told so."""
    with pytest.raises(TypeError, match="records is a list of records"):
        validate_foreign_keys(records, "farmers", {"region_id": "regions"}, FKRegistry())


def test_a_list_that_is_none() -> None:
    """A text where a list of keys is due is one wrong value, not one per letter."""
    registry = FKRegistry()
    registry.register("farmers", ["f"])
    found = validate_foreign_keys(
        [{"farmer_ids": "f"}], "points", {"farmer_ids": "farmers"}, registry, None, ["farmer_ids"]
    )

    assert [error.invalid_value for error in found] == ["f"]


def test_optional_keys_may_be_absent() -> None:
    """An optional key may be null or absent, but if there it must be registered."""
    registry, mappings = FKRegistry(), {"region_id": "regions"}
    records: list[dict[str, Any]] = [{}, {"region_id": None}, {"region_id": ""}]

    found = validate_foreign_keys(records, "x", mappings, registry, optional_fields=["region_id"])
    assert [(error.record_index, error.invalid_value) for error in found] == [(2, "")]
