"""Kenya's clocks, and when the world ends. Days are Kenya's."""

from __future__ import annotations

from demo_data.recipes.calendar import DAY, last_day
from demo_data.recipes.columns import Settings

UTC_OFFSET = 3 * 3_600
"""Kenya's clocks are this many seconds ahead of UTC, all year (Kenya keeps no summer time)."""


def world_end(settings: Settings) -> int:
    """The last moment of the world: `as_of` at 21:00 in Kenya, in seconds since 1970 (UTC)."""
    return last_day(settings) * DAY + 21 * 3_600 - UTC_OFFSET
