"""Faults that lie in several tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo_data.faults import Also, Cannot, Data, Draw, Fault, at, moment, planter, written
from demo_data.tea.planting import as_of, shared
from demo_data.tea.rules import EMAILS, PHONES, UNCHANGED

UPDATED = ("farmers", *UNCHANGED)
"""Tables in which nothing but the record itself tells of its update; of farmers, those who have not left."""


def _some(data: Data, draw: Draw, tables: tuple[str, ...]) -> tuple[str, int]:
    """The table and number of a free record; of farmers, an active one's. Raises Cannot."""
    for table in draw.shuffled(tables):
        try:
            return table, data.row(draw, table, lambda record: record.get("is_active", True))
        except Cannot:
            continue
    raise Cannot("there is no record left")


@planter("nothing-later")
def from_the_future(data: Data, draw: Draw) -> Fault:
    """Years after the last day."""
    end = datetime(as_of(data).year + 60, 3, 1, 12, tzinfo=UTC)
    table, row = _some(data, draw, (*UPDATED, "collection_points", "documents"))
    path = "created_at" if table == "documents" else "updated_at"
    also = _unexplained(table, row)
    return data.fault(table, row, path, written(end), "It is after the dataset's end.", also=also)


@planter("created-updated")
def updated_first(data: Data, draw: Draw) -> Fault:
    table, row = _some(data, draw, UPDATED)
    before = moment(data[table][row]["created_at"]) - timedelta(days=1)
    also = _unexplained(table, row)
    return data.fault(table, row, "updated_at", written(before), "It was updated before it was created.", also=also)


def _unexplained(table: str, row: int) -> list[Also]:
    """That a record was updated though nothing ever happens there, which goes with another moment of updating."""
    return [Also("nothing-happens", table, row)] if table in UNCHANGED else []


@planter("nothing-happens")
def updated_for_nothing(data: Data, draw: Draw) -> Fault:
    """A day after it was created."""
    table, row = _some(data, draw, tuple(table for table, path in UNCHANGED.items() if path == "created_at"))
    later = moment(data[table][row]["created_at"]) + timedelta(days=1)
    return data.fault(table, row, "updated_at", written(later), "It was updated, though nothing happened to it.")


@planter("phone")
def strange_phone(data: Data, draw: Draw) -> Fault:
    tables = list(PHONES)
    for table in draw.shuffled([table for table in tables if data.sizes.get(table)]):
        path = PHONES[table]
        for row in draw.order(data.sizes[table]):
            if data.free(table, row) and at(data[table][row], path):
                value = f"+2549{tables.index(table)}{row:07}"
                return data.fault(table, row, path, value, "No Kenyan mobile number begins like this.")
    raise Cannot("there is no phone left")


shared_phone = shared("phone-unique", "contact.phone")


@planter("email")
def strange_email(data: Data, draw: Draw) -> Fault:
    table, row = _some(data, draw, tuple(table for table in EMAILS if data.sizes.get(table)))
    return data.fault(table, row, "contact.email", "nobody at example.com", "That is no email address.")
