"""When a collection point is open, and was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from demo_data.recipes import Array, Coded, Noise, Settings, born_day, last_day
from demo_data.tea.recipe.changes import redrawn

ALL_CLOSED = 8 * 3_600
"""From 11:00 in Kenya no point is open on weekdays: what changes is put on record after that; seconds, UTC."""

HOURS_DAYS = 1_000
"""A point may keep other hours on weekdays once in each span of so many days."""


def weekday_hours(
    drawn__hours: Coded,
    weights__hours: Mapping[str, float],
    opened_day: Array,
    status: Coded,
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Coded, Array, Array]:
    """The hours by now; the days up to which others were kept, and which, by number in `drawn__hours`: shape (n, m).

    Of an inactive point they do not change.
    """
    born, last = born_day(settings), last_day(settings)
    within = opened_day, np.where(status.equals("inactive"), opened_day, max(born, last) + 1)
    anchor = np.full(len(rows), born)
    words = redrawn("hours", HOURS_DAYS, drawn__hours, weights__hours, anchor, within, rows, last, noise)
    return words.now, words.days, words.before


def opening(operating_hours__weekdays: Coded, operating_hours__weekends: Coded) -> tuple[Array, Array]:
    """When a point opens (minutes after midnight) and for how long, on weekdays and at weekends, shape (n, 2)."""
    hours = (operating_hours__weekdays, operating_hours__weekends)
    spans = [_minutes(column.words)[column.codes] for column in hours]
    opens, closes = np.moveaxis(np.stack(spans, axis=1), 2, 0)
    return opens, np.maximum(closes - opens, 0)


def opening_before(hours_before: Array, drawn__hours: Coded) -> tuple[Array, Array]:
    """The same on weekdays up to each day of `hours_until`, shape (points, changes)."""
    opens, closes = np.moveaxis(_minutes(drawn__hours.words)[hours_before], 2, 0)
    return opens, closes - opens


def _minutes(spans: Iterable[Any]) -> Array:
    """Opening and closing in minutes after midnight, shape (n, 2)."""
    texts = [str(span) for span in spans]
    return np.array([(int(t[:2]) * 60 + int(t[3:5]), int(t[6:8]) * 60 + int(t[9:])) for t in texts]).reshape(-1, 2)
