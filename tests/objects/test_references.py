"""Foreign keys are passed or picked from the registry, never invented."""

from __future__ import annotations

from typing import Any

import pytest

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    FKRegistry,
    GradingModelFactory,
    RegionalWeatherFactory,
    RegionFactory,
    SourceConfigFactory,
    get_fk_registry,
    validate_foreign_keys,
)
from tests.objects.village import FACTORIES, village

NEEDS = {
    FactoryEntityFactory: "regions",
    CollectionPointFactory: "factories",
    RegionalWeatherFactory: "regions",
    FarmerFactory: "regions",
    DocumentFactory: "farmers",
    FarmerPerformanceFactory: "farmers",
}


@pytest.mark.parametrize("factory", NEEDS, ids=lambda factory: factory.__name__)
def test_nothing_registered(factory: Any, registry: FKRegistry) -> None:
    """With nothing registered, the error names what is missing and the class that makes it, and nothing is made."""
    message = rf"^No {NEEDS[factory]} registered in FK registry: generate them first, as in \w+Factory\.build_batch"
    for make in (factory.build, factory.build_and_register):
        with pytest.raises(ValueError, match=message):
            make()
    with pytest.raises(ValueError, match=message):
        factory.build_batch_and_register(3)

    assert repr(registry) == "<FKRegistry: empty>"


def test_no_points_for_documents() -> None:
    """A document needs a registered collection point in its farmer's region."""
    farmer = FarmerFactory.build_and_register(region_id="nyeri-highland", is_active=True)
    with pytest.raises(ValueError, match=r"^No collection_points registered in FK registry: "):
        DocumentFactory.build_history(farmer)
    RegionFactory.build_and_register(region_id="bomet-highland")
    FactoryEntityFactory.build_and_register()
    CollectionPointFactory.build_and_register()
    with pytest.raises(ValueError, match=r"^No collection_points registered in FK registry for nyeri-highland: "):
        DocumentFactory.build()


def test_reference_rows_need_no_registering() -> None:
    """Known regions, grading models and sources may be referred to as they are."""
    assert FactoryEntityFactory.build(region_id="meru-highland").region_id == "meru-highland"
    assert RegionalWeatherFactory.build(region_id="meru-highland").region_id == "meru-highland"
    assert [model.model_id for model in GradingModelFactory.batch(2)] == ["tbk_kenya_tea_v1", "ktda_ternary_v1"]
    assert len(SourceConfigFactory.batch(3)) == 3


def test_keys_are_picked_from_the_registry(registry: FKRegistry) -> None:
    """Every foreign key of every object is a registered one."""
    made = village(regions=3, factories=4, points=9, farmers=60)
    GradingModelFactory.build_batch_and_register(2)
    SourceConfigFactory.build_batch_and_register(3)
    documents = DocumentFactory.build_batch_and_register(200)
    checks: list[tuple[Any, str, dict[str, str], list[str]]] = [
        (made.factories, "factories", {"region_id": "regions"}, []),
        (made.farmers, "farmers", {"region_id": "regions"}, []),
        (
            made.points,
            "collection_points",
            {"region_id": "regions", "factory_id": "factories", "farmer_ids": "farmers"},
            ["farmer_ids"],
        ),
        (RegionalWeatherFactory.batch(50), "weather_observations", {"region_id": "regions"}, []),
        (
            documents,
            "documents",
            {
                "ingestion.source_id": "source_configs",
                "linkage_fields.farmer_id": "farmers",
                "linkage_fields.factory_id": "factories",
                "linkage_fields.collection_point_id": "collection_points",
                "linkage_fields.grading_model_id": "grading_models",
            },
            [],
        ),
        (
            FarmerPerformanceFactory.batch(60),
            "farmer_performance",
            {"farmer_id": "farmers", "grading_model_id": "grading_models"},
            [],
        ),
    ]

    for records, table, mappings, lists in checks:
        assert validate_foreign_keys(records, table, mappings, registry, list_fields=lists) == []


