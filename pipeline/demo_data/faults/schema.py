"""Faults that a record's own class finds: missing, unknown, of another type, out of bounds, badly formed.

They are planted where nothing else hangs on the record or the field: in farmers without documents, in added records
that nothing refers to, and in what documents only repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from demo_data.faults.changes import add, sets
from demo_data.faults.data import Cannot, Data, Record, at
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import fresh, new_factory, new_point, newcomer
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Change, Fault

GONE = object()
"""Stands for a value that is taken away."""

Option = tuple[str, str, Any]
"""Table, field, and the value that goes there."""


def _idle(data: Data, draw: Draw) -> int | None:
    """A farmer without documents and scenario, if there is one."""
    try:
        return data.row(
            draw, "farmers", lambda each: each["id"] not in data.histories and each["id"] not in data.scenarios
        )
    except Cannot:
        return None


def _is_repeated(data: Data, document: int, field: str) -> bool:
    """Whether the field is there, and no fault in what the farmer's documents add up to leans on the document."""
    return isinstance(at(data["documents"][document], field), str) and data.free(*data.sums(document))


def _lonely(data: Data, draw: Draw, table: str) -> tuple[Change, tuple[Change, ...]]:
    """A sound record that can be added to a table, and what comes with it. Raises Cannot."""
    if table == "farmers":
        someone = newcomer(data, draw, active=False)
        return someone.farmer, someone.performance
    record = data.pristine(table, next(draw.order(data.sizes[table])))
    if table == "collection_points":
        return new_point(data, record), ()
    if table == "source_configs":
        record["source_id"] = fresh({each["source_id"] for each in data[table]}, "new-source-{}")
    else:
        raise Cannot(f"records of {table} cannot be added without breaking other rules")
    return add(data, table, record), ()


def _breaks(data: Data, draw: Draw, sentence: str, options: Sequence[Option]) -> Fault:
    """Plant the first option that the dataset has room for, in a random order. Raises Cannot."""
    reasons = [f"none of the tables {', '.join(sorted({table for table, _, _ in options}))} is there"]
    for table, field, value in draw.shuffled(options):
        if not data.sizes.get(table):
            continue
        try:
            if table == "documents":
                row = next(row for row in data.rows(draw, table) if _is_repeated(data, row, field))
                return sets(data, table, row, field, value, sentence, takes=[data.sums(row)])
            idle = _idle(data, draw) if table == "farmers" else None
            if idle is not None:
                return _in_place(data, idle, field, value, sentence)
            return _added(*_lonely(data, draw, table), field, value, sentence)
        except Cannot as reason:
            reasons.append(str(reason))
    raise Cannot(reasons[-1])


def _in_place(data: Data, row: int, field: str, value: Any, sentence: str) -> Fault:
    fault = sets(data, "farmers", row, field, value, sentence)
    if value is not GONE:
        return fault
    gone = replace(fault.changes[0], operation="remove", new=None)
    return replace(fault, new=None, changes=(gone,))


def _added(change: Change, more: Sequence[Change], field: str, value: Any, sentence: str) -> Fault:
    *way, last = field.split(".")
    place: Record = change.new
    for step in way:
        place = place[step]
    old = place.get(last)
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    new = None if value is GONE else value
    return Fault(change.table, change.record, field, old, new, sentence, (change, *more))


@plants("required")
def missing(data: Data, draw: Draw) -> Fault:
    """A field that must be there is taken away, or null."""
    options: list[Option] = [
        ("farmers", "last_name", GONE),
        ("farmers", "national_id", GONE),
        ("farmers", "farm_location.latitude", GONE),
        ("farmers", "farm_size_hectares", None),
        ("farmers", "farm_scale", GONE),
        ("collection_points", "name", GONE),
        ("collection_points", "location.longitude", None),
        ("source_configs", "display_name", GONE),
        ("source_configs", "storage.raw_container", GONE),
    ]
    return _breaks(data, draw, "A required field is missing or null.", options)


@plants("unknown-field")
def unknown(data: Data, draw: Draw) -> Fault:
    """A field that the class does not have."""
    options: list[Option] = [
        ("farmers", "shoe_size", 42),
        ("farmers", "contact.fax", "+254200000000"),
        ("farmers", "farm_location.lat", -0.5),
        ("collection_points", "clerk_name", "Wanjiku"),
        ("source_configs", "colour", "green"),
    ]
    return _breaks(data, draw, "A field that the table does not have.", options)


