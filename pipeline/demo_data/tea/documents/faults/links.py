"""Faults in documents: what they are called, and who brought what where."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from demo_data.faults import Cannot, Data, Draw, Fault, Record, at, first, moment, planter, value_planter, written
from demo_data.tea.documents.rules.links import ANALYSER, BY_HAND, STEPS
from demo_data.tea.fresh_records import new_point
from demo_data.tea.planting import (
    BAG,
    RECEIVED,
    due_grade,
    factory_row,
    farmer_of,
    histories,
    local_day,
    models,
    point_row,
    sums,
)
from demo_data.tea.views import UTC_OFFSET

DOCUMENTS = "documents"
SOURCE = "ingestion.source_id"


@planter("foreign-key", DOCUMENTS)
def dangling_link(data: Data, draw: Draw) -> Fault:
    """What the document names goes along; what the farmer's documents add up to is unsure."""
    name, table = draw.shuffled([("factory_id", "factories"), ("grading_model_id", "grading_models")])[0]
    rows = data.rows(draw, DOCUMENTS, lambda document: name in document["extracted_fields"])
    row = first(row for row in rows if data.free(*sums(data, farmer_of(data[DOCUMENTS][row]))))
    value, locks = "NO-SUCH-ONE", [sums(data, farmer_of(data[DOCUMENTS][row]))]
    repeated = data.put(DOCUMENTS, row, f"extracted_fields.{name}", value)
    sentence = f"{value!r} is not in {table}."
    return data.fault(DOCUMENTS, row, f"linkage_fields.{name}", value, sentence, repeated, locks=locks)


strange_document_id = value_planter(
    "document-id", DOCUMENTS, "document_id", "QC-{}".format, "The id is not DOC-, the farmer's id and a number."
)


@planter("document-numbers", DOCUMENTS)
def number_left_out(data: Data, draw: Draw) -> Fault:
    """A farmer's last document has the number after the next; of several on the last day, the one of highest number."""
    lasts = {max(rows, key=lambda row: _number(data[DOCUMENTS][row])) for rows in histories(data).values()}
    for row in data.rows(draw, DOCUMENTS):
        document = data[DOCUMENTS][row]
        name, _, number = document["document_id"].rpartition("-")
        if row in lasts and number.isascii() and number.isdigit() and data.unlocked(*sums(data, farmer_of(document))):
            new = f"{name}-{int(number) + 1:0{len(number)}}"
            requires = [sums(data, farmer_of(document))]
            return data.fault(DOCUMENTS, row, "document_id", new, "A number is left out.", requires=requires)
    raise Cannot("there is no farmer's last document left")


def _number(document: Record) -> tuple[date, int]:
    """The day of a delivery, and the number in its id; -1 where there is none."""
    number = document["document_id"].rpartition("-")[2]
    return local_day(at(document, RECEIVED)), int(number) if number.isascii() and number.isdigit() else -1


strange_hash = value_planter(
    "document-hash",
    DOCUMENTS,
    "raw_document.content_hash",
    lambda old: old.replace("sha256:", "md5:"),
    "The content hash is no SHA-256.",
)


@planter("document-links", DOCUMENTS)
def extracted_otherwise(data: Data, draw: Draw) -> Fault:
    """Another farmer, factory or collection point was read than the document is linked to."""
    links = [("farmer_id", "farmers"), ("factory_id", "factories"), ("collection_point_id", None)]
    name, table = draw.shuffled(links)[0]
    groups = ("extracted_fields", "linkage_fields")
    row = data.row(draw, DOCUMENTS, lambda document: all(name in document[group] for group in groups))
    old = data[DOCUMENTS][row]["linkage_fields"][name]
    others = [record["id"] for record in data[table] if record["id"] != old] if table else []
    value = draw.shuffled(others)[0] if others else f"{old}-2"
    return data.fault(DOCUMENTS, row, f"extracted_fields.{name}", value, f"The document is linked to {old}.")


@planter("document-blob", DOCUMENTS, "source_configs")
def strange_blob(data: Data, draw: Draw) -> Fault:
    paths = ("ingestion.path_pattern.pattern", "ingestion.landing_container")
    configs = data["source_configs"]
    sources = {config["source_id"] for config in configs if all(at(config, path) for path in paths)}
    row = data.row(draw, DOCUMENTS, lambda document: document["ingestion"]["source_id"] in sources)
    field, value = draw.shuffled([("blob_path", "elsewhere.json"), ("blob_container", "elsewhere")])[0]
    sentence = f"That is not where {data[DOCUMENTS][row]['ingestion']['source_id']} lands."
    return data.fault(DOCUMENTS, row, f"raw_document.{field}", value, sentence)


