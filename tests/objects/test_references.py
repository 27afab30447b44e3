"""Foreign keys are passed or picked from the registry, never invented."""

from __future__ import annotations

from collections import Counter
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
from demo_data.tea.kenya.places import counties
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


@pytest.mark.parametrize("parents", [1, 2, 5, 7, 17])
@pytest.mark.parametrize("size", [17, 18, 40, 100])
def test_spread(parents: int, size: int) -> None:
    """No parent stays empty where there are enough children, and their numbers differ by one at most."""
    regions = RegionFactory.build_batch_and_register(parents)
    factories = Counter(factory.region_id for factory in FactoryEntityFactory.batch(size))
    farmers = Counter(farmer.region_id for farmer in FarmerFactory.batch(size))
    single = Counter(FactoryEntityFactory.build().region_id for _ in range(size))

    for found in (factories, farmers, single):
        assert set(found) == {region.region_id for region in regions}
    assert max(factories.values()) - min(factories.values()) <= 1
    assert max(single.values()) - min(single.values()) <= 1


def test_every_active_point_has_farmers() -> None:
    """A batch of farmers leaves no active collection point empty, and no inactive one has any."""
    made = village(regions=4, factories=8, points=60, farmers=60)

    assert all(point.farmer_ids for point in made.points if point.status == "active")
    assert not any(point.farmer_ids for point in made.points if point.status == "inactive")
    assert {point.status for point in made.points} == {"active", "inactive", "seasonal"}


def test_farmers_enrol_when_registered() -> None:
    """Deferred references start empty; registered farmers join the lists of their region's points, others do not."""
    made = village(farmers=0)
    assert [point.farmer_ids for point in made.points] == [[] for _ in made.points]

    FarmerFactory.batch(20)
    assert [point.farmer_ids for point in made.points] == [[] for _ in made.points]

    farmers = FarmerFactory.build_batch_and_register(20)
    listed = Counter(farmer for point in made.points for farmer in point.farmer_ids)
    region = {farmer.id: farmer.region_id for farmer in farmers}
    assert set(listed) == set(region)
    assert all(region[farmer] == point.region_id for point in made.points for farmer in point.farmer_ids)


def test_factories_join_their_grading_model() -> None:
    """A registered grading model lists the factories that use it, earlier and later ones, each factory once."""
    RegionFactory.build_and_register()
    FactoryEntityFactory.build_batch_and_register(3)
    models = GradingModelFactory.build_batch_and_register(2)
    FactoryEntityFactory.build_batch_and_register(3)
    FactoryEntityFactory.build_and_register(id="KEN-FAC-002")

    assert sorted(key for model in models for key in model.active_at_factory) == [
        f"KEN-FAC-{n:03}" for n in range(1, 7)
    ]


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


@pytest.mark.parametrize("region_id", ["machakos-highland", "atlantis-lowland", "R1", "Über-highland"])
def test_unknown_regions_are_in_tea_country(region_id: str, registry: FKRegistry) -> None:
    """In a region that nobody knows, things lie in Kenya's tea area."""
    registry.register("regions", [region_id])
    for place in (FarmerFactory.build().farm_location, FactoryEntityFactory.build().location):
        assert -1.5 < place.latitude < 1.5
        assert 34 < place.longitude < 38.2


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


def test_regions_are_limited() -> None:
    """Every tea county in every band: as many regions can be made, and a larger batch is told the limit."""
    limit = 3 * len(counties())
    with pytest.raises(ValueError, match=f"^{limit + 1} regions are more than can be made: there are {limit}"):
        RegionFactory.batch(limit + 1)
    regions = RegionFactory.build_batch_and_register(limit)

    assert len({region.region_id for region in regions}) == limit
    assert RegionFactory.build().region_id == "nyeri-highland"  # from the start again, when all were handed out


def test_regions_do_not_repeat() -> None:
    """No region comes twice before every one was handed out, be it asked for by name, in batches or one by one."""
    named = RegionFactory.build_and_register(county="Kericho")
    regions = [named, *RegionFactory.build_batch_and_register(3), *(RegionFactory.build() for _ in range(40))]
    regions += RegionFactory.batch(7)

    assert len({region.region_id for region in regions}) == 51


def test_regions_follow_their_circle() -> None:
    """Area, perimeter and what the weather service is asked for follow from the circle and the altitudes given."""
    region = RegionFactory.build(
        geography={
            "radius_km": 3.0,
            "center_gps": {"lat": -0.5},
            "altitude_band": {"min_meters": 1700, "max_meters": 1900},
        }
    )

    assert (region.geography.area_km2, region.geography.perimeter_km) == (28.3, 18.8)
    assert region.weather_config.api_location.lat == -0.5
    assert region.weather_config.altitude_for_api == 1800


