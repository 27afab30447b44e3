"""Faults in what factories can process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from statistics import correlation

from demo_data.faults import Cannot, Data, Draw, Fault, at, derived, planter
from demo_data.tea import planting
from demo_data.tea.factories.rules.capacity import CAPACITY, FARMERS, LEAST, MOST, YEAR_DAYS
from demo_data.tea.planting import BAG, RECEIVED, local_day
from demo_data.tea.points.rules.capacity import FACTORIES, FOLLOWS


@planter("factory-capacity", "factories", "documents", "collection_points", every=("documents",))
def too_small(data: Data, draw: Draw) -> Fault:
    """A factory is said to take less than came on almost half of the days."""
    for row, days in _years(data, draw):
        kilograms = sorted(days, reverse=True)
        most = int(kilograms[min(int(planting.days(data) * 0.45), len(kilograms) - 1)])
        share = sum(days) / planting.days(data) / max(most, 1)
        if LEAST < share < 0.95 * MOST and _still_follows(data, row, most):
            return data.fault("factories", row, CAPACITY, most, "On almost every second day more came to it.")
    raise Cannot("there is no factory left that has farmers enough")


@planter("factory-crop", "factories", "documents", "collection_points", every=("documents",))
def too_large(data: Data, draw: Draw) -> Fault:
    """A factory is said to take five times what came to it."""
    for row, days in _years(data, draw):
        most = int(sum(days) / planting.days(data) * 5)
        if _still_follows(data, row, most):
            return data.fault("factories", row, CAPACITY, most, "Its crop is a fifth of what it could process.")
    raise Cannot("there is no factory left that has farmers enough")


def _years(data: Data, draw: Draw) -> Iterator[tuple[int, list[float]]]:
    """Free factories whose year is measured, and what came to them on each day. Raises Cannot."""
    if planting.days(data) < YEAR_DAYS:
        raise Cannot(f"the history is shorter than {YEAR_DAYS} days")
    members: dict[str, set[str]] = {}
    for point in data["collection_points"][: data.sizes["collection_points"]]:
        members.setdefault(point["factory_id"], set()).update(point["farmer_ids"])
    for row in data.rows(draw, "factories", lambda factory: len(members.get(factory["id"], ())) > FARMERS + 10):
        days = _intake(data).get(row)
        if days:
            yield row, list(days.values())


@derived
def _intake(data: Data) -> Mapping[int, Mapping[date, float]]:
    """What came to each factory on each day."""
    found: dict[int, Counter[date]] = {}
    factories = data.index("factories")
    for document in data["documents"][: data.sizes["documents"]]:
        factory, weight = at(document, "linkage_fields.factory_id"), at(document, f"{BAG}.total_weight_kg")
        if factory in factories and weight:
            found.setdefault(factories[factory], Counter())[local_day(at(document, RECEIVED))] += weight
    return found


def _still_follows(data: Data, row: int, most: int) -> bool:
    """Whether capacities would still follow what factories take in, if one had another capacity."""
    pairs = [
        (most if other == row else data["factories"][other][CAPACITY], sum(days.values()))
        for other, days in _intake(data).items()
    ]
    return len(pairs) < FACTORIES or correlation(*zip(*pairs, strict=True)) > FOLLOWS + 0.1
