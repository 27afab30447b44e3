"""Grading models, of which nothing may be unsure: all that is counted hangs on them."""

from __future__ import annotations

from demo_data.faults.data import Cannot, Data, Record
from demo_data.faults.ledger import Place


def unsure(_data: Data, _record: Record, path: str | None) -> list[Place]:
    """All grades, if it is the model as a whole. Raises Cannot."""
    if path is None:
        raise Cannot("what is counted hangs on grading models")
    return []
