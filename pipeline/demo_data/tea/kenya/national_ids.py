"""The numbers of national identity cards, by the year of birth of those who hold them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from demo_data.tea.kenya.tables import read

AGE = 18
"""Years at which a card is issued."""

LEAST, MOST = 1_000_000, 99_999_999
"""Seven or eight digits, the first of them not 0."""


@dataclass(frozen=True, slots=True)
class Series:
    """The first number of those `born` in a year; up to the next year that is known numbers rise evenly."""

    born: int
    number: int


@cache
def series() -> tuple[Series, ...]:
    """All years that are known, ascending."""
    return read("national_ids", Series)
