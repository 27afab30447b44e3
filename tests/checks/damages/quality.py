"""Faults in leaf counts, percentages and grades."""

from __future__ import annotations

from tests.checks.damaged import Damaged, at
from tests.checks.damages.plant import BAG, COUNTS, Place, plants, sets


@plants("leaf-classes", "performance-attributes")
def foreign_class(data: Damaged) -> Place:
    counts = at(data["documents"][0], COUNTS)
    counts[next(name for name, count in counts.items() if count is None)] = 1
    return "documents", 0


@plants("leaf-counts", "percentages", "performance-attributes", "performance-grades")
def lost_leaf(data: Damaged) -> Place:
    counts = at(data["documents"][0], COUNTS)
    name = max((name for name in counts if counts[name] is not None), key=counts.get)
    counts[name] -= 3
    return "documents", 0


@plants("percentages")
def better_percentage(data: Damaged) -> Place:
    bag = at(data["documents"][0], BAG)
    bag["primary_percentage"], bag["secondary_percentage"] = (
        bag["primary_percentage"] - 0.5,
        bag["secondary_percentage"] + 0.5,
    )
    return "documents", 0


sets("grade", "documents", f"{BAG}.grade", lambda old: "primary" if old == "reject" else "reject")
