"""Faults in farmers."""

from __future__ import annotations

from demo_data.faults import Data, Draw, Fresh
from demo_data.tea.fresh_records import fresh_farmer


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A farmer who does not deliver."""
    return fresh_farmer(data, draw)
