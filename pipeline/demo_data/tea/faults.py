"""Faults that lie in several tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo_data.faults import Also, Cannot, Data, Draw, Fault, Record, at, moment, planter, written
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.planting import as_of, enrolments, shared
from demo_data.tea.rules import EMAILS, FRIDAY, OPERATED, PHONES, REGISTERS, UNCHANGED
from demo_data.tea.views import OFFICE, UTC_OFFSET

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


@planter("register-hours")
def registered_on_sunday(data: Data, draw: Draw) -> Fault:
    """On the Sunday before the day on which it was, or on one before other things were on record."""
    for table in draw.shuffled(list(REGISTERS)):
        if not data.sizes.get(table):
            continue
        path = REGISTERS[table]
        for row in data.rows(draw, table, lambda record: record.get("is_active", True)):
            record = data[table][row]
            day = moment(record["created_at"])
            sunday = written(day - timedelta(days=(day + UTC_OFFSET).weekday() + 1))
            if table == "farmers" and _enters_first(data, record, sunday):
                continue
            paths = [name for name in ("created_at", "updated_at") if name != path and record[name] == record[path]]
            more = [data.put(table, row, name, sunday) for name in paths]
            return data.fault(table, row, path, sunday, "No office is open on a Sunday.", *more)
    raise Cannot("there is no record left")


def _enters_first(data: Data, farmer: Record, moment_: str) -> bool:
    """Whether a farmer's point was not on record yet, or may not have been."""
    points = enrolments(data).get(farmer["id"], [])
    known = [data.pristine("collection_points", point)["created_at"] for point in points]
    return not known or min(known) > moment_


def at_work(text: str) -> bool:
    """Whether an office is open at a moment."""
    here = moment(text) + UTC_OFFSET
    return here.weekday() < FRIDAY and OFFICE[0] <= here.time() <= OFFICE[1]


@planter("phone-operators", "farmers", whole=True)
def one_operator(data: Data, draw: Draw) -> Fault:
    """Every second farmer has a number of the smallest operator."""
    rows = [row for row in range(data.sizes["farmers"]) if data.free("farmers", row)][::2]
    if len(rows) < OPERATED / 3:
        raise Cannot("there are too few farmers whose phones may change")
    by_operator: dict[str, list[int]] = {}
    for prefix in prefixes():
        by_operator.setdefault(prefix.operator, []).append(prefix.prefix)
    least = min(by_operator.values(), key=len)[0]
    known = {at(record, path) for table, path in PHONES.items() for record in data[table]}
    numbers = (number for n in range(1_000_000) if (number := f"+254{least}{n:06}") not in known)
    changes = [data.put("farmers", row, "contact.phone", next(numbers)) for row in rows]
    sentence = "Half of the farmers have a number of the smallest operator."
    return Fault.of_table("farmers", "contact.phone", sentence, changes)


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
