"""What goes wrong before or while a dataset is read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pipeline.errors import UsageError

__all__ = ["Absent", "Skip", "Unreadable", "UsageError", "nearest"]


class Unreadable(ValueError):
    """A file is not what its name says: truncated, no JSON, no array of records."""


class Absent(LookupError):
    """A column or table that a rule reads is not there (or not of its type); the message names it."""


class Skip(Exception):
    """A rule does not apply to this dataset; the message says why."""


def nearest(name: str, known: Iterable[str]) -> str:
    """` (nearest: x)` for the closest of the known names, nothing where none is close."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (nearest: {found[0]})" if found else ""
