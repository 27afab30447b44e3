"""Records made ahead for `build`: a block of many rows costs hardly more than one of a single row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST = 64
"""Objects that `build` makes at once, at most, for the calls to come."""


@dataclass
class Prefetched:
    """Records for the calls to come: they hold for the rows to come while nothing changes that they depend on."""

    depends: tuple[Any, ...]
    records: list[dict[str, Any]]
    counted: list[tuple[str, Sequence[str]]]
    first_row: int
    used: int = 0

    def fits(self, depends: tuple[Any, ...], row: int) -> bool:
        """Whether the records' world is still the same, and the row is the next one."""
        same = all(before is now or before == now for before, now in zip(self.depends, depends, strict=True))
        return same and row == self.first_row + self.used
