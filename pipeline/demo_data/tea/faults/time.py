"""Faults in the order of moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo_data.faults.changes import add, adds, sets
from demo_data.faults.data import KENYA, Cannot, Data, at, moment, written
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import Newcomer, enrolled
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Also, Change, Fault

UPDATED = ("farmers", "factories", "collection_points", "regions", "farmer_performance", "grading_models")
YEAR = 365


@plants("nothing-later")
def from_the_future(data: Data, draw: Draw) -> Fault:
    """Years after the last day."""
    end = datetime(data.as_of.year + 60, 3, 1, 12, tzinfo=UTC)
    for table in draw.shuffled([*UPDATED, "documents"]):
        path = "created_at" if table == "documents" else "updated_at"
        try:
            row = data.row(draw, table)
        except Cannot:
            continue
        return sets(data, table, row, path, written(end), "It is after the dataset's end.")
    raise Cannot("there is no record left")


@plants("created-updated")
def updated_first(data: Data, draw: Draw) -> Fault:
    for table in draw.shuffled(UPDATED):
        try:
            row = data.row(draw, table)
        except Cannot:
            continue
        before = moment(data[table][row]["created_at"]) - timedelta(days=1)
        return sets(data, table, row, "updated_at", written(before), "It was updated before it was created.")
    raise Cannot("there is no record left")


@plants("document-order", "documents")
def stored_first(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "documents", lambda each: at(each, "ingestion.received_at"))
    before = moment(data["documents"][row]["ingestion"]["received_at"]) - timedelta(hours=5)
    sentence = "It was stored before it was received."
    return sets(data, "documents", row, "raw_document.stored_at", written(before), sentence)


def old_document(data: Data, draw: Draw, *, active: bool) -> tuple[Newcomer, Change, tuple[Change, ...]]:
    """A newcomer's only document, from before the history and from before what performance adds up.

    Returns the newcomer, the document, and what comes with it. Raises Cannot.
    """
    someone, point, entry = enrolled(data, draw, active=active)
    where = data["collection_points"][point]["id"]
    originals = (data.pristine("documents", row) for row in draw.order(data.sizes["documents"]))
    record = next((each for each in originals if at(each, "linkage_fields.collection_point_id") == where), None)
    if record is None:
        raise Cannot("the collection point has no documents")
    weeks = max(data.days, YEAR) // 7 + 2
    for path in ("raw_document", "extraction", "ingestion"):
        for name, value in record[path].items():
            if name.endswith(("_at", "_timestamp")):
                record[path][name] = written(moment(value) - timedelta(weeks=weeks))
    record["created_at"] = written(moment(record["created_at"]) - timedelta(weeks=weeks))
    record["document_id"] = f"DOC-{someone.id}-0001"
    record["raw_document"]["blob_path"] = record["raw_document"]["blob_path"].replace("/DOC-", f"/DOC-{someone.id}-")
    for group in ("extracted_fields", "linkage_fields"):
        record[group]["farmer_id"] = someone.id
    registered = written(moment(record["ingestion"]["received_at"]) - timedelta(days=30))
    someone.record.update(registration_date=registered, created_at=registered, updated_at=registered)
    return someone, add(data, "documents", record), (someone.farmer, *someone.performance, entry)


@plants("delivery-history", "documents", "farmers", "collection_points")
def before_the_history(data: Data, draw: Draw) -> Fault:
    _, document, more = old_document(data, draw, active=True)
    sentence = "The delivery is older than the history."
    return adds(data, document, sentence, *more)


@plants("inactive-deliveries", "documents", "farmers", "collection_points")
def inactive_farmer_delivers(data: Data, draw: Draw) -> Fault:
    """A delivery in the history would add up to performance; so it is from before."""
    someone, document, more = old_document(data, draw, active=False)
    also = [Also("delivery-history", "documents", document.record)]
    sentence = f"{someone.id} is not active, but delivers."
    return adds(data, document, sentence, *more, also=also)


@plants("registered-first", "documents", "farmers")
def registered_late(data: Data, draw: Draw) -> Fault:
    """A minute after the first delivery."""
    row = data.row(
        draw,
        "farmers",
        lambda each: each["id"] in data.histories and data.free("moments", data.farmer_rows[each["id"]]),
    )
    first = data.histories[data["farmers"][row]["id"]][0]
    late = moment(data["documents"][first]["ingestion"]["received_at"]) + timedelta(minutes=1)
    if (late + KENYA).date() > data.as_of:
        raise Cannot("the first delivery is at the very end")
    sentence = "The farmer was registered after the first delivery."
    value = written(late)
    return sets(
        data,
        "farmers",
        row,
        "registration_date",
        value,
        sentence,
        leans=[("documents", first)],
        takes=[("moments", row)],
    )
