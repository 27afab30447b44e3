"""What the recipes of several tables share: Kenya's clocks, the stories of farmers, and how reference rows are read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import DAY, MICRO, WEEKDAYS, Array, Recipe, Settings, last_day, next_on, weekday
from demo_data.schema import Entity
from demo_data.tea.reference import reference_rows

UTC_OFFSET = 3 * 3_600
"""Kenya's clocks are this many seconds ahead of UTC, all year (Kenya keeps no summer time); days are Kenya's."""

SCENARIOS: dict[str, tuple[str, ...]] = {
    "consistently_poor": ("tier_3", "tier_3", "reject", "tier_3", "tier_3"),
    "improving_trend": ("tier_3", "tier_3", "tier_2", "tier_2", "tier_1"),
    "top_performer": ("tier_1", "tier_1", "tier_1", "tier_1", "tier_1"),
    "declining_trend": ("tier_1", "tier_2", "tier_2", "tier_3", "tier_3"),
    "inactive": (),
}
"""Quality over a season of 90 days in five equal parts, oldest first; days before the first season show the first."""

SEASON_DAYS, PARTS = 90, 5

OFFICE_OPENS, OFFICE_CLOSES = 4 * 3_600, 13 * 3_600
"""Registers are kept from 7:00 to 16:00 in Kenya; seconds after midnight, UTC."""


DAY_ENDS = 21 * 3_600 - UTC_OFFSET
"""The world ends on its last day at 21:00 in Kenya; seconds after midnight, UTC."""


WORKING_DAYS = WEEKDAYS[:5]
"""Registers are kept from Monday to Friday."""


def reference_recipe(model: type[Entity]) -> Recipe:
    """The recipe of a table whose rows lie in `pipeline/demo_data/tea/reference/`."""
    rows = reference_rows(model.table)
    return Recipe(
        model,
        count=lambda _: len(rows),
        reference=lambda: tuple(model.model_validate(row) for row in rows),
    )


def office_moment(day: Array, random: NDArray[np.uint64], opens: int = OFFICE_OPENS) -> Array:
    """A moment of each day at which registers are kept, in seconds since 1970 (UTC); none before `opens`."""
    open_for = np.uint64(OFFICE_CLOSES - opens)
    seconds: Array = day * DAY + opens + ((random >> np.uint64(32)) * open_for >> np.uint64(32)).astype(np.int64)
    return seconds


def working_day(day: Array, last: Array | int | None = None) -> Array:
    """Each day, or the Monday after a weekend; the Friday before it, where that Monday is later than `last`."""
    monday = next_on(WORKING_DAYS, day)
    if last is None:
        return monday
    return np.where(monday > last, day - np.maximum(weekday(day) - 4, 0), monday)


def since(start: Array, span: Array | int, random: NDArray[np.uint64]) -> Array:
    """A day in the `span` of days from each `start` on."""
    later: Array = (random >> np.uint64(32)).astype(np.int64) * span >> 32
    return start + later


def local_day(moment: Array) -> Array:
    """Kenya's day of moments in microseconds since 1970 (UTC), in days since 1970."""
    days: Array = (moment // MICRO + UTC_OFFSET) // DAY
    return days


def world_end(settings: Settings) -> int:
    """The last moment of the world: `as_of` at 21:00 in Kenya, in seconds since 1970 (UTC)."""
    return last_day(settings) * DAY + DAY_ENDS