def test_ids_alone_will_do(registry: FKRegistry) -> None:
    """Where only ids are registered, children refer to them; in a known region they lie inside it."""
    registry.register("regions", ["kericho-highland"])
    registry.register("factories", ["F-7"])
    registry.register("collection_points", ["kericho-highland-cp-001"])
    registry.register("farmers", ["ann"])
    farmer, document = FarmerFactory.build(), DocumentFactory.build()

    assert (farmer.region_id, FactoryEntityFactory.build().region_id) == ("kericho-highland", "kericho-highland")
    assert abs(farmer.farm_location.latitude + 0.36) < 0.2
    assert abs(farmer.farm_location.longitude - 35.28) < 0.2
    assert CollectionPointFactory.build().factory_id == "F-7"
    assert document.linkage_fields["farmer_id"] == "ann"
    assert document.linkage_fields["factory_id"] == "F-7"
    assert document.linkage_fields["collection_point_id"] == "kericho-highland-cp-001"
    assert document.document_id.startswith("DOC-ann-")
    assert FarmerPerformanceFactory.build().farmer_id == "ann"


def test_documents_name_what_is_passed() -> None:
    """References that are passed need no registering."""
    links = {
        "farmer_id": "WM-0007",
        "factory_id": "KEN-FAC-009",
        "collection_point_id": "nandi-highland-cp-001",
        "grading_model_id": "ktda_ternary_v1",
    }
    document = DocumentFactory.build(linkage_fields=links)

    assert document.linkage_fields == links
    assert {key: document.extracted_fields[key] for key in links} == links
    assert "stalks" in document.extracted_fields["bag_summary"]["leaf_type_distribution"]


def test_a_failing_batch_registers_nothing(registry: FKRegistry) -> None:
    """When a batch fails nothing is registered, nobody enrols and no number is used."""
    made = village(farmers=3)
    before = [list(point.farmer_ids) for point in made.points]
    with pytest.raises(ValueError, match="farm_size_hectares"):
        FarmerFactory.build_batch_and_register(5, farm_size_hectares=-1)

    assert registry.get_valid_ids("farmers") == {"WM-0001", "WM-0002", "WM-0003"}
    assert [point.farmer_ids for point in made.points] == before
    assert FarmerFactory.build().id == "WM-0004"


@pytest.mark.parametrize("table", FACTORIES)
def test_foreign_keys_of_a_wrong_type(table: str) -> None:
    """A foreign key that is no text is an error that says so."""
    village()
    field = {"documents": "linkage_fields", "farmer_performance": "farmer_id", "collection_points": "factory_id"}.get(
        table, "region_id"
    )
    if field not in FACTORIES[table].__model__.model_fields:
        return
    with pytest.raises((TypeError, ValueError), match=field):
        FACTORIES[table].build(**dict[str, Any]({field: 7}))


def test_reference_rows_come_in_turn() -> None:
    """One by one, reference rows come round for ever."""
    assert [GradingModelFactory.build().model_id for _ in range(5)] == ["tbk_kenya_tea_v1", "ktda_ternary_v1"] * 2 + [
        "tbk_kenya_tea_v1"
    ]
    assert len({SourceConfigFactory.build().source_id for _ in range(9)}) == 3


def test_more_reference_rows_than_there_are() -> None:
    """A batch of reference rows is no larger than their list."""
    with pytest.raises(ValueError, match="3 grading_models are more than there are: tbk_kenya_tea_v1, ktda_ternary_v1"):
        GradingModelFactory.batch(3)


def test_performance_is_one_row_each() -> None:
    """A batch of performance has no more rows than farmers are registered."""
    village(farmers=4)
    assert [row.farmer_id for row in FarmerPerformanceFactory.batch(4)] == [f"WM-{n:04}" for n in range(1, 5)]
    with pytest.raises(ValueError, match="5 rows of performance are more than the 4 registered farmers"):
        FarmerPerformanceFactory.batch(5)


