"""When blocks are plucked: a round of 7 to 14 days, slower in the dormant season, on collection days.

Every block of a farm has an anchor in each stretch of 70 days: a day of delivery that is known without any other. From
one anchor to the next, rounds are drawn among those from which the next anchor can still be reached. So any span of
days can be asked for alone, the rhythm holds across the anchors, and a day of history costs the same wherever it lies.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array, Noise, day_of_year, weekday

GAPS = np.arange(7, 19)
"""Days between two rounds of a block: 7 to 14, and 10 to 18 where the days between touch the dormant season."""

LONGEST = int(GAPS[-1])

MEAN_GAP = 10.85
"""Days between the rounds of a block on average, dormant seasons included."""

STRETCH = 70
"""Days from anchor to anchor: five rounds of two weeks, which any calendar allows in any season."""

_PHASES, _APART = 35, 2
"""Anchors of a stretch lie on 35 days, two days apart, moved on to the next collection day."""

_PICKS = 64

_FARMER_BITS = 27
"""The rows of farmers are below 2 to the power of this."""


def deliveries(
    blocks: Array, calendar: Array, collects: Array, dormant: Array, first: int, last: int, noise: Noise
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every block's delivery days from `first` to `last`, in order of block and day.

    `blocks`: a number for each (`block_number`). `calendar`: its place in `collects`, shape (n, 7), from Monday, and in
    `dormant`, shape (n, 366). Returns the number of deliveries per block, their days, and the days since the block's
    round before. A calendar without collection days is taken for one with all.
    """
    phase = (noise.bits("phase", blocks) >> np.uint64(32)).astype(np.int64) * _PHASES >> 32
    cells = blocks.astype(np.int64) << 16
    kinds, place = np.unique(calendar, return_inverse=True)
    known = (collects[kinds].tobytes(), dormant[kinds].tobytes())
    gap = np.zeros(len(blocks), np.int64)
    days, gaps = [], []
    for stretch in range(first // STRETCH - 2, last // STRETCH + 1):
        anchors, rounds = _stretch(*known, stretch)
        day = anchors[place, phase]
        until = day + STRETCH
        while (under_way := day < until).any():
            days.append(np.where(under_way, day, last + 1))
            gaps.append(gap)
            pick = (noise.bits("gap", cells | day) >> np.uint64(58)).astype(np.int64)
            step = _gap_table()[rounds[place, phase, until - day], pick]
            gap = np.where(under_way, step, gap)
            day = day + step
    made = np.stack(days, axis=1) if days else np.zeros((len(blocks), 0), np.int64)
    held = (made >= first) & (made <= last)
    return held.sum(axis=1), made[held], np.stack(gaps, axis=1)[held] if gaps else made[held]


def block_number(farmers: Array, blocks: Array) -> Array:
    """A number for each block (from 0) of each farmer: that of the farmer's first block is the farmer's own."""
    numbers: Array = (blocks.astype(np.int64) << _FARMER_BITS) | farmers
    return numbers


@lru_cache(maxsize=1024)
def _stretch(collects: bytes, dormant: bytes, number: int) -> tuple[Array, NDArray[np.uint16]]:
    """A stretch for calendars and phases: its anchors, shape (n, 35), and the rounds to the next ones.

    The rounds are a set of `GAPS` as bits, by the days that are left to the next anchor (0 to 70), shape (n, 35, 71).
    """
    open_on = np.frombuffer(collects, bool).reshape(-1, 7)
    open_on = open_on | ~open_on.any(axis=1, keepdims=True)
    asleep = np.frombuffer(dormant, bool).reshape(-1, 366)
    first = number * STRETCH
    days = first + np.arange(_PHASES)[:, None] * _APART + np.arange(7)
    anchors = days[:, 0] + np.argmax(open_on[:, weekday(days)], axis=2)
    allowed = _allowed(open_on, asleep, first)
    calendar = np.arange(len(allowed))[:, None]
    rounds = np.zeros((*anchors.shape, STRETCH + 1), np.uint16)
    reached = np.zeros_like(rounds)
    reached[..., 0] = 1
    leading = np.zeros(anchors.shape, np.uint16)
    nearest, every = int(GAPS[0]), np.uint16((1 << len(GAPS)) - 1)
    for left in range(nearest, STRETCH + 1):
        leading = ((leading << np.uint16(1)) | reached[..., left - nearest]) & every
        rounds[..., left] = leading & allowed[calendar, anchors - first + STRETCH - left]
        reached[..., left] = rounds[..., left] != 0
    return anchors, rounds


def _allowed(open_on: Array, asleep: Array, first: int) -> NDArray[np.uint16]:
    """Which of `GAPS` may follow each day of two stretches from `first` on, as bits, shape (n, days)."""
    reach = LONGEST
    days = first + np.arange(2 * STRETCH + 7 + reach)
    opens = open_on[:, weekday(days)]
    slept = np.cumsum(np.pad(asleep[:, day_of_year(days)], ((0, 0), (1, 0))), axis=1)
    here = np.arange(len(days) - reach)
    bits = np.zeros((len(open_on), len(here)), np.uint16)
    for bit, gap in enumerate(GAPS):
        there = here + gap
        touches = slept[:, there + 1] > slept[:, here]
        inside = slept[:, there] > slept[:, here + 1]
        usual = ~touches & (gap <= 14)
        slow = inside & (gap >= 10)
        edge = touches & ~inside & (10 <= gap <= 14)
        bits |= ((usual | slow | edge) & opens[:, there]).astype(np.uint16) << np.uint16(bit)
    return bits


@cache
def _gap_table() -> NDArray[np.int64]:
    """The gap for each set of allowed gaps (bits) and each of 64 equally likely picks; 0 where none is allowed."""
    sets = np.arange(1 << len(GAPS))
    member = (sets[:, None] >> np.arange(len(GAPS))) & 1
    wanted = np.arange(_PICKS) * np.maximum(member.sum(axis=1), 1)[:, None] // _PICKS
    table = np.zeros(wanted.shape, np.int64)
    rank = np.cumsum(member, axis=1) - 1
    for place, gap in enumerate(GAPS):
        chosen = (rank[:, place, None] == wanted) & (member[:, place, None] == 1)
        table[chosen] = gap
    return table
