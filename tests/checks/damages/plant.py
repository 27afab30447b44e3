"""How faults are planted, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.checks.damaged import Damaged, at, put

Place = tuple[str, int | None]
BAG = "extracted_fields.bag_summary"
COUNTS = f"{BAG}.leaf_type_distribution"


@dataclass(frozen=True)
class Damage:
    """`plant` damages a dataset and returns the table and record at fault (None: no one record).

    `also` are the rules that cannot but break with it.
    """

    rule: str
    plant: Callable[[Damaged], Place]
    also: frozenset[str] = frozenset()
    dataset: str = "demo"


DAMAGES: list[Damage] = []


def plants(
    rule: str, *also: str, dataset: str = "demo"
) -> Callable[[Callable[[Damaged], Place]], Callable[[Damaged], Place]]:
    """Register a function that plants a fault."""

    def register(function: Callable[[Damaged], Place]) -> Callable[[Damaged], Place]:
        DAMAGES.append(Damage(rule, function, frozenset(also), dataset))
        return function

    return register


def sets(rule: str, table: str, path: str, value: Any, *also: str, row: int = 0) -> None:
    """Register a fault that is one value, or what a function makes of the value there."""

    def plant(data: Damaged) -> Place:
        old = at(data[table][row], path)
        put(data[table][row], path, value(old) if callable(value) else value)
        return table, row

    DAMAGES.append(Damage(rule, plant, frozenset(also)))


def told(data: Damaged, scenario: str) -> str:
    """The first farmer with the scenario."""
    who: str = data.recipe["scenarios"][scenario][0]
    return who


def bags(data: Damaged, farmer: str) -> list[int]:
    """The documents of a farmer, oldest first."""
    return [n for n, each in enumerate(data["documents"]) if each["linkage_fields"]["farmer_id"] == farmer]


def free(data: Damaged) -> str:
    """An active farmer without a scenario, on one point only, who does not deliver on the last day."""
    told_of = {who for each in data.recipe["scenarios"].values() for who in each}
    listed = [who for point in data["collection_points"] for who in point["farmer_ids"]]
    last = date.fromisoformat(data.recipe["as_of"])
    late = {
        each["linkage_fields"]["farmer_id"]
        for each in data["documents"]
        if each["ingestion"]["received_at"].date() >= last - timedelta(days=1)
    }
    return next(
        each["id"]
        for each in data["farmers"]
        if each["is_active"] and each["id"] not in told_of | late and listed.count(each["id"]) == 1
    )


def shift(data: Damaged, row: int, by: timedelta) -> None:
    """Move all moments of a document."""
    for path in (
        "raw_document.stored_at",
        "extraction.extraction_timestamp",
        "ingestion.received_at",
        "ingestion.processed_at",
        "created_at",
    ):
        put(data["documents"][row], path, at(data["documents"][row], path) + by)
