"""A source of documents that faults can be planted in."""

from __future__ import annotations

from demo_data.faults.changes import add
from demo_data.faults.data import Data
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import Fresh, renamed


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A source that no document came from."""
    return Fresh(add(data, "source_configs", renamed(data, draw, "source_configs")))
