"""Farmers' histories: scenarios, performance computed from documents, weather of consecutive days."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import pytest

from demo_data import (
    DocumentFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
)
from tests.objects.village import LAST, day, farmer, percentage, village

TIERS = {"tier_1": (85, 100), "tier_2": (70, 84.9), "tier_3": (50, 69.9), "reject": (20, 49.9)}
STORIES = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1",) * 5,
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
}


@pytest.mark.parametrize("scenario", STORIES)
@pytest.mark.parametrize("days", [90, 200])
def test_scenarios(scenario: str, days: int) -> None:
    """A history shows its scenario's tiers in five parts of the last 90 days, and the first one before."""
    village(2, 3, 8, 0)
    for _ in range(5):
        documents = DocumentFactory.build_history(farmer(), scenario=scenario, days=days)
        parts = set()
        for document in documents:
            age = (LAST - day(document)).days
            part = max(4 - age * 5 // 90, 0)
            parts.add(part)
            low, high = TIERS[STORIES[scenario][part]]
            assert low <= percentage(document) <= high
        assert parts == {0, 1, 2, 3, 4}


def test_histories_are_whole() -> None:
    """A history is every delivery of its days, oldest first, 7 to 18 days apart; those of 90 days count from 1."""
    village(2, 3, 8, 0)
    who = farmer()
    documents = DocumentFactory.build_history(who)
    gaps = [(day(after) - day(before)).days for before, after in pairwise(documents)]

    assert [document.document_id for document in documents] == [
        f"DOC-{who.id}-{number:04}" for number in range(1, len(documents) + 1)
    ]
    assert {document.linkage_fields["farmer_id"] for document in documents} == {who.id}
    assert all(7 <= gap <= 18 for gap in gaps)
    assert (LAST - day(documents[0])).days < 90
    assert (LAST - day(documents[-1])).days <= 18
    assert (day(documents[0]) - (LAST - datetime.timedelta(days=89))).days <= 18
    assert DocumentFactory.build_history(who, days=200)[-len(documents) :] == documents


def test_who_delivers_nothing() -> None:
    """An inactive farmer has no deliveries, nor has the scenario `inactive`; another scenario needs an active one."""
    village(1, 1, 2, 0)
    idle = FarmerFactory.build_and_register(is_active=False)

    assert DocumentFactory.build_history(idle) == []
    assert DocumentFactory.build_history(farmer(), scenario="inactive") == []
    assert FarmerPerformanceFactory.build(farmer_id=idle.id).historical.grade_distribution_year == {}
    with pytest.raises(ValueError, match="is not active and delivers nothing, so top_performer cannot be shown"):
        DocumentFactory.build_history(idle, scenario="top_performer")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"scenario": "improving"}, ValueError, "'improving' is no scenario; did you mean 'improving_trend'"),
        ({"days": 0}, ValueError, "the number of days is from 1 to 20000, not 0"),
        ({"days": -5}, ValueError, "the number of days is from 1"),
        ({"days": "90"}, TypeError, "the number of days is a whole number"),
        ({"weight": 3}, TypeError, "'weight' is no field of Document"),
    ],
)
def test_wrong_histories(given: dict[str, Any], error: type[Exception], message: str) -> None:
    """What a history cannot be is told with what it can."""
    village(1, 1, 2, 0)
    with pytest.raises(error, match=message):
        DocumentFactory.build_history(farmer(), **given)


def test_history_of_an_id() -> None:
    """A registered farmer's id does as well as the farmer."""
    village(1, 1, 2, 0)
    who = farmer()
    by_record = DocumentFactory.build_history(who)
    DocumentFactory.reset_counter()

    assert DocumentFactory.build_history(who.id) == by_record


def test_a_history_is_the_same_again() -> None:
    """The same call gives the same documents, and what is built afterwards is older."""
    village(1, 1, 2, 0)
    who = farmer()
    first, second = DocumentFactory.build_history(who), DocumentFactory.build_history(who)
    older = [DocumentFactory.build() for _ in range(3)]

    assert first == second
    assert max(map(day, older)) < min(map(day, first))
    assert not {document.document_id for document in older} & {document.document_id for document in first}


def test_the_latest_come_first() -> None:
    """Built one by one, documents are a farmer's latest deliveries, with the numbers that the history gives them."""
    village(1, 1, 2, 0)
    who = farmer()
    single = [DocumentFactory.build() for _ in range(4)]
    DocumentFactory.reset_counter()
    batch = DocumentFactory.batch(4)
    DocumentFactory.reset_counter()

    assert single[::-1] == batch == DocumentFactory.build_history(who)[-4:]


def test_nobody_delivers_before_registration() -> None:
    """A history begins when the farmer is registered, and so does performance."""
    village(1, 1, 2, 0)
    since = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)
    who = farmer(registration_date=since)
    documents = DocumentFactory.build_history(who)

    assert documents
    assert min(map(day, documents)) > since.date()
    assert FarmerPerformanceFactory.build(farmer_id=who.id) == FarmerPerformanceFactory.build(documents=documents)
    assert day(DocumentFactory.build(linkage_fields={"farmer_id": who.id})) <= day(documents[0])


def test_quality_follows_the_percentage() -> None:
    """The leaves, the rest and the grade follow a given primary percentage."""
    village(1, 2, 4, 20)
    for document in DocumentFactory.batch(20, extracted_fields={"bag_summary": {"primary_percentage": 40.0}}):
        bag = document.extracted_fields["bag_summary"]
        assert (bag["primary_percentage"], bag["secondary_percentage"], bag["grade"]) == (40.0, 60.0, "reject")
        assert sum(bag["leaf_type_distribution"].values()) == 200
        if document.linkage_fields["grading_model_id"] == "ktda_ternary_v1":
            assert bag["leaf_type_distribution"]["stalks"] + bag["leaf_type_distribution"]["other"] == 120


def test_an_id_is_one_delivery() -> None:
    """However documents of a farmer are asked for, equal ids are equal documents."""
    village(1, 1, 2, 0)
    who = farmer()
    links = {"farmer_id": who.id}
    documents = [
        *DocumentFactory.build_history(who, days=30),
        *(DocumentFactory.build(linkage_fields=links) for _ in range(8)),
        *DocumentFactory.batch(12, linkage_fields=links),
        *DocumentFactory.build_history(who, days=200),
        *DocumentFactory.build_history(who),
    ]
    by_id = {document.document_id: document for document in documents}

    assert all(by_id[document.document_id] == document for document in documents)
    assert len({day(document) for document in documents}) == len(by_id)


def test_ids_that_nobody_registered() -> None:
    """A history of an id needs a registered farmer; a misspelt one is told the nearest."""
    village(1, 1, 2, 3)
    with pytest.raises(ValueError, match="no farmer 'WM-001' is registered; did you mean 'WM-000"):
        DocumentFactory.build_history("WM-001")
