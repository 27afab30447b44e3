from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

from demo_data.engine.cells import TableNoise
from demo_data.tea.documents.recipe.leaves import ktda_counts, tbk_counts
from demo_data.tea.reference import reference_rows
from tests.worlds import crowd, make, near, rows_of, village

TIERS = {"tier_1": (85, 100), "tier_2": (70, 84.9), "tier_3": (50, 69.9), "reject": (20, 49.9)}
SCENARIOS = {
    "consistently_poor": ["tier_3", "tier_3", "reject", "tier_3", "tier_3"],
    "improving_trend": ["tier_3", "tier_3", "tier_2", "tier_2", "tier_1"],
    "top_performer": ["tier_1"] * 5,
    "declining_trend": ["tier_1", "tier_2", "tier_2", "tier_3", "tier_3"],
}


def documents() -> list[dict[str, Any]]:
    return rows_of(village(), "documents")


def bag(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["extracted_fields"]["bag_summary"]
    return found


def age(document: dict[str, Any]) -> int:
    """Days before `as_of`, by Kenya's calendar."""
    local = document["ingestion"]["received_at"] + datetime.timedelta(hours=3)
    return int((village().settings["as_of"] - local.date()).days)


def scenario_farmers() -> dict[str, str]:
    block = village().rows("farmers", 0, 300)
    names = list(village().settings["farmers.scenarios"])
    return {
        farmer: names[number]
        for farmer, number in zip(block["id"].to_pylist(), block["scenario"][:, 0].tolist(), strict=True)
        if number >= 0
    }


def test_scenarios_by_part() -> None:
    """A scenario's five parts of 18 days each have a delivery, each of the part's tier; earlier days show the first."""
    chosen = scenario_farmers()
    seen = defaultdict(set)
    for document in documents():
        farmer = document["linkage_fields"]["farmer_id"]
        if farmer in chosen:
            assert chosen[farmer] != "inactive"
            part = max(4 - age(document) // 18, 0)
            seen[farmer].add(part if age(document) < 90 else -1)
            low, high = TIERS[SCENARIOS[chosen[farmer]][part]]
            assert low <= bag(document)["primary_percentage"] <= high

    active = {farmer for farmer, name in chosen.items() if name != "inactive"}
    assert len(active) == 80
    assert {farmer: {-1, 0, 1, 2, 3, 4} for farmer in active} == seen


def test_mixture() -> None:
    """Farmers without a scenario stay near one tier: 30 % tier_1, 40 % tier_2, 25 % tier_3, 5 % reject."""
    block = crowd().rows("farmers", 0, 20_000)
    free = (block["scenario"][:, 0] < 0) & block["is_active"]
    found = crowd().rows("documents", 0, 20_000)
    means = np.bincount(found["farmer"], found["kept"] / 2, 20_000)[free] / np.bincount(found["farmer"])[free]
    counts = Counter(np.searchsorted([50, 70, 85], means, side="right").tolist())

    for tier, percent in enumerate((5, 25, 40, 30)):
        assert 100 * counts[tier] / free.sum() == pytest.approx(percent, abs=3)
    spread = [np.std(found["kept"][found["farmer"] == farmer] / 2) for farmer in np.flatnonzero(free)[:300]]
    assert 2 < np.mean(spread) < 6


def test_leaves_sum() -> None:
    """Each attribute's counts sum to what they count: 200 leaves, the banji ones where it is their hardness."""
    for document in documents():
        leaves = bag(document)["leaf_type_distribution"]
        analysis = document["extracted_fields"]["leaf_analysis"]
        assert sum(leaves.values()) == 200
        if "banji" in leaves:
            assert {"coarse_subtype", "banji_hardness"} == set(analysis)
            assert sum(analysis["coarse_subtype"].values()) == 200
            assert analysis["coarse_subtype"]["none"] == 200 - leaves["coarse_leaf"]
            assert sum(analysis["banji_hardness"].values()) == leaves["banji"]
        else:
            assert {"moisture_level"} == set(analysis)
            assert sum(analysis["moisture_level"].values()) == 200
        assert min(leaves.values()) >= 0
        assert min(min(counts.values()) for counts in analysis.values()) >= 0


def test_classes_are_the_models() -> None:
    """A document counts exactly the attributes and classes of its grading model."""
    models = {row["model_id"]: row for row in reference_rows("grading_models")}
    for document in documents():
        fields = document["extracted_fields"]
        counted = {"leaf_type": bag(document)["leaf_type_distribution"]} | fields["leaf_analysis"]
        model = models[document["linkage_fields"]["grading_model_id"]]
        assert model["model_version"] == fields["grading_model_version"]
        assert {name: sorted(one["classes"]) for name, one in model["attributes"].items()} == {
            name: sorted(counts) for name, counts in counted.items()
        }


def rejected(document: dict[str, Any]) -> int:
    """Leaves that the grading model's rules reject."""
    leaves = bag(document)["leaf_type_distribution"]
    if "banji" in leaves:
        hard: int = document["extracted_fields"]["leaf_analysis"]["banji_hardness"]["hard"]
        return int(leaves["three_plus_leaves_bud"] + leaves["coarse_leaf"] + hard)
    return int(leaves["stalks"] + leaves["other"])


def test_percentages_and_grade() -> None:
    """Percentages follow from the leaves by the model's rules, and the grade from them by the factory's thresholds."""
    thresholds = {factory["id"]: factory["quality_thresholds"] for factory in rows_of(village(), "factories")}
    grades: Counter[str] = Counter()
    for document in documents():
        primary = 100 * (200 - rejected(document)) / 200
        limits = thresholds[document["linkage_fields"]["factory_id"]]
        grade = "primary" if primary >= limits["tier_2"] else "secondary" if primary >= limits["tier_3"] else "reject"
        assert (primary, 100 - primary) == tuple(bag(document)[f"{one}_percentage"] for one in ("primary", "secondary"))
        assert grade == bag(document)["grade"]
        grades[grade] += 1
    assert {"primary", "secondary", "reject"} == set(grades)


@pytest.mark.parametrize("gap", [7, 18])
@pytest.mark.parametrize("kept", [40, 100, 140, 170, 200])
def test_leaves_vary(kept: int, gap: int) -> None:
    """At one percentage the classes still differ from bag to bag, whatever the round."""
    random = TableNoise(1, "documents").bits("leaves", np.arange(2000))
    leaves = np.full(2000, kept)
    wet, gaps = np.arange(2000) % 2 == 0, np.full(2000, gap)
    tea_board, agency = tbk_counts(leaves, gaps, random), ktda_counts(leaves, gaps, wet, random)

    for counts in (*tea_board["leaf_type"].values(), *agency["leaf_type"].values()):
        assert counts.min() >= 0
    assert len(np.unique(tea_board["leaf_type"]["bud"])) > 3
    assert len(np.unique(agency["leaf_type"]["fine"])) > 5
    assert agency["moisture_level"]["wet"][wet].mean() > agency["moisture_level"]["wet"][~wet].mean() + 20
    hard = tea_board["banji_hardness"]["hard"]
    lost = tea_board["leaf_type"]["three_plus_leaves_bud"] + tea_board["leaf_type"]["coarse_leaf"] + hard
    assert set((200 - lost).tolist()) == {kept}
    assert set((agency["leaf_type"]["stalks"] + agency["leaf_type"]["other"]).tolist()) == {200 - kept}


def test_old_leaf_is_coarser() -> None:
    """Long rounds make coarse and hard banji leaf of what is rejected, and coarse leaf of what is kept."""
    random, kept = TableNoise(1, "documents").bits("leaves", np.arange(2000)), np.full(2000, 140)
    young, old = (tbk_counts(kept, np.full(2000, gap), random) for gap in (7, 14))
    for attribute, name in (("leaf_type", "coarse_leaf"), ("banji_hardness", "hard")):
        assert old[attribute][name].mean() > young[attribute][name].mean() + 2
    fresh, tired = (ktda_counts(kept, np.full(2000, gap), random > 0, random)["leaf_type"] for gap in (7, 14))
    assert tired["coarse"].mean() > fresh["coarse"].mean() + 5
    assert tired["fine"].mean() < fresh["fine"].mean() - 10


def test_order_of_moments() -> None:
    """Received <= stored <= extracted <= processed <= created, all on the day of delivery, none in the future."""
    end = datetime.datetime(2026, 1, 31, 18, tzinfo=datetime.UTC)
    for document in documents():
        moments = [
            document["ingestion"]["received_at"],
            document["raw_document"]["stored_at"],
            document["extraction"]["extraction_timestamp"],
            document["ingestion"]["processed_at"],
            document["created_at"],
        ]
        assert sorted(moments) == moments
        assert moments[-1] <= end
        assert moments[-1] - moments[0] < datetime.timedelta(hours=6)


def test_ids_and_numbers() -> None:
    """A document's id holds the farmer and the number of the delivery, which counts from 1 in order of the days."""
    found = defaultdict(list)
    for document in documents():
        found[document["linkage_fields"]["farmer_id"]].append(document)
    for farmer, deliveries in found.items():
        days = [(document["ingestion"]["received_at"] + datetime.timedelta(hours=3)).date() for document in deliveries]
        assert sorted(days) == days
        assert [f"DOC-{farmer}-{number:04d}" for number in range(1, len(deliveries) + 1)] == [
            document["document_id"] for document in deliveries
        ]
    for field in (("ingestion", "ingestion_id"), ("raw_document", "content_hash"), ("raw_document", "blob_path")):
        assert len(documents()) == len({document[field[0]][field[1]] for document in documents()})


def test_linkage() -> None:
    """Both dicts of a document name the same farmer, factory, point and model; the point is of that factory."""
    factory_of = {point["id"]: point["factory_id"] for point in rows_of(village(), "collection_points")}
    model_of = {
        f: model["model_id"] for model in rows_of(village(), "grading_models") for f in model["active_at_factory"]
    }
    lists = {point["id"]: set(point["farmer_ids"]) for point in rows_of(village(), "collection_points")}
    for document in documents():
        linkage, fields = document["linkage_fields"], document["extracted_fields"]
        assert {name: fields[name] for name in linkage} == linkage
        assert factory_of[linkage["collection_point_id"]] == linkage["factory_id"]
        assert model_of[linkage["factory_id"]] == linkage["grading_model_id"]
        assert linkage["farmer_id"] in lists[linkage["collection_point_id"]]


def test_extraction() -> None:
    """Hashes are SHA-256, the agent is the contract's, and low confidence is flagged and not passed."""
    for document in documents():
        extraction = document["extraction"]
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", document["raw_document"]["content_hash"])
        assert extraction["ai_agent_id"] == "qc_event_extractor"
        assert (extraction["confidence"] < 0.83) == (not extraction["validation_passed"])
        assert (not extraction["validation_passed"]) == bool(extraction["validation_warnings"])


def test_bags_differ() -> None:
    """What is drawn for a bag is drawn for each anew: a farmer's bags differ in confidence, size, hour and leaf."""
    found = defaultdict(list)
    for document in documents():
        found[document["linkage_fields"]["farmer_id"]].append(
            (
                document["extraction"]["confidence"],
                document["raw_document"]["size_bytes"],
                document["ingestion"]["received_at"].time(),
                tuple(bag(document)["leaf_type_distribution"].values()),
            )
        )
    for bags in found.values():
        confidence, *others = zip(*bags, strict=True)
        assert len(set(confidence)) > min(10, len(bags) / 4)  # of twenty
        for values in others:
            assert len(set(values)) > len(bags) / 4
        assert len(set(bags)) == len(bags) > 20


def test_sources() -> None:
    """Where a point has an analyser nearly all come by it, elsewhere all by hand; each in its source's container."""
    containers = {row["source_id"]: row["ingestion"]["landing_container"] for row in reference_rows("source_configs")}
    points = {point["id"]: point["capacity"]["has_qc_device"] for point in rows_of(village(), "collection_points")}
    by_device = {True: Counter[str](), False: Counter[str]()}
    for document in documents():
        source = document["ingestion"]["source_id"]
        by_device[points[document["linkage_fields"]["collection_point_id"]]][source] += 1
        assert containers[source] == document["raw_document"]["blob_container"]

    assert set(by_device[False]) == {"manual-upload"}
    assert set(by_device[True]) == {"qc-analyzer", "manual-upload"}
    assert near(by_device[True]["qc-analyzer"], by_device[True].total(), 97)


def test_uploads() -> None:
    """A clerk uploads from an hour after the delivery on, before the office closes."""
    kenya = datetime.timedelta(hours=3)
    for document in documents():
        if document["ingestion"]["source_id"] == "manual-upload":
            received, stored = document["ingestion"]["received_at"], document["raw_document"]["stored_at"]
            assert datetime.timedelta(hours=1) <= stored - received
            assert (stored + kenya).date() == (received + kenya).date()
            assert datetime.time(7) <= (stored + kenya).time() <= datetime.time(16)


def test_weight_follows_rain_and_size() -> None:
    """A bag holds what has grown on a block: more of a larger one, more after many days, and after rain."""
    world = make(regions__count=1, factories__count=2, farmers__count=1500, days=365, farmers__scenarios={})
    found = world.rows("documents", 0, 1500)
    weight = found["extracted_fields.bag_summary.total_weight_kg"]
    farmers = world.rows("farmers", 0, 1500)
    hectares = farmers["farm_size_hectares"]
    blocks = np.maximum(np.ceil(hectares), 1)[found["farmer"]]
    of_a_hectare = weight / (hectares[found["farmer"]] / blocks)
    weather = world.rows("weather_observations", 0, 365)
    fallen = np.convolve(weather["precipitation_mm"], np.ones(14))[:365]
    late = found["day"] - weather["day"][0] >= 14
    day = (found["day"] - weather["day"][0])[late]

    assert np.corrcoef(np.log(of_a_hectare), np.log(found["gap"]))[0, 1] > 0.1
    assert np.corrcoef((of_a_hectare / found["gap"])[late], fallen[day])[0, 1] > 0.1
    assert 0.5 <= weight.min() < weight.max() < 1000
    yearly = np.bincount(found["farmer"], weight, 1500).sum() / hectares[farmers["is_active"]].sum()
    assert 4000 < yearly < 6000
