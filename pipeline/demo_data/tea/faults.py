"""Faults that lie in several tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo_data.faults.changes import sets
from demo_data.faults.data import Cannot, Data, at, moment, written
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault
from demo_data.faults.planter import planter
from demo_data.tea.planting import as_of, shared_by_two

PHONES = (("farmers", "contact.phone"), ("factories", "contact.phone"), ("collection_points", "clerk_phone"))
UPDATED = ("farmers", "factories", "collection_points", "regions", "farmer_performance", "grading_models")


def _some(data: Data, draw: Draw, tables: tuple[str, ...]) -> tuple[str, int]:
    """The table and number of a free record. Raises Cannot."""
    for table in draw.shuffled(tables):
        try:
            return table, data.row(draw, table)
        except Cannot:
            continue
    raise Cannot("there is no record left")


@planter("nothing-later")
def from_the_future(data: Data, draw: Draw) -> Fault:
    """Years after the last day."""
    end = datetime(as_of(data).year + 60, 3, 1, 12, tzinfo=UTC)
    table, row = _some(data, draw, (*UPDATED, "documents"))
    path = "created_at" if table == "documents" else "updated_at"
    return sets(data, table, row, path, written(end), "It is after the dataset's end.")


@planter("created-updated")
def updated_first(data: Data, draw: Draw) -> Fault:
    table, row = _some(data, draw, UPDATED)
    before = moment(data[table][row]["created_at"]) - timedelta(days=1)
    return sets(data, table, row, "updated_at", written(before), "It was updated before it was created.")


@planter("phone")
def strange_phone(data: Data, draw: Draw) -> Fault:
    for table, path in draw.shuffled([place for place in PHONES if data.sizes.get(place[0])]):
        for row in draw.order(data.sizes[table]):
            if data.free(table, row) and at(data[table][row], path):
                value = f"+2549{PHONES.index((table, path))}{row:07}"
                return sets(data, table, row, path, value, "No Kenyan mobile number begins like this.")
    raise Cannot("there is no phone left")


@planter("phone-unique", "farmers")
def shared_phone(data: Data, draw: Draw) -> Fault:
    return shared_by_two(data, draw, "contact.phone")


@planter("email")
def strange_email(data: Data, draw: Draw) -> Fault:
    table, row = _some(data, draw, tuple(table for table in ("farmers", "factories") if data.sizes.get(table)))
    return sets(data, table, row, "contact.email", "nobody at example.com", "That is no email address.")