def test_reference_rows_come_in_turn() -> None:
    """One by one, reference rows come round for ever."""
    assert [GradingModelFactory.build().model_id for _ in range(5)] == ["tbk_kenya_tea_v1", "ktda_ternary_v1"] * 2 + [
        "tbk_kenya_tea_v1"
    ]
    assert len({SourceConfigFactory.build().source_id for _ in range(9)}) == 3


@pytest.mark.parametrize(("parents", "size"), [(4, 2), (6, 3), (9, 2), (10, 4), (7, 6)])
def test_small_batches_reach_everybody(parents: int, size: int) -> None:
    """Batches smaller than the number of parents reach all of them before long, whatever the two numbers are."""
    regions = {region.region_id for region in RegionFactory.build_batch_and_register(parents)}
    for factory in (FactoryEntityFactory, FarmerFactory):
        found = {made.region_id for _ in range(2 * parents) for made in factory.batch(size)}
        assert found == regions


def test_regions_by_county_and_band() -> None:
    """Any tea county can be asked for, in any band; an unknown county is told with the nearest one."""
    region = RegionFactory.build(county="Murang'a", geography={"altitude_band": {"label": "midland"}})

    assert region.region_id == "muranga-midland"
    assert region.name == "Murang'a Midland"
    assert 800 <= region.geography.altitude_band.min_meters < region.geography.altitude_band.max_meters <= 1200
    with pytest.raises(ValueError, match="did you mean 'Kericho'"):
        RegionFactory.build(county="Kerichoo")
    with pytest.raises(ValueError, match="is no altitude band"):
        RegionFactory.build(geography={"altitude_band": {"label": "highlands"}})


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


def test_weather_has_a_row_a_day() -> None:
    """A batch of weather has no region and day twice."""
    RegionFactory.build_batch_and_register(2)
    days = {(row.region_id, row.date) for row in RegionalWeatherFactory.batch(60)}

    assert len(days) == 60
    RegionalWeatherFactory.reset_counter()
    with pytest.raises(ValueError, match="build_for_region_and_dates"):
        RegionalWeatherFactory.batch(63)


def test_farmers_enrol_once() -> None:
    """A farmer registered again under the same id is listed once."""
    made = village(1, 1, 1, 0)
    for _ in range(2):
        FarmerFactory.build_batch_and_register(2)
        FarmerFactory.reset_counter()

    assert made.points[0].farmer_ids == ["WM-0001", "WM-0002"]


def test_who_cannot_deliver_is_passed_over() -> None:
    """A farmer without a collection point keeps nobody else from delivering."""
    village(1, 1, 2, 10)
    alone = FarmerFactory.build_and_register(region_id="meru-highland", is_active=True)
    documents = [*DocumentFactory.batch(40), *(DocumentFactory.build() for _ in range(30))]

    assert alone.id not in {document.linkage_fields["farmer_id"] for document in documents}
    message = r"for meru-highland: generate them first, as in FactoryEntityFactory.build_and_register\(region_id='meru-"
    with pytest.raises(ValueError, match=message):
        DocumentFactory.build_history(alone)
    FactoryEntityFactory.build_and_register(region_id="meru-highland")
    CollectionPointFactory.build_and_register(region_id="meru-highland")
    assert DocumentFactory.build_history(alone)


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


def test_post_boxes_are_a_points_own() -> None:
    """A farmer's post box is that of the place after which the collection point is named."""
    made = village(3, 4, 30, 100)
    for farmer in made.farmers:
        place = farmer.contact.address.partition(", ")[2]
        assert [point for point in made.points if farmer.id in point.farmer_ids and point.name.startswith(place)]
        assert farmer.contact.address.startswith("P.O. Box 1")


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


def test_weather_of_unknown_regions_differs() -> None:
    """Two regions that nobody knows have weather of their own."""
    rain = [
        [day.precipitation_mm for day in RegionalWeatherFactory.batch(30, region_id=region_id)]
        for region_id in ("atlantis-highland", "utopia-highland")
    ]

    assert rain[0] != rain[1]


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


def test_a_discarded_farmer_leaves_no_home() -> None:
    """A registered farmer delivers in the own region, though one who was thrown away had the same id elsewhere."""
    village(1, 1, 2, 0)
    FarmerFactory.batch(4)
    FarmerFactory.reset_counter()
    FactoryEntityFactory.build_and_register(region_id="kericho-highland")
    CollectionPointFactory.build_and_register(region_id="kericho-highland")
    farmer = FarmerFactory.build_and_register(region_id="kericho-highland", is_active=True)

    assert DocumentFactory.build().linkage_fields["farmer_id"] == farmer.id
    assert DocumentFactory.build().linkage_fields["collection_point_id"] == "kericho-highland-cp-001"
