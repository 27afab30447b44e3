"""How farmers come to collection points: dealt, enrolled, listed."""

from __future__ import annotations

from collections import Counter

import pytest

from demo_data import (
    CollectionPointFactory,
    DocumentFactory,
    FactoryEntityFactory,
    FarmerFactory,
    GradingModelFactory,
    RegionFactory,
)
from tests.objects.village import village


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


@pytest.mark.parametrize(("parents", "size"), [(4, 2), (6, 3), (9, 2), (10, 4), (7, 6)])
def test_small_batches_reach_everybody(parents: int, size: int) -> None:
    """Batches smaller than the number of parents reach all of them before long, whatever the two numbers are."""
    regions = {region.region_id for region in RegionFactory.build_batch_and_register(parents)}
    for factory in (FactoryEntityFactory, FarmerFactory):
        found = {made.region_id for _ in range(2 * parents) for made in factory.batch(size)}
        assert found == regions


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
