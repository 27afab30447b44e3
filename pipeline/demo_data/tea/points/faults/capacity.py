"""Faults in what collection points can take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from demo_data.faults import Cannot, Data, Draw, Fault, at, derived, planter
from demo_data.tea.planting import BAG, RECEIVED, enrolments, local_day, point_row
from demo_data.tea.points.rules.capacity import CAPACITY, MEMBERS, POINTS

TABLE = "collection_points"
WEIGHT = f"{BAG}.total_weight_kg"


@derived
def bags(data: Data) -> Mapping[int, Mapping[date, list[int]]]:
    """The documents of each point, by day."""
    found: dict[int, dict[date, list[int]]] = {}
    for row, document in enumerate(data["documents"][: data.sizes.get("documents", 0)]):
        point = point_row(data, document)
        if point is not None and at(document, WEIGHT):
            found.setdefault(point, {}).setdefault(local_day(at(document, RECEIVED)), []).append(row)
    return found


def kilograms(data: Data, rows: list[int]) -> float:
    """What the bags of some documents hold together."""
    return float(sum(at(data["documents"][row], WEIGHT) for row in rows))


@planter("point-capacity", TABLE, "documents", every=("documents",))
def overfull(data: Data, draw: Draw) -> Fault:
    """A point is said to take a tenth less than came to it on its fullest day."""
    for row in data.rows(draw, TABLE, lambda point: at(point, CAPACITY)):
        days = bags(data).get(row, {})
        if not days:
            continue
        day, rows = max(days.items(), key=lambda item: (kilograms(data, item[1]), item[0]))
        most = int(0.9 * kilograms(data, rows))
        if 0 < most < at(data[TABLE][row], CAPACITY) and all(data.unlocked("documents", each) for each in rows):
            sentence = f"More came to it on {day}."
            requires = [("documents", each) for each in rows]
            return data.fault(TABLE, row, CAPACITY, most, sentence, requires=requires)
    raise Cannot("there is no point left with a day whose documents are all sound")


@planter("capacity-intake", TABLE, "documents", whole=True)
def small_where_much_comes(data: Data, draw: Draw) -> Fault:
    """The larger a point was, the smaller it is said to be, but none smaller than any was."""
    rows = [row for row in range(data.sizes[TABLE]) if row in bags(data)]
    if len(rows) < POINTS + 1 or len(enrolments(data)) < MEMBERS * len(rows) or "factories" not in data.tables:
        raise Cannot(f"there are fewer than {POINTS} points with enough members and deliveries")
    free = [row for row in rows if data.free(TABLE, row)]
    known = [at(data[TABLE][row], CAPACITY) for row in rows]
    if len(free) < 0.9 * len(rows) or len(set(known)) < 2:
        raise Cannot("too few points are free")
    total = min(known) + 3 * max(known)
    changes = [data.put(TABLE, row, CAPACITY, total - 2 * at(data[TABLE][row], CAPACITY)) for row in free]
    return Fault.of_table(TABLE, CAPACITY, "Points are said to be the smaller, the more comes to them.", changes)
