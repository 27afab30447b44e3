"""The ranking, on a pinned snapshot of demo-data and on objects made for a test."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from ranking import Place, ranking

DAYS = 30


@pytest.fixture(scope="session")
def rankings(demo_snapshot) -> dict[str, list[Place]]:
    """The ranking of every factory of the snapshot."""
    points, performances = demo_snapshot.models("collection_points"), demo_snapshot.models("farmer_performance")
    return {each.id: ranking(each.id, points, performances) for each in demo_snapshot.models("factories")}


def test_deliveries_decide(demo_snapshot, rankings) -> None:
    """A farmer's percentage is the mean of the deliveries in the window, and whoever delivered is ranked once."""
    last = demo_snapshot.recipe.as_of
    kenyan_day = pl.col("ingestion").struct.field("received_at").dt.offset_by("3h").dt.date()
    links, fields = pl.col("linkage_fields").struct, pl.col("extracted_fields").struct
    expected = (
        demo_snapshot.documents.filter(kenyan_day > last - timedelta(days=DAYS))
        .group_by(links.field("factory_id"), links.field("farmer_id"))
        .agg(fields.field("bag_summary").struct.field("primary_percentage").mean().alias("mean"))
        .collect()
    )

    for factory, places in rankings.items():
        told = {place.farmer_id: place.primary_percentage for place in places}
        means = expected.filter(pl.col("factory_id") == factory).select("farmer_id", "mean").rows()
        assert told == pytest.approx(dict(means), abs=0.051)  # published to one decimal
        assert len(places) == len(told) > 3


def test_best_first(rankings) -> None:
    """Ranks grow as percentages fall."""
    for places in rankings.values():
        assert places[0].rank == 1
        for better, worse in pairwise(places):
            assert better.primary_percentage >= worse.primary_percentage
            assert (better.rank == worse.rank) == (better.primary_percentage == worse.primary_percentage)


def test_stories_show(demo_snapshot, rankings) -> None:
    """Top performers are ahead of everybody who is consistently poor; inactive farmers have no place."""
    stories = demo_snapshot.scenarios
    rank = {place.farmer_id: place.rank for places in rankings.values() for place in places}
    percentage = {place.farmer_id: place.primary_percentage for places in rankings.values() for place in places}

    assert min(percentage[who] for who in stories["top_performer"]) > max(
        percentage[who] for who in stories["consistently_poor"]
    )
    assert rank.keys().isdisjoint(stories["inactive"])


def test_newcomer(demo_snapshot, demo_registry, farmer_factory, document_factory, farmer_performance_factory) -> None:
    """A new farmer beside those of the snapshot takes the place that the deliveries earn."""
    farmer = farmer_factory.build_and_register(is_active=True)
    points = [demo_registry.record("collection_points", key) for key in demo_registry.ids("collection_points")]
    point = next(each for each in points if farmer.id in each.farmer_ids)  # registered farmers are enrolled
    story = document_factory.build_history(farmer, scenario="top_performer")
    mine = farmer_performance_factory.build(documents=story)
    performances = [*demo_snapshot.models("farmer_performance"), mine]
    places = ranking(point.factory_id, points, performances)

    (place,) = (each for each in places if each.farmer_id == farmer.id)
    assert place.rank == 1 + sum(each.primary_percentage > place.primary_percentage for each in places)
    assert place.primary_percentage >= 85


def test_ties(collection_point_factory, farmer_performance_factory, region_factory, factory_entity_factory) -> None:
    """Equal percentages share a rank, and the next rank is left out; no snapshot is needed for this."""
    region_factory.build_and_register()
    factory = factory_entity_factory.build_and_register()
    percentages = {"WM-0001": 80.0, "WM-0002": 90.0, "WM-0003": 90.0, "WM-0004": 70.0}
    point = collection_point_factory.build(farmer_ids=list(percentages))
    performances = [
        farmer_performance_factory.build(
            farmer_id=who, historical={"primary_percentage_30d": percentage, "total_kg_30d": 1.0}
        )
        for who, percentage in percentages.items()
    ]

    assert [(place.rank, place.farmer_id) for place in ranking(factory.id, [point], performances)] == [
        (1, "WM-0002"),
        (1, "WM-0003"),
        (3, "WM-0001"),
        (4, "WM-0004"),
    ]