@plants("duplicate-field")
def repeated(data: Data, draw: Draw) -> Fault:
    """A field that stands twice in its record's text."""
    options = [
        ("farmers", "last_name"),
        ("farmers", "national_id"),
        ("collection_points", "name"),
        ("source_configs", "description"),
    ]
    reason = "none of the tables collection_points, farmers, source_configs is there"
    for table, field in draw.shuffled(options):
        if data.sizes.get(table):
            try:
                change, more = _lonely(data, draw, table)
            except Cannot as cannot:
                reason = str(cannot)
                continue
            value = change.new[field]
            again = Change("repeat", table, change.record, field, value, value)
            sentence = "A field stands twice in one object."
            return Fault(table, change.record, field, value, value, sentence, (change, *more, again))
    raise Cannot(reason)


@plants("type")
def mistyped(data: Data, draw: Draw) -> Fault:
    """A value of another type than its field's."""
    options: list[Option] = [
        ("farmers", "farm_size_hectares", "2.5"),
        ("farmers", "farm_location.altitude_meters", "high"),
        ("farmers", "national_id", 12345678),
        ("farmers", "registration_date", "last year"),
        ("farmers", "contact.address", ["P.O. Box 1"]),
        ("collection_points", "capacity.max_daily_kg", 1200.5),
        ("collection_points", "capacity.has_qc_device", "yes"),
        ("source_configs", "enabled", "true"),
        ("documents", "extracted_fields.farmer_id", 17),
        ("documents", "extracted_fields.collection_point_id", ["a", "b"]),
    ]
    return _breaks(data, draw, "A value of another type than its field's.", options)


@plants("enum")
def misnamed(data: Data, draw: Draw) -> Fault:
    """A word that is not on its field's list."""
    options: list[Option] = [
        ("farmers", "notification_channel", "pigeon"),
        ("farmers", "interaction_pref", "Text"),
        ("farmers", "pref_lang", "xx"),
        ("farmers", "farm_scale", "large"),
        ("source_configs", "ingestion.mode", "by_hand"),
        ("source_configs", "events.on_success.topic", "quality.document.processed"),
    ]
    return _breaks(data, draw, "A word that is not on its field's list.", options)


@plants("bounds")
def outside(data: Data, draw: Draw) -> Fault:
    """A number beyond its field's bounds."""
    options: list[Option] = [
        ("farmers", "farm_size_hectares", 0.0),
        ("farmers", "farm_size_hectares", 1000.5),
        ("farmers", "farm_location.latitude", 91.0),
        ("farmers", "farm_location.longitude", -180.5),
        ("collection_points", "location.latitude", -90.5),
        ("collection_points", "capacity.max_daily_kg", -1),
    ]
    return _breaks(data, draw, "A number beyond its field's bounds.", options)


@plants("length")
def too_long(data: Data, draw: Draw) -> Fault:
    """A text that is too short or too long."""
    options: list[Option] = [
        ("farmers", "first_name", ""),
        ("farmers", "last_name", "Wanjiru" * 15),
        ("farmers", "national_id", "1" * 21),
        ("collection_points", "name", ""),
        ("collection_points", "name", "Centre " * 15),
    ]
    return _breaks(data, draw, "A text that is too short or too long.", options)


@plants("pattern")
def misspelt(data: Data, draw: Draw) -> Fault:
    """A text of another form than its field's."""
    options: list[Option] = [
        ("documents", "extracted_fields.bag_summary.grade", "Primary"),
        ("documents", "extracted_fields.bag_summary.grade", "grade A"),
        ("collection_points", "operating_hours.weekdays", "6:00-10:00"),
        ("collection_points", "capacity.storage_type", "shed"),
        ("collection_points", "collection_days", ["monday", "friday"]),
    ]
    return _breaks(data, draw, "A text of another form than its field's.", options)


@plants("model-rule", "factories")
def contradictory(data: Data, draw: Draw) -> Fault:
    """Thresholds that do not fall, in a factory that is added."""
    change, more = new_factory(data, draw)
    tiers = change.new["quality_thresholds"]
    old = dict(tiers)
    tiers["tier_1"], tiers["tier_3"] = tiers["tier_3"], tiers["tier_1"]
    sentence = "The thresholds do not fall: tier_1 is not above tier_2, and that not above tier_3."
    return Fault("factories", change.record, "quality_thresholds", old, dict(tiers), sentence, (change, *more))
