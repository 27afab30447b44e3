"""Farmers' histories: scenarios, performance computed from documents, weather of consecutive days."""

from __future__ import annotations

import datetime
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from demo_data import (
    DocumentFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    RegionalWeatherFactory,
    set_as_of,
    set_profile,
)
from demo_data.models import Document, Farmer
from tests.objects.village import village

TIERS = {"tier_1": (85, 100), "tier_2": (70, 84.9), "tier_3": (50, 69.9), "reject": (20, 49.9)}
STORIES = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1",) * 5,
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
}
LAST = datetime.date(2026, 1, 31)


def farmer(**given: Any) -> Farmer:
    return FarmerFactory.build_and_register(is_active=True, **given)


def day(document: Document) -> datetime.date:
    return (document.ingestion.received_at + datetime.timedelta(hours=3)).date()


def percentage(document: Document) -> float:
    found: float = document.extracted_fields["bag_summary"]["primary_percentage"]
    return found


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


def test_performance_of_documents() -> None:
    """Performance adds the given documents up: leaves, kilograms, percentages, trend."""
    village(2, 2, 6, 0)
    who = farmer(farm_size_hectares=0.8)
    documents = DocumentFactory.build_history(who, scenario="declining_trend", days=90)
    found = FarmerPerformanceFactory.build(documents=documents)
    recent = [document for document in documents if (LAST - day(document)).days < 30]
    leaves: Counter[str] = Counter()
    for document in documents:
        leaves.update(document.extracted_fields["bag_summary"]["leaf_type_distribution"])
    kilograms = round(sum(document.extracted_fields["bag_summary"]["total_weight_kg"] for document in documents), 1)

    assert found.farmer_id == who.id
    assert found.farm_size_hectares == 0.8
    assert found.grading_model_id == documents[0].linkage_fields["grading_model_id"]
    assert found.historical.attribute_distributions_90d["leaf_type"] == leaves
    assert sum(found.historical.grade_distribution_30d.values()) == 200 * len(recent)
    assert found.historical.total_kg_90d == found.historical.total_kg_year == kilograms
    assert found.historical.primary_percentage_30d == pytest.approx(
        sum(map(percentage, recent)) / len(recent), abs=0.051
    )
    assert found.historical.improvement_trend == "declining"
    assert found.today.metrics_date == LAST


def test_performance_of_no_documents() -> None:
    """No documents add up to nothing."""
    found = FarmerPerformanceFactory.build(documents=[], farmer_id="WM-0001")

    assert (found.historical.total_kg_year, found.historical.grade_distribution_year) == (0.0, {})
    assert (found.today.deliveries, found.today.last_delivery) == (0, None)


def test_performance_of_several_farmers() -> None:
    """Documents of several farmers have no one performance."""
    village(1, 1, 2, 0)
    both = [*DocumentFactory.build_history(farmer()), *DocumentFactory.build_history(farmer())]
    with pytest.raises(ValueError, match="the documents are of several farmers: WM-0001, WM-0002"):
        FarmerPerformanceFactory.build(documents=both)


def test_performance_without_documents_is_a_set_of_them() -> None:
    """Without documents, performance is that of the history which the farmer would have, and it is coherent."""
    village(2, 2, 6, 0)
    who = farmer()
    made = FarmerPerformanceFactory.build(farmer_id=who.id)
    told = FarmerPerformanceFactory.build(documents=DocumentFactory.build_history(who))

    assert made == told
    assert made.historical.total_kg_90d > 0


def test_performance_follows_registered_documents() -> None:
    """Where documents are registered, performance adds those up, and a farmer without any has nothing."""
    village(1, 1, 2, 0)
    first, second = farmer(), farmer()
    documents = [DocumentFactory.build_and_register(linkage_fields={"farmer_id": first.id}) for _ in range(2)]
    found = FarmerPerformanceFactory.batch(2)

    kilograms = sum(document.extracted_fields["bag_summary"]["total_weight_kg"] for document in documents)
    assert [row.farmer_id for row in found] == [first.id, second.id]
    assert [row.historical.total_kg_year for row in found] == [pytest.approx(kilograms), 0.0]
    assert found[0].historical.total_kg_30d > 0


def test_performance_of_a_profile() -> None:
    """Under a profile, farmers show their scenarios in their documents and their performance."""
    set_profile("demo", ["farmers.scenarios={top_performer: 50}"])
    village(2, 3, 10, 50)

    assert {percentage(document) >= 85 for document in DocumentFactory.batch(100)} == {True}
    assert all(row.historical.primary_percentage_90d >= 85 for row in FarmerPerformanceFactory.batch(50))


def test_today() -> None:
    """A delivery on the last day is today's."""
    village(1, 1, 2, 0)
    who = farmer()
    documents = DocumentFactory.build_history(who)
    set_as_of(day(documents[-1]))
    today = FarmerPerformanceFactory.build(documents=documents).today

    assert today.deliveries == 1
    assert today.total_kg == documents[-1].extracted_fields["bag_summary"]["total_weight_kg"]
    assert today.last_delivery == documents[-1].ingestion.received_at
    assert sum(today.grade_counts.values()) == 1


