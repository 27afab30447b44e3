"""What a manifest tells of a table's values: its rows and its content hash; of events also those of every month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Month:
    """The rows of a month, like 2026-01, and the hash of their values."""

    month: str
    rows: int
    content: str


@dataclass(frozen=True)
class Digest:
    """A table's rows and the hash of their values; of a table of events also those of its months, in order."""

    rows: int
    content: str
    months: tuple[Month, ...] = ()

    @classmethod
    def of_months(cls, months: Sequence[Month]) -> Digest:
        """What the months, all of them, add up to."""
        from blake3 import blake3

        rows = sum(each.rows for each in months)
        lines = "".join(f"{each.month} {each.rows} {each.content}\n" for each in months)
        return cls(rows, blake3(b"%d\n" % rows + lines.encode()).hexdigest(), tuple(months))
