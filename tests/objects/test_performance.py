"""A farmer's performance is computed: from documents given, registered, or made for it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from demo_data import (
    DocumentFactory,
    FarmerFactory,
    FarmerPerformanceFactory,
    set_as_of,
    set_profile,
)
from tests.objects.village import LAST, day, farmer, percentage, village


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
