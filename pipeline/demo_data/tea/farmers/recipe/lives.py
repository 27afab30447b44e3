"""What happens to a farmer, and when: registering, changing how to be reached, leaving."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from demo_data.recipes import (
    MICRO,
    YEAR,
    Array,
    Choices,
    Coded,
    Noise,
    Settings,
    born_day,
    exponential,
    first_day,
    joining_days,
    last_day,
    rows_ever,
)
from demo_data.tea.recipe import local_day, office_moment, since
from demo_data.tea.recipe.phones import capacity, changes

LEAVING = 2.0
"""Farmers that leave, per cent a year after the day the world is drawn as of."""

CHANGE_DAYS = 600
"""In each span of so many days a farmer may change one of these; four times in ten it comes out as it was."""

_CHANGES = Choices([[30, 40, 30]])
_PHONE, _CHANNEL, _INTERACTION = range(3)


def registration_date(rows: Array, registered_days_before: Array, settings: Settings, noise: Noise) -> Array:
    """Before the history, and at least a year before the day of `born`; who joins later, when that is."""
    first, count = min(first_day(settings), born_day(settings) - 365), settings["farmers.count"]
    joining = joining_days("farmers", np.maximum(rows - count, 0), settings, noise)
    day = np.where(rows < count, first - registered_days_before, joining)
    return office_moment(day, noise.bits("registered_second", rows)) * MICRO


def registered_day(registration_date: Array) -> Array:
    """Kenya's day; the first delivery comes after it."""
    return local_day(registration_date)


def left_day(registered_day: Array, takes_part: Array, rows: Array, settings: Settings, noise: Noise) -> Array:
    """The day of leaving, a later one than the data's last for most; before the history for who takes no part in it."""
    random, first = noise.bits("left", rows), first_day(settings)
    stays = (exponential(random) * (100 / LEAVING * YEAR)).astype(np.int64) + (random & np.uint64(3)).astype(np.int64)
    later = np.maximum(registered_day, born_day(settings)) + 1 + stays
    return np.where(takes_part, later, since(registered_day, np.maximum(first - registered_day, 1), random))


def is_active(left_day: Array, settings: Settings) -> Array:
    return left_day > last_day(settings)


def ways(
    registered_day: Array,
    left_day: Array,
    drawn__notification_channel: Coded,
    drawn__interaction_pref: Coded,
    weights__notification_channel: Mapping[str, float],
    weights__interaction_pref: Mapping[str, float],
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Coded, Coded, Array, Array]:
    """How a farmer is reached by now, the number of the phone (0 for the first), and the day of the last change or -1.

    What somebody changes to is drawn as it was at first, so that shares stay; it may come out as it was.
    """
    last, most_phones = last_day(settings), changes(rows_ever("farmers", settings), capacity())
    chosen = {_CHANNEL: drawn__notification_channel, _INTERACTION: drawn__interaction_pref}
    codes = {way: column.codes.copy() for way, column in chosen.items()}
    weights = {_CHANNEL: weights__notification_channel, _INTERACTION: weights__interaction_pref}
    choices = {way: Choices([list(of.values())]) for way, of in weights.items()}
    phone, changed, one = np.zeros(len(rows), np.int64), np.full(len(rows), -1), np.zeros(len(rows), np.int64)
    for turn in range(max(0, last - int(registered_day.min(initial=last))) // CHANGE_DAYS + 1):
        cells = (rows << 16) | turn
        day = since(registered_day + 1 + turn * CHANGE_DAYS, CHANGE_DAYS, noise.bits("changes", cells))
        what = _CHANGES.pick(one, noise.bits("changes_what", cells))
        may = (day <= last) & (day < left_day)
        changes_now = may & (what == _PHONE) & (phone < most_phones)
        phone += changes_now
        for way, before in codes.items():
            new = choices[way].pick(one, noise.bits("changes_to", cells))
            differs = may & (what == way) & (new != before)
            before[differs] = new[differs]
            changes_now |= differs
        changed[changes_now] = day[changes_now]
    channel, interaction = (Coded(codes[way], chosen[way].words) for way in (_CHANNEL, _INTERACTION))
    return channel, interaction, phone, changed


def updated_at(
    created_at: Array, changed_day: Array, left_day: Array, is_active: Array, rows: Array, noise: Noise
) -> Array:
    """The moment of what happened last: registering, a change, leaving."""
    day = np.where(is_active, changed_day, left_day)
    moment = office_moment(day, noise.bits("updated_second", (rows << 16) | np.maximum(day, 0))) * MICRO
    return np.where(day < 0, created_at, np.maximum(moment, created_at))
