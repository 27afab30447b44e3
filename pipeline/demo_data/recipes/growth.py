"""How a table grows after the day it is drawn as of: rows that join, and the seasons in which stories are told."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes.calendar import WEEKDAYS, born_day, last_day, latest_on, next_on
from demo_data.recipes.columns import Array, Noise, Settings

YEAR = 365.25
NOBODY = 2_932_896
"""The day on which the next one joins where nobody does: 9999-12-31, the last that calendars know."""


def joining_days(
    table: str, joiners: Array, settings: Settings, noise: Noise, on: Collection[str] = WEEKDAYS
) -> NDArray[np.int64]:
    """The day on which each joiner (0 for the first) joins, in days since 1970: one in each of equal spans of time.

    Where that is none of the weekdays `on`, it is the next one that is.
    """
    if math.isinf(_span(table, settings)):
        return np.full(len(joiners), NOBODY)
    return next_on(on, _due(table, joiners, settings, noise))


def joined(table: str, settings: Settings, noise: Noise, on: Collection[str] = WEEKDAYS) -> int:
    """How many rows have joined by the last day."""
    last = latest_on(on, last_day(settings))
    span, days = _span(table, settings), last - born_day(settings)
    if days <= 0 or math.isinf(span):
        return 0
    sure = int(days / span)
    days_of_next = _due(table, np.arange(max(sure - 1, 0), sure + 2), settings, noise)
    return max(sure - 1, 0) + int(np.searchsorted(days_of_next, last, side="right"))


def _due(table: str, joiners: Array, settings: Settings, noise: Noise) -> NDArray[np.int64]:
    days = (joiners + noise.unit("joining", joiners)) * _span(table, settings)
    return born_day(settings) + 1 + days.astype(np.int64)


def rows_ever(table: str, settings: Settings) -> int:
    """More rows than a table has within a century: what widths and permutations are made for."""
    count: int = settings[f"{table}.count"]
    joining: float = settings[f"{table}.joining"]
    return count + math.ceil(count * joining)


def seasons(days: int, settings: Settings) -> int:
    """How many seasons of so many days have begun by the last day; the first one ends on the day of `born`."""
    return 1 if days == 0 else 1 + max(0, -(-(last_day(settings) - born_day(settings)) // days))


def _span(table: str, settings: Settings) -> float:
    """Days from one joiner to the next."""
    a_year = settings[f"{table}.count"] * settings[f"{table}.joining"] / 100
    return YEAR / a_year if a_year else math.inf
