"""Faults in documents: who brought what where."""

from __future__ import annotations

from typing import Any

from demo_data.faults.changes import put, sets
from demo_data.faults.data import Data, Record, at
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import new_point
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Fault

DOCUMENTS = "documents"
PERCENTAGE = "extracted_fields.bag_summary.primary_percentage"


@plants("document-id", DOCUMENTS)
def strange_document_id(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, DOCUMENTS)
    value = f"QC-{data[DOCUMENTS][row]['document_id']}"
    return sets(data, DOCUMENTS, row, "document_id", value, "The id is not DOC-, the farmer's id and a number.")


@plants("document-hash", DOCUMENTS)
def strange_hash(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, DOCUMENTS)
    value = at(data[DOCUMENTS][row], "raw_document.content_hash").replace("sha256:", "md5:")
    return sets(data, DOCUMENTS, row, "raw_document.content_hash", value, "The content hash is no SHA-256.")


@plants("document-links", DOCUMENTS)
def extracted_otherwise(data: Data, draw: Draw) -> Fault:
    """Another farmer, factory or collection point was read than the document is linked to."""
    name, table = draw.shuffled([("farmer_id", "farmers"), ("factory_id", "factories"), ("collection_point_id", "")])[0]
    row = data.row(draw, DOCUMENTS, lambda each: name in each["extracted_fields"] and name in each["linkage_fields"])
    old = data[DOCUMENTS][row]["linkage_fields"][name]
    others = [each["id"] for each in data[table] if each["id"] != old]
    value = draw.shuffled(others)[0] if others else f"{old}-2"
    return sets(data, DOCUMENTS, row, f"extracted_fields.{name}", value, f"The document is linked to {old}.")


@plants("document-blob", DOCUMENTS, "source_configs")
def strange_blob(data: Data, draw: Draw) -> Fault:
    sources = {
        each["source_id"]
        for each in data["source_configs"]
        if at(each, "ingestion.path_pattern.pattern") and at(each, "ingestion.landing_container")
    }  # fmt: skip
    row = data.row(draw, DOCUMENTS, lambda each: each["ingestion"]["source_id"] in sources)
    source = data[DOCUMENTS][row]["ingestion"]["source_id"]
    field, value = draw.shuffled([("blob_path", "elsewhere.json"), ("blob_container", "elsewhere")])[0]
    sentence = f"That is not where {source} lands."
    return sets(data, DOCUMENTS, row, f"raw_document.{field}", value, sentence)


@plants("delivery-point", DOCUMENTS, "collection_points")
def strange_point(data: Data, draw: Draw) -> Fault:
    """A delivery at a point like its own, which is added, and where the farmer is not listed."""
    row = data.row(draw, DOCUMENTS, lambda each: _point(data, each) is not None)
    point = data.pristine("collection_points", _point(data, data[DOCUMENTS][row]) or 0)
    change = new_point(data, point, status="active")
    link, where = "collection_point_id", change.new["id"]
    who = at(data[DOCUMENTS][row], "linkage_fields.farmer_id")
    repeated = put(data, DOCUMENTS, row, f"extracted_fields.{link}", where)
    sentence = f"{who} is not on this collection point."
    return sets(data, DOCUMENTS, row, f"linkage_fields.{link}", where, sentence, repeated, change)


def _point(data: Data, document: Record) -> int | None:
    """The number of a document's collection point."""
    return data.point_rows.get(at(document, "linkage_fields.collection_point_id"))


@plants("delivery-factory", DOCUMENTS, "collection_points", "factories", "grading_models")
def strange_factory(data: Data, draw: Draw) -> Fault:
    """Another factory of the same grading model, at which the bag has the same grade."""
    row = data.row(draw, DOCUMENTS, lambda each: _other_factories(data, each))
    other = draw.shuffled(_other_factories(data, data[DOCUMENTS][row]))[0]
    value = data["factories"][other]["id"]
    repeated = put(data, DOCUMENTS, row, "extracted_fields.factory_id", value)
    sentence = "That is not the factory of the collection point."
    return sets(data, DOCUMENTS, row, "linkage_fields.factory_id", value, sentence, repeated)


def _factory(data: Data, document: Record) -> int:
    row: int = data.factory_rows[at(document, "linkage_fields.factory_id")]
    return row


def _other_factories(data: Data, document: Record) -> list[int]:
    own = _factory(data, document)
    if _point(data, document) is None:
        return []
    name, share = data["factories"][own]["id"], at(document, PERCENTAGE)
    return [
        row
        for other, row in data.factory_rows.items()
        if row != own
        and data.models.get(other) == data.models.get(name)
        and due(data["factories"][row], share) == due(data["factories"][own], share)
    ]


def due(factory: Record, percentage: Any) -> str:
    """The grade of a primary percentage by a factory's thresholds."""
    tiers = factory["quality_thresholds"]
    if percentage >= tiers["tier_2"]:
        return "primary"
    return "secondary" if percentage >= tiers["tier_3"] else "reject"


@plants("delivery-model", DOCUMENTS, "grading_models")
def strange_version(data: Data, draw: Draw) -> Fault:
    path = "extracted_fields.grading_model_version"
    models = {each["model_id"] for each in data["grading_models"]}
    row = data.row(
        draw, DOCUMENTS, lambda each: at(each, path) and at(each, "linkage_fields.grading_model_id") in models
    )
    return sets(data, DOCUMENTS, row, path, "0.9.0", "That is not the grading model's version.")