@pytest.mark.parametrize("make", ["build", "batch"])
def test_documents_of_a_factory(make: str) -> None:
    """Documents of a named factory are of its farmers, at its points, under its grading model, in every field."""
    made = village(1, 3, 9, 90)
    for factory in made.factories:
        links = {"factory_id": factory.id}
        documents = (
            DocumentFactory.batch(8, linkage_fields=links)
            if make == "batch"
            else [DocumentFactory.build(linkage_fields=links) for _ in range(8)]
        )
        points = {point.id: point for point in made.points if point.factory_id == factory.id}
        for document in documents:
            assert document.extracted_fields["factory_id"] == document.linkage_fields["factory_id"] == factory.id
            assert (
                document.linkage_fields["farmer_id"]
                in points[document.linkage_fields["collection_point_id"]].farmer_ids
            )
            assert document.raw_document.blob_path.startswith(factory.id)


def test_documents_of_a_point() -> None:
    """Documents at a named point are of farmers who are listed there, and of its factory."""
    made = village(2, 2, 6, 80)
    for point in made.points:
        if point.farmer_ids:
            documents = DocumentFactory.batch(9, linkage_fields={"collection_point_id": point.id})
            assert {document.linkage_fields["farmer_id"] for document in documents} <= set(point.farmer_ids)
            assert {document.linkage_fields["factory_id"] for document in documents} == {point.factory_id}


def test_links_are_the_same_twice() -> None:
    """What a document is linked to is what it was extracted for, also where nobody knows it."""
    village()
    document = DocumentFactory.build(linkage_fields={"grading_model_id": "mine", "factory_id": "F"})

    assert (document.extracted_fields["grading_model_id"], document.extracted_fields["factory_id"]) == ("mine", "F")


def test_a_point_that_never_opens() -> None:
    """Nobody can deliver at a point without collection days."""
    village(1, 1, 0, 0)
    point = CollectionPointFactory.build_and_register(collection_days=[], status="active")
    farmer = FarmerFactory.build_and_register(is_active=True)
    with pytest.raises(ValueError, match=f"{point.id} has no collection days"):
        DocumentFactory.build_history(farmer)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"farmer_id": "x"}, "linkage_fields={'farmer_id': ...}"),
        ({"received_at": 1}, "ingestion={'received_at': ...}"),
        ({"primary_percentage": 1}, "extracted_fields={'bag_summary': {'primary_percentage': ...}}"),
        ({"documnt_id": 1}, "'document_id'"),
    ],
)
def test_names_further_inside(given: dict[str, Any], hint: str) -> None:
    """A name that stands further inside is told with its place."""
    with pytest.raises(TypeError) as told:
        DocumentFactory.build(**given)

    assert f"did you mean {hint}?" in str(told.value)


def test_fields_are_stated_by_keyword() -> None:
    """A dictionary in place of keywords is told so."""
    with pytest.raises(TypeError, match="state fields by keyword"):
        FarmerFactory.build({"region_id": "nyeri-highland"})  # type: ignore[arg-type]


def test_ids_alone_have_any_region() -> None:
    """A factory of which only the id is known may stand in any region; a point of no known region is nobody's."""
    registry = get_fk_registry()
    registry.register("factories", ["F-7"])
    registry.register("collection_points", ["CP-1"])

    assert CollectionPointFactory.build(region_id="nyeri-highland").factory_id == "F-7"
    assert FarmerFactory.build(region_id="nyeri-highland").region_id == "nyeri-highland"


@pytest.mark.parametrize("value", [7, None, ["WM-0001"]])
def test_links_of_a_wrong_type(value: Any) -> None:
    """A link that is no text is told."""
    village()
    with pytest.raises(TypeError, match=r"documents\.linkage_fields\.farmer_id is a text, not"):
        DocumentFactory.build(linkage_fields={"farmer_id": value})


def test_source_decides_where_blobs_land() -> None:
    """A document of a given source lies where that source lands."""
    village()
    landing = {source.source_id: source.ingestion.landing_container for source in SourceConfigFactory.batch(3)}
    document = DocumentFactory.build(ingestion={"source_id": "manual-upload"})

    assert document.raw_document.blob_container == landing["manual-upload"] != landing["qc-analyzer"]
