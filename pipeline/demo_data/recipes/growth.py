"""How a table grows after the day it is drawn as of: rows that join, and the seasons in which stories are told."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes.calendar import WEEKDAYS, born_day, last_day, spread_on
from demo_data.recipes.columns import Array, Noise, Settings

YEAR = 365.25
MOVED = 14
"""Days by which somebody joins later than is due, at most, where that is not on every day of the week."""

NOBODY = 2_932_896
"""The day on which the next one joins where nobody does: 9999-12-31, the last that calendars know."""


def joining_days(
    table: str, joiners: Array, settings: Settings, noise: Noise, on: Collection[str] = WEEKDAYS
) -> NDArray[np.int64]:
    """The day on which each joiner (0 for the first) joins, in days since 1970: one in each of equal spans of time, on
    one of the weekdays `on`.
    """
    span = _span(table, settings)
    if math.isinf(span):
        return np.full(len(joiners), NOBODY)
    moment = born_day(settings) + 1 + (joiners + noise.unit("joining", joiners)) * span
    return spread_on(on, moment)


def joined(table: str, settings: Settings, noise: Noise, on: Collection[str] = WEEKDAYS) -> int:
    """How many rows have joined by the last day."""
    span, days = _span(table, settings), last_day(settings) - born_day(settings)
    if days <= 0 or math.isinf(span):
        return 0
    least = max(int((days - MOVED) / span) - 1, 0)
    days_of_next = joining_days(table, np.arange(least, int(days / span) + 2), settings, noise, on)
    return least + int(np.searchsorted(days_of_next, last_day(settings), side="right"))


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
