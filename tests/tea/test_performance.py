"""Performance against sums that plain Python makes of the published documents."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from tests.worlds import make, rows_of, village

TODAY = datetime.date(2026, 1, 31)
WINDOWS = {"30d": 30, "90d": 90, "year": 365}
LABELS: dict[str, dict[str, Any]] = {
    "tbk_kenya_tea_v1": {"Primary": None, "Secondary": None},
    "ktda_ternary_v1": {"Grade A": ["fine"], "Grade B": ["medium", "coarse"], "Rejected": ["stalks", "other"]},
}


@cache
def by_farmer() -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for document in rows_of(village(), "documents"):
        found[document["linkage_fields"]["farmer_id"]].append(document)
    return found


def bag(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["extracted_fields"]["bag_summary"]
    return found


def day(document: dict[str, Any]) -> datetime.date:
    received: datetime.datetime = document["ingestion"]["received_at"] + datetime.timedelta(hours=3)
    return received.date()


def kilograms(documents: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(bag(document)["total_weight_kg"])) for document in documents), Decimal(0))


def attributes(documents: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """All attributes' counts, summed."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        found["leaf_type"].update(bag(document)["leaf_type_distribution"])
        for name, counts in document["extracted_fields"]["leaf_analysis"].items():
            found[name].update(counts)
    return {name: dict(counts) for name, counts in found.items()}


def grades(model: str, documents: list[dict[str, Any]]) -> dict[str, int]:
    """Leaves by display label, by the contract's rules."""
    counted = attributes(documents)
    leaves = counted["leaf_type"]
    if model == "ktda_ternary_v1":
        return {label: sum(leaves[name] for name in names or ()) for label, names in LABELS[model].items()}
    lost = leaves["three_plus_leaves_bud"] + leaves["coarse_leaf"] + counted["banji_hardness"]["hard"]
    return {"Primary": sum(leaves.values()) - lost, "Secondary": lost}


def rows() -> list[Any]:
    """Some of every scenario, and of those without one."""
    kept = rows_of(village(), "farmer_performance")[::5]
    return [pytest.param(row, id=row["farmer_id"]) for row in kept]


def same(published: float, exact: Fraction | float) -> bool:
    """Whether the number is `exact` to one decimal, ties either way."""
    tenths = Decimal(str(published)) * 10
    return tenths == int(tenths) and abs(Fraction(tenths) - 10 * exact) <= Fraction(1, 2)


@pytest.mark.parametrize("row", rows())
def test_windows(row: dict[str, Any]) -> None:
    """Grades, attributes, percentages, kilograms and yields of 30, 90 and 365 days are those of the documents."""
    history = row["historical"]
    for window, length in WINDOWS.items():
        inside = [one for one in by_farmer()[row["farmer_id"]] if day(one) > TODAY - datetime.timedelta(length)]
        total = kilograms(inside)
        assert Decimal(str(history[f"total_kg_{window}"])) == total
        assert same(
            history[f"yield_kg_per_hectare_{window}"], Fraction(total) / Fraction(str(row["farm_size_hectares"]))
        )
        assert history[f"attribute_distributions_{window}"] == attributes(inside)
        if not inside:
            assert history[f"grade_distribution_{window}"] == {}
            assert history[f"primary_percentage_{window}"] == 0.0
            continue
        expected = grades(row["grading_model_id"], inside)
        lost = expected[list(expected)[-1]]
        mean = sum(Fraction(str(bag(one)["primary_percentage"])) for one in inside) / len(inside)
        assert history[f"grade_distribution_{window}"] == expected
        assert same(history[f"primary_percentage_{window}"], 100 - Fraction(100 * lost, 200 * len(inside)))
        assert same(history[f"primary_percentage_{window}"], mean)


@pytest.mark.parametrize("row", rows())
def test_today(row: dict[str, Any]) -> None:
    """Today's numbers are those of the last day's documents; a bag at 50 % and above counts for the first label."""
    today = row["today"]
    inside = [one for one in by_farmer()[row["farmer_id"]] if day(one) == TODAY]
    first, second = list(LABELS[row["grading_model_id"]])[:2]
    good = sum(bag(one)["primary_percentage"] >= 50 for one in inside)

    assert today["deliveries"] == len(inside)
    assert Decimal(str(today["total_kg"])) == kilograms(inside)
    assert today["grade_counts"] == ({first: good, second: len(inside) - good} if inside else {})
    assert today["attribute_counts"] == ({"leaf_type": attributes(inside)["leaf_type"]} if inside else {})
    assert today["last_delivery"] == max((one["ingestion"]["received_at"] for one in inside), default=None)
    assert today["metrics_date"] == TODAY


