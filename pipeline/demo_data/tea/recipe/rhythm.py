"""When farmers deliver: a plucking round of 7 to 14 days, slower in the dormant season, on collection days.

A farmer's deliveries are found from the last one backwards, so a longer history only adds older ones.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array, Noise, day_of_year, weekday

GAPS = np.arange(7, 19)
"""Days between two deliveries: 7 to 14, and 10 to 18 where the days between touch the dormant season."""

AHEAD = 75
"""Rounds are counted from about this many days after the history: by its end, four or five have passed."""

_PICKS = 64


def deliveries(
    rows: Array, calendar: Array, allowed: NDArray[np.uint16], first: int, last: int, noise: Noise
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every row's delivery days from `first` to `last`, in order of row and day.

    `allowed` is what `gaps_by_day` gives for `calendar`. Returns the number of deliveries per row, their days, and
    for each the round it was found in. The rounds begin some weeks after `last`, so that the last days of the history
    are like any others.
    """
    start = last + AHEAD - (noise.bits("start", rows) >> np.uint64(60)).astype(np.int64)
    rounds = [start]
    while (rounds[-1] >= first).any():
        day = rounds[-1]
        mask = allowed[calendar, np.maximum(day, first) - first]
        pick = noise.bits("gap", (rows.astype(np.int64) << 16) | len(rounds)) >> np.uint64(58)
        rounds.append(day - _gap_table()[mask, pick.astype(np.int64)])
    days = np.stack(rounds[::-1], axis=1)
    held = (days >= first) & (days <= last)
    number = np.broadcast_to(np.arange(len(rounds) - 1, -1, -1), days.shape)
    return held.sum(axis=1), days[held], number[held]


def gaps_by_day(collects: Array, dormant: Array, first: int, last: int) -> NDArray[np.uint16]:
    """For calendars (rows of `collects`, shape (n, 7), and `dormant`, shape (n, 366)), day by day, which of `GAPS`
    may lie before a delivery on that day, as bits. The days run from `first` to `AHEAD` after `last`.
    """
    reach = int(GAPS[-1])
    days = np.arange(first - reach - 1, last + AHEAD + 1)
    open_on = collects[:, weekday(days)]
    asleep = np.cumsum(dormant[:, day_of_year(days)], axis=1)
    place = np.arange(reach + 1, len(days))
    bits = np.zeros((len(collects), len(place)), np.uint16)
    for bit, gap in enumerate(GAPS):
        before = place - gap
        touches = asleep[:, place] > asleep[:, before - 1]
        inside = asleep[:, place - 1] > asleep[:, before]
        usual = ~touches & (gap <= 14)
        slow = inside & (gap >= 10)
        edge = touches & ~inside & (10 <= gap <= 14)
        bits |= ((usual | slow | edge) & open_on[:, before]).astype(np.uint16) << np.uint16(bit)
    return bits


@cache
def _gap_table() -> NDArray[np.int64]:
    """The gap for each set of allowed gaps (bits) and each of 64 equally likely picks; 7 where none is allowed."""
    sets = np.arange(1 << len(GAPS))
    member = (sets[:, None] >> np.arange(len(GAPS))) & 1
    wanted = np.arange(_PICKS) * np.maximum(member.sum(axis=1), 1)[:, None] // _PICKS
    table = np.full(wanted.shape, GAPS[0])
    rank = np.cumsum(member, axis=1) - 1
    for place, gap in enumerate(GAPS):
        chosen = (rank[:, place, None] == wanted) & (member[:, place, None] == 1)
        table[chosen] = gap
    return table
