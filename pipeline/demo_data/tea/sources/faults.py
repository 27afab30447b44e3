"""A source of documents that faults can be planted in."""

from __future__ import annotations

from demo_data.faults import Data, Draw, Fresh, renamed


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A source that no document came from."""
    return Fresh(data.add("source_configs", renamed(data, draw, "source_configs")))
