"""Faults in moments and deliveries."""

from __future__ import annotations

from datetime import timedelta

from tests.checks.damaged import Damaged, put
from tests.checks.damages.plant import Place, bags, free, plants, sets, shift

sets("nothing-later", "farmers", "updated_at", lambda old: old.replace(year=2090))
sets("created-updated", "factories", "updated_at", lambda old: old.replace(year=2001))
sets("document-order", "documents", "raw_document.stored_at", lambda old: old - timedelta(hours=5))


@plants(
    "delivery-history",
    "delivery-rhythm",
    "performance-attributes",
    "performance-grades",
    "performance-percentages",
    "performance-weights",
)
def before_history(data: Damaged) -> Place:
    row = bags(data, free(data))[0]
    shift(data, row, -timedelta(days=364))
    return "documents", row


@plants("registered-first")
def registered_late(data: Damaged) -> Place:
    who = free(data)
    row = data.row("farmers", id=who)
    document = data["documents"][bags(data, who)[0]]
    data["farmers"][row]["registration_date"] = document["ingestion"]["received_at"] + timedelta(minutes=1)
    return "farmers", row


sets("document-id", "documents", "document_id", "DOC-1")
sets("document-hash", "documents", "raw_document.content_hash", "md5:0123")
sets("document-links", "documents", "extracted_fields.farmer_id", "WM-9999")
sets("document-blob", "documents", "raw_document.blob_path", "elsewhere.json")


@plants("delivery-point", "document-links", "delivery-factory", "delivery-model", "delivery-day", "delivery-hours")
def strange_point(data: Damaged) -> Place:
    own = data["documents"][0]["linkage_fields"]["collection_point_id"]
    who = data["documents"][0]["linkage_fields"]["farmer_id"]
    other = next(
        each["id"]
        for each in data["collection_points"]
        if each["id"] != own and each["status"] == "active" and who not in each["farmer_ids"]
    )
    put(data["documents"][0], "linkage_fields.collection_point_id", other)
    return "documents", 0


@plants("delivery-factory", "delivery-model", "document-links")
def strange_factory(data: Damaged) -> Place:
    own = data["documents"][0]["linkage_fields"]["factory_id"]
    other = next(each["id"] for each in data["factories"] if each["id"] != own)
    put(data["documents"][0], "linkage_fields.factory_id", other)
    return "documents", 0


sets("delivery-model", "documents", "extracted_fields.grading_model_version", "0.9.0")


@plants("delivery-day")
def day_off(data: Damaged) -> Place:
    row = 0
    own = data["documents"][row]["linkage_fields"]["collection_point_id"]
    point = data["collection_points"][data.row("collection_points", id=own)]
    day = data["documents"][row]["ingestion"]["received_at"] + timedelta(hours=3)
    point["collection_days"] = [each for each in point["collection_days"] if each != f"{day:%a}".lower()]
    return "documents", row


@plants("delivery-hours")
def before_opening(data: Damaged) -> Place:
    received = data["documents"][0]["ingestion"]["received_at"]
    put(data["documents"][0], "ingestion.received_at", received.replace(hour=0, minute=5))
    return "documents", 0


@plants("delivery-rhythm", "delivery-day", "delivery-hours")
def too_soon(data: Damaged) -> Place:
    before, row = bags(data, free(data))[:2]
    gap = data["documents"][row]["ingestion"]["received_at"] - data["documents"][before]["ingestion"]["received_at"]
    shift(data, row, timedelta(days=3) - timedelta(days=round(gap / timedelta(days=1))))
    return "documents", row


@plants("seasonal-point", "delivery-rhythm", "main-point")
def delivery_out_of_season(data: Damaged) -> Place:
    own = data["documents"][0]["linkage_fields"]["collection_point_id"]
    data["collection_points"][data.row("collection_points", id=own)]["status"] = "seasonal"
    for region in data["regions"]:
        put(region, "flush_calendar.dormant.start", "07-01")
        put(region, "flush_calendar.dormant.end", "03-31")
    return "documents", 0
