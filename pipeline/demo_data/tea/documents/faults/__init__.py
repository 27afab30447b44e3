"""Faults in documents, by theme."""

from __future__ import annotations

from demo_data.faults import Data, Place, Record
from demo_data.tea.planting import farmer_of, sums


def unsure(data: Data, record: Record, _path: str | None) -> list[Place]:
    """What the farmer's documents add up to."""
    return [sums(data, farmer_of(record))]