def test_weather_of_consecutive_days() -> None:
    """Consecutive days of one region, each colder at night than by day, and alike from day to day."""
    first = datetime.date(2024, 2, 20)
    days = RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", first, 400)
    warmth = [found.temp_max for found in days]
    mean = sum(warmth) / len(warmth)
    together = sum((before - mean) * (after - mean) for before, after in pairwise(warmth))

    assert [found.date for found in days] == [first + datetime.timedelta(days=ahead) for ahead in range(400)]
    assert all(found.temp_min < found.temp_max for found in days)
    assert {found.region_id for found in days} == {"nandi-highland"}
    assert together / sum((one - mean) ** 2 for one in warmth) > 0.4
    assert (
        RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", first, 3, source="gauge")[2].source
        == "gauge"
    )


@pytest.mark.parametrize(
    ("start", "number", "error"),
    [("2026-01-01", 3, TypeError), (LAST, 0, ValueError), (LAST, -1, ValueError), (LAST, 2.0, TypeError)],
)
def test_wrong_days_of_weather(start: Any, number: Any, error: type[Exception]) -> None:
    """Weather needs a date and at least one day."""
    with pytest.raises(error, match=r"num_days|start_date"):
        RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", start, number)


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


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"documents": []}, ValueError, "where no document names a farmer, pass farmer_id"),
        ({"documents": "DOC-1"}, TypeError, "documents is a list of documents"),
    ],
)
def test_wrong_documents(given: dict[str, Any], error: type[Exception], message: str) -> None:
    """What cannot be added up is told."""
    with pytest.raises(error, match=message):
        FarmerPerformanceFactory.build(**given)


def test_documents_of_somebody_else() -> None:
    """Documents of one farmer are not the performance of another."""
    village(1, 1, 2, 0)
    documents = DocumentFactory.build_history(farmer())
    with pytest.raises(ValueError, match="the documents are of WM-0001, not of WM-0007"):
        FarmerPerformanceFactory.build(documents=documents, farmer_id="WM-0007")
    with pytest.raises(TypeError, match="documents is a list of documents"):
        FarmerPerformanceFactory.build(documents=documents[0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a history is of one farmer"):
        DocumentFactory.build_history([documents])  # type: ignore[arg-type]


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


def test_performance_is_the_same_every_time() -> None:
    """The performance of one farmer is the same however often it is asked for."""
    village(1, 1, 2, 3)
    DocumentFactory.build_batch_and_register(24)
    found = [FarmerPerformanceFactory.build(farmer_id="WM-0001") for _ in range(8)]
    batch = FarmerPerformanceFactory.batch(3, farmer_id="WM-0001")

    assert [*found, *batch] == [found[0]] * 11
    assert found[0].historical.total_kg_90d > 0


def test_documents_as_json_has_them() -> None:
    """Documents in their JSON form add up to the same."""
    village(1, 1, 2, 0)
    documents = DocumentFactory.build_history(farmer())
    dumped = [document.model_dump(mode="json") for document in documents]

    assert FarmerPerformanceFactory.build(documents=dumped) == FarmerPerformanceFactory.build(documents=documents)


def test_windows_end_with_the_last_day() -> None:
    """Documents after the last day are in no window."""
    village(1, 1, 2, 0)
    documents = DocumentFactory.build_history(farmer())
    set_as_of(day(documents[-3]))
    kilograms = sum(document.extracted_fields["bag_summary"]["total_weight_kg"] for document in documents[:-2])

    assert FarmerPerformanceFactory.build(documents=documents).historical.total_kg_year == pytest.approx(kilograms)


def test_percentages_are_of_leaves_counted() -> None:
    """The share of primary leaves is of those that the documents count, be they 200 or not."""
    village(1, 1, 2, 0)
    documents = DocumentFactory.build_history(farmer(), scenario="top_performer")
    before = FarmerPerformanceFactory.build(documents=documents).historical.primary_percentage_90d
    for document in documents:
        bag, analysis = document.extracted_fields["bag_summary"], document.extracted_fields["leaf_analysis"]
        for counts in (bag["leaf_type_distribution"], *analysis.values()):
            counts.update({name: count * 2 for name, count in counts.items()})

    assert FarmerPerformanceFactory.build(documents=documents).historical.primary_percentage_90d == before > 85


def test_models_that_nobody_knows() -> None:
    """Documents under a grading model whose rules are not known cannot be added up."""
    village(1, 1, 2, 0)
    documents = DocumentFactory.build_history(farmer(), linkage_fields={"grading_model_id": "mine"})
    with pytest.raises(
        ValueError, match="the documents are graded by 'mine', whose leaves cannot be added up; known: tbk"
    ):
        FarmerPerformanceFactory.build(documents=documents)


def test_size_of_a_farm_that_is_not_registered() -> None:
    """Yields are by the farm of the farmer whose history was told, registered or not."""
    village(1, 1, 2, 0)
    who = FarmerFactory.build(is_active=True, farm_size_hectares=9.0)
    found = FarmerPerformanceFactory.build(documents=DocumentFactory.build_history(who))

    assert found.farm_size_hectares == 9.0


def test_ids_that_nobody_registered() -> None:
    """A history of an id needs a registered farmer; a misspelt one is told the nearest."""
    village(1, 1, 2, 3)
    with pytest.raises(ValueError, match="no farmer 'WM-001' is registered; did you mean 'WM-000"):
        DocumentFactory.build_history("WM-001")
