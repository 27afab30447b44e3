"""When farmers register: on working days and in waves, at the points that they bring their leaf to."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import (
    DAY,
    MICRO,
    Array,
    Noise,
    Settings,
    born_day,
    first_day,
    joining_days,
    spread_on,
)
from demo_data.tea.recipe import WORKING_DAYS, local_day

MONTH, MONTHS = 30, 160
"""Registrations are counted out by months of 30 days; a point has been open for so many at most."""

STEADY, OPENING, SETTLING, DRIVE = 4, 60, 20, 60
"""How many register in a month, against each other: at any time; in a point's first 12 months, and in the 24 after
them; and in the two months of each of a factory's drives. More than half come with the opening, about 3 in 100 a year
at any time. Estimates of ours.
"""

DRIVES = 5


def share_before(rows: Array, point: Array, all_point__last_farmer: Array, settings: Settings, noise: Noise) -> Array:
    """The share of the registrations of the farmer's point that come before, from 0 to 1: in order of the rows."""
    last = all_point__last_farmer
    first = np.concatenate([np.zeros(1, last.dtype), last[:-1]])[point]
    number, random = last[point] - first, noise.unit("registered_at", rows)
    return np.where(rows < settings["farmers.count"], (rows - first + random) / np.maximum(number, 1), 0)


def registration_date(
    rows: Array,
    point: Array,
    share_before: Array,
    registered_second: Array,
    all_point__opened_day: Array,
    all_point__factory: Array,
    settings: Settings,
    noise: Noise,
) -> Array:
    """Before the history, and at least a year before the day of `born`; who joins later, when that is.

    A point opens with many, others come at any time, and more when the factory calls for it.
    """
    count = settings["farmers.count"]
    points, which = np.unique(point, return_inverse=True)
    opened, factory = all_point__opened_day[points], all_point__factory[points]
    day = _day(which, share_before, opened, factory, members_since(settings), noise)
    joining = joining_days("farmers", np.maximum(rows - count, 0), settings, noise, WORKING_DAYS)
    return (np.where(rows < count, day, joining) * DAY + registered_second) * MICRO


def _day(which: Array, share: Array, opened: Array, factory: Array, end: int, noise: Noise) -> Array:
    """The working day on which each farmer registers, before the day `end`: a `share` (0 to 1) of the registrations of
    the point `which` come before.

    `opened` and `factory` are those of the points.
    """
    begins = end - 2 - MONTH * np.arange(MONTHS, 0, -1)  # two days short: what is due at a weekend comes later
    age = (begins - np.minimum(opened + 1, end - 2 - MONTH)[:, None]) // MONTH
    weight = np.select([age < 0, age < 12, age < 36], [0, STEADY + OPENING, STEADY + SETTLING], STEADY)
    drives = (noise.bits("drive", factory[:, None] * DRIVES + np.arange(DRIVES)) >> np.uint64(32)).astype(np.int64)
    drives = drives * (MONTHS - 1) >> 32
    for month in range(2):
        np.add.at(weight, (np.arange(len(opened))[:, None], drives + month), DRIVE)
    weight[age < 0] = 0
    before = np.cumsum(weight, axis=1) - weight
    total = weight.sum(axis=1)
    due = share * total[which]
    most = int(total.max(initial=1)) + 1
    place = np.searchsorted((before + np.arange(len(opened))[:, None] * most).ravel(), due + which * most, side="right")
    place = place - 1 - which * MONTHS
    within = (due - before[which, place]) / np.maximum(weight[which, place], 1)
    return spread_on(WORKING_DAYS, begins[place] + np.minimum(within, 1 - 1e-9) * MONTH)


def registered_day(registration_date: Array) -> Array:
    """Kenya's day; the first delivery comes after it."""
    return local_day(registration_date)


def members_since(settings: Settings) -> int:
    """The day before which all but those who join later have registered."""
    return min(first_day(settings), born_day(settings) - 365)
