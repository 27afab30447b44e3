"""Faults in collection points and who is on them."""

from __future__ import annotations

from tests.checks.damaged import Damaged
from tests.checks.damages.plant import Place, free, plants


@plants("point-id", "foreign-key")
def strange_point_id(data: Damaged) -> Place:
    data["collection_points"][0]["id"] = "somewhere-else-cp-001"
    return "collection_points", 0


@plants("point-region", "delivery-rhythm", "farmer-region", "point-id", "point-in-region")
def point_elsewhere(data: Damaged) -> Place:
    point = data["collection_points"][0]
    point["region_id"] = next(each["region_id"] for each in data["regions"] if each["region_id"] != point["region_id"])
    return "collection_points", 0


@plants("farmer-region", "farm-in-region")
def farmer_elsewhere(data: Damaged) -> Place:
    point = data["collection_points"][0]
    who = data["farmers"][data.row("farmers", id=point["farmer_ids"][0])]
    who["region_id"] = next(each["region_id"] for each in data["regions"] if each["region_id"] != point["region_id"])
    return "collection_points", 0


@plants("farmer-enrolled", "delivery-point")
def struck_off(data: Damaged) -> Place:
    who = free(data)
    for point in data["collection_points"]:
        point["farmer_ids"] = [each for each in point["farmer_ids"] if each != who]
    return "farmers", data.row("farmers", id=who)


@plants("farmer-listed-once")
def listed_twice(data: Damaged) -> Place:
    row = next(n for n, each in enumerate(data["collection_points"]) if each["farmer_ids"])
    data["collection_points"][row]["farmer_ids"].append(data["collection_points"][row]["farmer_ids"][0])
    return "collection_points", row


@plants("farmer-points")
def points_of_two_factories(data: Damaged) -> Place:
    points = data["collection_points"]
    who = free(data)
    first = next(each for each in points if who in each["farmer_ids"])
    row = next(
        n
        for n, each in enumerate(points)
        if each["factory_id"] != first["factory_id"]
        and each["region_id"] == first["region_id"]
        and each["status"] == "active"
    )
    points[row]["farmer_ids"].append(who)
    return "collection_points", max(row, points.index(first))


@plants("inactive-point", "main-point")
def closed_point(data: Damaged) -> Place:
    row = next(n for n, each in enumerate(data["collection_points"]) if each["farmer_ids"])
    data["collection_points"][row]["status"] = "inactive"
    return "collection_points", row


@plants("main-point")
def seasonal_main_point(data: Damaged) -> Place:
    listed = [who for point in data["collection_points"] for who in point["farmer_ids"]]
    row = next(
        n
        for n, each in enumerate(data["collection_points"])
        if each["status"] == "active" and any(listed.count(who) == 1 for who in each["farmer_ids"])
    )
    data["collection_points"][row]["status"] = "seasonal"
    return "collection_points", row


@plants("factory-point", "main-point")
def idle_factory(data: Damaged) -> Place:
    factory = data["factories"][0]["id"]
    for point in data["collection_points"]:
        if point["factory_id"] == factory and point["status"] == "active":
            point["status"] = "seasonal"
    return "factories", 0


@plants("factory-model")
def factory_on_two_models(data: Damaged) -> Place:
    first, second = data["grading_models"]
    factory = first["active_at_factory"][0]
    second["active_at_factory"].append(factory)
    return "factories", data.row("factories", id=factory)