def test_some_deliver_today() -> None:
    """The sample has farmers with deliveries on the last day, with none then, and with none at all."""
    counts = Counter(
        (row["today"]["deliveries"], bool(by_farmer().get(row["farmer_id"])))
        for row in rows_of(village(), "farmer_performance")
    )

    assert {(0, False), (0, True), (1, True), (2, True)} <= set(counts)
    assert min(counts[0, False], counts[0, True], counts[1, True], counts[2, True]) >= 5


def test_poor_bags_count_for_the_second_label() -> None:
    """Today's bags of 50 % and above, 50 itself too, stand under the model's first label, others under the second."""
    saturday = datetime.date(2025, 11, 15)
    most = {"consistently_poor": 9500}
    world = make(
        as_of=saturday, days=1, farmers__count=10_000, farmers__scenarios=most, farmers__quality={"reject": 100}
    )
    expected: Counter[tuple[str, str]] = Counter()
    for document in rows_of(world, "documents"):
        linkage = document["linkage_fields"]
        label = list(LABELS[linkage["grading_model_id"]])[bag(document)["primary_percentage"] < 50]
        expected[linkage["farmer_id"], label] += 1
    found = {
        (row["farmer_id"], label): count
        for row in rows_of(world, "farmer_performance")
        for label, count in row["today"]["grade_counts"].items()
        if count
    }

    assert found == expected
    assert {label for _, label in found} == {"Primary", "Secondary", "Grade A", "Grade B"}
    assert any(bag(document)["primary_percentage"] == 50 for document in rows_of(world, "documents"))


def test_windows_nest() -> None:
    """30 days hold no more than 90, and 90 no more than the year; a longer window holds more of somebody."""
    more: Counter[bool] = Counter()
    for row in rows_of(village(), "farmer_performance"):
        kilos = [row["historical"][f"total_kg_{window}"] for window in WINDOWS]
        leaves = [sum(row["historical"][f"grade_distribution_{window}"].values()) for window in WINDOWS]
        assert sorted(kilos) == kilos
        assert sorted(leaves) == leaves
        more[len(set(kilos)) == 3] += 1

    assert more[True] > more[False] > 0


def test_trend() -> None:
    """Improving where 30 days are more than 5 points above 90, declining where more than 5 below, else stable."""
    for row in rows_of(village(), "farmer_performance"):
        history = row["historical"]
        points = Decimal(str(history["primary_percentage_30d"])) - Decimal(str(history["primary_percentage_90d"]))
        assert history["improvement_trend"] == ("improving" if points > 5 else "declining" if points < -5 else "stable")


@pytest.mark.parametrize(
    ("scenario", "trend"),
    [
        ("improving_trend", "improving"),
        ("declining_trend", "declining"),
        ("top_performer", "stable"),
        ("inactive", "stable"),
    ],
)
def test_scenarios_show(scenario: str, trend: str) -> None:
    """Improving farmers improve, declining ones decline, and the best stay so."""
    block = village().rows("farmers", 0, 300)
    number = list(village().settings["farmers.scenarios"]).index(scenario)
    rows = rows_of(village(), "farmer_performance")
    found = [row for row, own in zip(rows, block["scenario"][:, 0], strict=True) if own == number]

    assert len(found) == 20
    assert {trend} == {row["historical"]["improvement_trend"] for row in found}


def test_one_row_per_farmer() -> None:
    """Each farmer has a row, with the farm's size and scale and the main point's factory's grading model."""
    farmers = rows_of(village(), "farmers")
    points = rows_of(village(), "collection_points")
    models = {f: one for one in rows_of(village(), "grading_models") for f in one["active_at_factory"]}
    main = village().rows("farmers", 0, 300)["point"]
    for farmer, point, row in zip(farmers, main, rows_of(village(), "farmer_performance"), strict=True):
        model = models[points[point]["factory_id"]]
        assert row["farmer_id"] == farmer["id"]
        assert row["farm_size_hectares"] == farmer["farm_size_hectares"]
        assert row["farm_scale"] == farmer["farm_scale"]
        assert (row["grading_model_id"], row["grading_model_version"]) == (model["model_id"], model["model_version"])


def test_computed_at_the_worlds_end() -> None:
    """All rows are computed at 21:00 of the last day in Kenya."""
    end = datetime.datetime(2026, 1, 31, 18, tzinfo=datetime.UTC)
    for row in rows_of(village(), "farmer_performance"):
        assert {end} == {row["historical"]["computed_at"], row["created_at"], row["updated_at"]}
