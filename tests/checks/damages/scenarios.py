"""Faults in what farmers with a scenario show."""

from __future__ import annotations

from datetime import date, timedelta

from tests.checks.damaged import Damaged, at, put
from tests.checks.damages.plant import BAG, Place, bags, free, plants, told


@plants("scenario-names")
def unknown_scenario(data: Damaged) -> Place:
    data.recipe["scenarios"]["top_performer"].append("WM-9999")
    return "farmers", None


@plants("scenario-active", "inactive-deliveries")
def retired_performer(data: Damaged) -> Place:
    row = data.row("farmers", id=told(data, "top_performer"))
    data["farmers"][row]["is_active"] = False
    return "farmers", row


@plants("inactive-deliveries")
def retired_farmer(data: Damaged) -> Place:
    who = free(data)
    data["farmers"][data.row("farmers", id=who)]["is_active"] = False
    return "documents", bags(data, who)[0]


@plants("scenario-tiers", "grade", "percentages")
def poor_top_performer(data: Damaged) -> Place:
    row = bags(data, told(data, "top_performer"))[0]
    bag = at(data["documents"][row], BAG)
    bag["primary_percentage"], bag["secondary_percentage"] = 60.0, 40.0
    return "documents", row


@plants(
    "scenario-parts",
    "delivery-rhythm",
    "performance-attributes",
    "performance-grades",
    "performance-percentages",
    "performance-weights",
)
def idle_top_performer(data: Damaged) -> Place:
    who = told(data, "top_performer")
    begins = date.fromisoformat(data.recipe["as_of"]) - timedelta(days=89 - 18)
    documents = data["documents"]
    documents[:] = [
        each
        for each in documents
        if each["linkage_fields"]["farmer_id"] != who
        or not begins <= (each["ingestion"]["received_at"] + timedelta(hours=3)).date() < begins + timedelta(days=18)
    ]
    return "farmers", data.row("farmers", id=who)


@plants("scenario-trend", "performance-trend")
def stable_improver(data: Damaged) -> Place:
    row = data.row("farmer_performance", farmer_id=told(data, "improving_trend"))
    put(data["farmer_performance"][row], "historical.improvement_trend", "stable")
    return "farmer_performance", row


@plants("steady-farmers", "grade", "percentages")
def moody_farmer(data: Damaged) -> Place:
    who = free(data)
    for number, row in enumerate(bags(data, who)):
        bag = at(data["documents"][row], BAG)
        bag["primary_percentage"], bag["secondary_percentage"] = (90.0, 10.0) if number % 2 else (40.0, 60.0)
    return "farmers", data.row("farmers", id=who)
