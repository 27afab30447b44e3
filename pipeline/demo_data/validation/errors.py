"""What goes wrong before or while a dataset is read."""

from __future__ import annotations


class Unreadable(ValueError):
    """A file is not what its name says: truncated, no JSON, no array of records."""


class Absent(LookupError):
    """A column or table that a rule reads is not there (or not of its type); the message names it."""

    @classmethod
    def of(cls, shown: str, path: str) -> Absent:
        """For a column of a file."""
        return cls(f"{shown} has no usable column {path}")


class Skip(Exception):
    """A rule does not apply to this dataset; the message says why."""
