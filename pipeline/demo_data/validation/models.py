"""The tables that a dataset may hold, by name."""

from __future__ import annotations

from functools import cache

from demo_data.schema.tree import primary_key
from demo_data.tea.tables import MODELS

__all__ = ["BESIDE", "MODELS", "key_fields"]

BESIDE: dict[str, tuple[str, ...]] = {"agent_configs": ("id", "agent_id"), "prompts": ("id",)}
"""Reference tables of the platform that may lie beside ours: the first field is their key, the others are
the targets of references. Their other fields pass untouched."""


@cache
def key_fields(table: str) -> tuple[str, ...]:
    """The fields of a table's primary key."""
    return BESIDE[table][:1] if table in BESIDE else primary_key(MODELS[table])
