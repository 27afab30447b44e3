"""When farmers deliver: a plucking round of 7 to 14 days, slower in the dormant season, on collection days.

A farmer's deliveries are found from the last one backwards, so a longer history only adds older ones.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.spec.columns import Array, Noise
from pipeline.spec.time import day_of_year, weekday

GAPS = np.arange(7, 19)
"""Days between two deliveries: 7 to 14, and 10 to 18 where the days between touch the dormant season."""

_PICKS = 64


def deliveries(
    rows: Array, calendar: Array, allowed: NDArray[np.uint16], first: int, last: int, noise: Noise
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every row's delivery days from `first` to `last`, in order of row and day.

    `allowed` is what `gaps_by_day` gives for `calendar`. Returns the number of deliveries per row, their days, and
    for each how many deliveries the row has after it.
    """
    day = last + 1 + (noise.bits("last_round", rows) >> np.uint64(32)).astype(np.int64) * 10 // (1 << 32)
    rounds = []
    ago = 0
    while ago == 0 or (day >= first).any():
        mask = allowed[calendar, np.maximum(day, first) - first]
        if ago == 0:
            mask = mask & _longer_than(day - last - 1)
        pick = noise.bits("gap", _cells(rows, ago)) >> np.uint64(58)
        day = day - _gap_table()[mask, pick.astype(np.int64)]
        rounds.append(day)
        ago += 1
    days = np.stack(rounds[::-1], axis=1)
    held = days >= first
    later = np.broadcast_to(np.arange(ago - 1, -1, -1), days.shape)
    return held.sum(axis=1), days[held], later[held]


def _cells(rows: Array, ago: Array | int) -> Array:
    return (rows.astype(np.int64) << 16) | ago


def gaps_by_day(collects: Array, dormant: Array, first: int, last: int) -> NDArray[np.uint16]:
    """For calendars (rows of `collects`, shape (n, 7), and `dormant`, shape (n, 366)), day by day, which of `GAPS`
    may lie before a delivery on that day, as bits. The days run from `first` to 18 after `last`.
    """
    reach = int(GAPS[-1])
    days = np.arange(first - reach - 1, last + reach + 1)
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


def _longer_than(days: Array) -> NDArray[np.uint16]:
    """The gaps longer than that many days, as bits."""
    shortest = np.maximum(days + 1 - GAPS[0], 0)
    return (np.uint16(0xFFF) << shortest.astype(np.uint16)).astype(np.uint16) & np.uint16(0xFFF)


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
