"""Faults in when farmers registered, and in the numbers that follow from it."""

from __future__ import annotations

from datetime import timedelta

from demo_data.faults import Cannot, Change, Data, Draw, Fault, Record, first, moment, planter, written
from demo_data.tea.farmers.rules.registering import NEIGHBOURS
from demo_data.tea.planting import enrolments

OLD = 3_000_000
"""Numbers below this were given out decades before any register that a dataset has."""

YEAR_OF_WEEKS = timedelta(weeks=52)


@planter("registered-at-point", "farmers", "collection_points")
def registered_early(data: Data, draw: Draw) -> Fault:
    """A year before the farmer's points were on record, on the same weekday and at the same hour."""

    def fits(farmer: Record) -> bool:
        points = enrolments(data).get(farmer["id"], [])
        return bool(points) and all(data.unlocked("collection_points", point) for point in points)

    rows = data.rows(draw, "farmers", fits)
    row = first(row for row in rows if int(data["farmers"][row]["national_id"]) < OLD)
    points = enrolments(data)[data["farmers"][row]["id"]]
    opened = min(moment(data["collection_points"][point]["created_at"]) for point in points)
    early = written(opened - YEAR_OF_WEEKS)
    created = data.put("farmers", row, "created_at", early)
    requires = [("collection_points", point) for point in points]
    sentence = "No collection point of the farmer was on record yet."
    return data.fault("farmers", row, "registration_date", early, sentence, created, requires=requires)


@planter("national-id-issued", "farmers")
def issued_later(data: Data, draw: Draw) -> Fault:
    """The card of somebody who is not born yet."""
    row = data.row(draw, "farmers", lambda farmer: farmer["national_id"].isdigit())
    known = {farmer["national_id"] for farmer in data["farmers"]}
    number = next(f"{number}" for number in range(99_990_000, 99_000_000, -7) if f"{number}" not in known)
    return data.fault("farmers", row, "national_id", number, "No card had this number when the farmer registered.")


@planter("grower-order", "farmers", "collection_points", whole=True)
def turned_around(data: Data, draw: Draw) -> Fault:
    """At each collection point, those who registered last have the first numbers."""
    changes: list[Change] = []
    listed, pairs = enrolments(data), 0
    by_point: dict[int, list[int]] = {}
    for row, farmer in enumerate(data["farmers"][: data.sizes["farmers"]]):
        points = listed.get(farmer["id"], [])
        if len(points) == 1 and farmer["grower_number"] and data.free("farmers", row):
            by_point.setdefault(points[0], []).append(row)
    for rows in by_point.values():
        rows.sort(key=lambda row: data["farmers"][row]["registration_date"])
        numbers = sorted((data["farmers"][row]["grower_number"] for row in rows), key=lambda text: (len(text), text))
        pairs += len(rows) - 1
        for row, number in zip(rows, reversed(numbers), strict=True):
            if number != data["farmers"][row]["grower_number"]:
                changes.append(data.put("farmers", row, "grower_number", number))
    if pairs < 1.5 * NEIGHBOURS or len(changes) < data.sizes["farmers"] / 3:
        raise Cannot("too few collection points have several farmers whose grower numbers may change")
    sentence = "At collection points, those who registered last have the first numbers."
    return Fault.of_table("farmers", "grower_number", sentence, changes)
