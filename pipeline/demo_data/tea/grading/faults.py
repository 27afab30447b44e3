"""Grading models, of which nothing may be at fault: all that is counted by them would be unsure."""

from __future__ import annotations

from demo_data.faults import Cannot, Data, Place, Record


def unsure(_data: Data, _record: Record, _path: str | None) -> list[Place]:
    """All counts and grades, which is too much. Raises Cannot."""
    raise Cannot("what is counted hangs on grading models")