@planter("document-order", DOCUMENTS)
def stored_first(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, DOCUMENTS, lambda document: at(document, RECEIVED) and at(document, SOURCE) != BY_HAND)
    before = written(moment(at(data[DOCUMENTS][row], RECEIVED)) - timedelta(hours=5))
    return data.fault(DOCUMENTS, row, "raw_document.stored_at", before, "It was stored before it was received.")


@planter("document-source", DOCUMENTS, "collection_points", "source_configs")
def seen_without_device(data: Data, draw: Draw) -> Fault:
    """A bag that a clerk uploaded is the analyser's, in whose container it lies, though the point has none."""
    landing = {config["source_id"]: at(config, "ingestion.landing_container") for config in data["source_configs"]}

    def fits(document: Record) -> bool:
        point = point_row(data, document)
        if point is None or not data.free("collection_points", point):
            return False
        return not at(data["collection_points"][point], "capacity.has_qc_device")

    if ANALYSER not in landing:
        raise Cannot("there is no analyser among the sources")
    row = data.row(draw, DOCUMENTS, lambda document: document["ingestion"]["source_id"] == BY_HAND and fits(document))
    point = point_row(data, data[DOCUMENTS][row]) or 0
    container = data.put(DOCUMENTS, row, "raw_document.blob_container", landing[ANALYSER])
    sentence, requires = "The collection point has no analyser.", [("collection_points", point)]
    return data.fault(DOCUMENTS, row, "ingestion.source_id", ANALYSER, sentence, container, requires=requires)


@planter("upload-hours", DOCUMENTS)
def uploaded_at_night(data: Data, draw: Draw) -> Fault:
    """A clerk uploads in the evening."""
    row = data.row(draw, DOCUMENTS, lambda document: document["ingestion"]["source_id"] == BY_HAND)
    evening = datetime.combine(local_day(at(data[DOCUMENTS][row], RECEIVED)), time(20, 30), UTC) - UTC_OFFSET
    later = [
        data.put(DOCUMENTS, row, path, written(evening + timedelta(minutes=place)))
        for place, path in enumerate(STEPS[2:], start=1)
    ]
    return data.fault(DOCUMENTS, row, STEPS[1], written(evening), "No clerk is at work in the evening.", *later)


@planter("delivery-point", DOCUMENTS, "collection_points")
def strange_point(data: Data, draw: Draw) -> Fault:
    """A delivery at a point like its own, which is added, and where the farmer is not listed."""
    row = data.row(draw, DOCUMENTS, lambda document: point_row(data, document) is not None)
    document = data[DOCUMENTS][row]
    change = new_point(data, data.pristine("collection_points", point_row(data, document) or 0), status="active")
    link, where = "collection_point_id", change.new["id"]
    repeated = data.put(DOCUMENTS, row, f"extracted_fields.{link}", where)
    sentence = f"{farmer_of(document)} is not on this collection point."
    return data.fault(DOCUMENTS, row, f"linkage_fields.{link}", where, sentence, repeated, change)


@planter("delivery-factory", DOCUMENTS, "collection_points", "factories", "grading_models")
def strange_factory(data: Data, draw: Draw) -> Fault:
    """Another factory of the same grading model, at which the bag has the same grade."""
    row = data.row(draw, DOCUMENTS, lambda document: _other_factories(data, document))
    other = draw.shuffled(_other_factories(data, data[DOCUMENTS][row]))[0]
    value = data["factories"][other]["id"]
    repeated = data.put(DOCUMENTS, row, "extracted_fields.factory_id", value)
    sentence = "That is not the factory of the collection point."
    return data.fault(DOCUMENTS, row, "linkage_fields.factory_id", value, sentence, repeated)


def _other_factories(data: Data, document: Record) -> list[int]:
    own = factory_row(data, document)
    if point_row(data, document) is None:
        return []
    name, share = data["factories"][own]["id"], at(document, f"{BAG}.primary_percentage")
    return [
        row
        for other, row in data.index("factories").items()
        if row != own
        and models(data).get(other) == models(data).get(name)
        and due_grade(data["factories"][row], share) == due_grade(data["factories"][own], share)
    ]


@planter("delivery-model", DOCUMENTS, "grading_models")
def strange_version(data: Data, draw: Draw) -> Fault:
    path, link = "extracted_fields.grading_model_version", "linkage_fields.grading_model_id"
    known = {model["model_id"] for model in data["grading_models"]}
    row = data.row(draw, DOCUMENTS, lambda document: at(document, path) and at(document, link) in known)
    return data.fault(DOCUMENTS, row, path, "0.9.0", "That is not the grading model's version.")
