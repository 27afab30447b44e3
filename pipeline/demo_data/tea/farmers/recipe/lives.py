"""What happens to a farmer, and when: registering, changing how to be reached, leaving."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from demo_data.recipes import (
    MICRO,
    YEAR,
    Array,
    Coded,
    Noise,
    Settings,
    born_day,
    exponential,
    last_day,
    rows_ever,
)
from demo_data.tea.farmers.recipe.registering import members_since
from demo_data.tea.recipe import office_moment, since, working_day
from demo_data.tea.recipe.changes import NEVER, redrawn, turns
from demo_data.tea.recipe.phones import capacity, phone_numbers

LEAVING = 2.0
"""Farmers that leave, per cent a year after the day the world is drawn as of."""

_PHONES_APART = 1 << 17
"""First numbers lie within so many, or the next power of two; second ones come after them, and so on."""

PHONE_DAYS, REDRAWN_DAYS = 3_600, 1_200
"""A farmer has another phone once in each span of so many days, and may choose another channel, and another way to
interact, in each of so many: all in all one change in three years, as shares stay.
"""


def left_day(registered_day: Array, takes_part: Array, rows: Array, settings: Settings, noise: Noise) -> Array:
    """The day of leaving, a later one than the data's last for most; before the history for who takes no part in it."""
    random, first = noise.bits("left", rows), members_since(settings)
    stays = (exponential(random) * (100 / LEAVING * YEAR)).astype(np.int64) + (random & np.uint64(3)).astype(np.int64)
    later = working_day(np.maximum(registered_day, born_day(settings)) + 1 + stays)
    sooner = working_day(since(registered_day, np.maximum(first - registered_day, 1), random), first - 1)
    return np.where(takes_part, later, np.maximum(sooner, registered_day))


def is_active(left_day: Array, settings: Settings) -> Array:
    return left_day > last_day(settings)


def channel(
    registered_day: Array,
    left_day: Array,
    drawn__notification_channel: Coded,
    weights__notification_channel: Mapping[str, float],
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Coded, Array]:
    """How a farmer is told things, and the day of the last change or -1."""
    drawn, weights = drawn__notification_channel, weights__notification_channel
    return _chosen("channel", drawn, weights, (registered_day, left_day), rows, settings, noise)


def interaction(
    registered_day: Array,
    left_day: Array,
    drawn__interaction_pref: Coded,
    weights__interaction_pref: Mapping[str, float],
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Coded, Array]:
    """How a farmer asks for things, and the day of the last change or -1."""
    drawn, weights = drawn__interaction_pref, weights__interaction_pref
    return _chosen("interaction", drawn, weights, (registered_day, left_day), rows, settings, noise)


def _chosen(
    stream: str,
    drawn: Coded,
    weights: Mapping[str, float],
    membership: tuple[Array, Array],
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Coded, Array]:
    anchor = np.maximum(membership[0], born_day(settings))
    words = redrawn(stream, REDRAWN_DAYS, drawn, weights, anchor, membership, rows, last_day(settings), noise)
    return words.now, words.days.max(axis=1, initial=NEVER)


def phone(
    registered_day: Array, left_day: Array, rows: Array, settings: Settings, noise: Noise
) -> tuple[pa.Array, Array]:
    """The farmer's number by now, which is nobody else's, ever; and the day since when, or -1."""
    apart = max(_PHONES_APART, 1 << rows_ever("farmers", settings).bit_length())
    most, born = capacity() // apart - 1, np.maximum(registered_day, born_day(settings))
    anchor, last = (np.minimum(day, left_day - 1) for day in (born, last_day(settings)))
    turn, day = turns("phone", PHONE_DAYS, most, registered_day, anchor, last, rows, noise)
    return phone_numbers(rows + turn * apart, noise), day


def updated_at(
    created_at: Array,
    channel_day: Array,
    interaction_day: Array,
    phone_day: Array,
    left_day: Array,
    is_active: Array,
    rows: Array,
    noise: Noise,
) -> Array:
    """The moment of what happened last: registering, a change, leaving."""
    changed = np.maximum(np.maximum(channel_day, interaction_day), phone_day)
    day = np.where(is_active, changed, left_day)
    moment = office_moment(day, noise.bits("updated_second", (rows << 16) | np.maximum(day, 0))) * MICRO
    return np.where(day < 0, created_at, np.maximum(moment, created_at))
