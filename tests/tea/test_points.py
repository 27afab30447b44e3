from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.worlds import crowd, make, near, rows_of

POINTS = make(regions__count=4, factories__count=40, collection_points__count=20_000)
DAYS = {"mon wed fri sat": 60, "tue thu sat": 20, "mon tue wed thu fri sat": 20}


def points() -> list[dict[str, Any]]:
    return rows_of(POINTS, "collection_points")


def share(counts: Counter[Any], value: Any, percent: float) -> bool:
    return near(counts[value], sum(counts.values()), percent)


def test_status() -> None:
    """85 % of points are active, 10 % inactive, 5 % seasonal; a factory's first point is always active."""
    firsts = set({point["factory_id"]: point["id"] for point in reversed(points())}.values())
    counts = Counter(point["status"] for point in points() if point["id"] not in firsts)

    assert {point["status"] for point in points() if point["id"] in firsts} == {"active"}
    assert share(counts, "active", 85)
    assert share(counts, "inactive", 10)
    assert share(counts, "seasonal", 5)


def test_days_and_hours() -> None:
    """Collection days and opening hours come in a few patterns by weight; days stand in the week's order."""
    days = Counter(" ".join(point["collection_days"]) for point in points())
    hours = Counter(point["operating_hours"]["weekdays"] for point in points())

    assert set(DAYS) == set(days)
    assert all(share(days, word, percent) for word, percent in DAYS.items())
    assert share(hours, "06:00-10:00", 60)
    assert share(Counter(point["operating_hours"]["weekends"] for point in points()), "07:00-09:00", 70)


def test_equipment() -> None:
    """Nearly every point has a scale, most have a QC device and, if not inactive, a clerk with an id and a phone."""
    capacity = [point["capacity"] for point in points()]

    assert share(Counter(one["has_weighing_scale"] for one in capacity), True, 95)
    assert share(Counter(one["has_qc_device"] for one in capacity), True, 80)
    assert share(Counter(one["storage_type"] for one in capacity), "covered_shed", 75)
    working = [point for point in points() if point["status"] != "inactive"]
    assert share(Counter(point["clerk_id"] is not None for point in working), True, 90)
    assert not any(point["clerk_id"] for point in points() if point["status"] == "inactive")
    assert all((point["clerk_id"] is None) == (point["clerk_phone"] is None) for point in points())
    clerks = [point["clerk_id"] for point in points() if point["clerk_id"]]
    assert len(clerks) == len(set(clerks))
    assert all(re.fullmatch(r"CLK-\d{6}", clerk) for clerk in clerks)


@pytest.mark.parametrize(
    ("regions", "factories", "collection_points"), [(1, 1, 1), (2, 3, 10), (5, 20, 400), (3, 7, 7), (4, 3, 50)]
)
def test_dealt_evenly(regions: int, factories: int, collection_points: int) -> None:
    """Regions share the factories, and factories the points, as evenly as their numbers allow."""
    world = make(
        regions__count=regions,
        factories__count=factories,
        collection_points__count=collection_points,
        farmers__count=60,
    )
    per_region = Counter(row["region_id"] for row in rows_of(world, "factories"))
    per_factory = Counter(row["factory_id"] for row in rows_of(world, "collection_points"))

    assert max(per_region.values()) - min(per_region.values()) <= 1
    assert max(per_factory.values()) - min(per_factory.values()) <= 1
    assert len(per_region) == min(regions, factories)
    assert len(per_factory) == factories


def test_farmer_ids_invert() -> None:
    """A point lists exactly the farmers whose main or second point it is, main ones first, none twice."""
    block = crowd().rows("farmers", 0, 20_000)
    main, second = defaultdict(list), defaultdict(list)
    for farmer, (own, other) in enumerate(zip(block["point"].tolist(), block["second"].tolist(), strict=True), start=1):
        main[own].append(f"WM-{farmer:05d}")
        if other >= 0:
            second[other].append(f"WM-{farmer:05d}")

    for number, point in enumerate(rows_of(crowd(), "collection_points")):
        assert main[number] + second[number] == point["farmer_ids"]
        assert len(point["farmer_ids"]) == len(set(point["farmer_ids"]))


def test_every_farmer_is_listed() -> None:
    """Every farmer is on one point or on two; those of two are of one factory."""
    factories = defaultdict(list)
    for point in rows_of(crowd(), "collection_points"):
        for farmer in point["farmer_ids"]:
            factories[farmer].append(point["factory_id"])

    assert {row["id"] for row in rows_of(crowd(), "farmers")} == set(factories)
    assert {1, 2} == {len(found) for found in factories.values()}
    assert all(len(set(found)) == 1 for found in factories.values())


def test_who_has_farmers() -> None:
    """Active points have farmers by size, inactive ones none, seasonal ones only as a second point."""
    listed = {
        status: [len(p["farmer_ids"]) for p in rows_of(crowd(), "collection_points") if p["status"] == status]
        for status in ("active", "inactive", "seasonal")
    }

    assert 15 < min(listed["active"]) < max(listed["active"]) < 110
    assert set(listed["inactive"]) == {0}
    assert max(listed["seasonal"]) < 15


@pytest.mark.parametrize("name", ["factories", "collection_points"])
def test_records_in_order(name: str) -> None:
    """A factory goes on record before its points, these before their farmers; a factory never changes, a point later.

    All in office hours: from Monday to Friday, 7:00 to 16:00.
    """
    opened = {row["id"]: row["created_at"] for row in rows_of(crowd(), "factories")}
    registered = {row["id"]: row["created_at"] for row in rows_of(crowd(), "farmers")}
    main = crowd().rows("farmers", 0, len(registered))["point"]
    firsts = {point: list(registered)[row] for row, point in reversed(list(enumerate(main.tolist())))}
    for place, row in enumerate(rows_of(crowd(), name)):
        assert opened[row.get("factory_id", row["id"])] <= row["created_at"]
        if name == "collection_points" and place in firsts:
            assert row["created_at"].date() <= registered[firsts[place]].date()
        here = row["created_at"] + datetime.timedelta(hours=3)
        assert here.weekday() < 5
        assert datetime.time(7) <= here.time() <= datetime.time(16)
        assert row["updated_at"] >= row["created_at"]
        assert name == "collection_points" or row["updated_at"] == row["created_at"]
