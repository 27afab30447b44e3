"""When each block of a farm is plucked and brought."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Noise, Settings, first_day, last_day
from demo_data.tea.recipe.rhythm import block_number, deliveries


def schedule(
    rows: Array,
    point: Array,
    blocks: Array,
    registered_day: Array,
    left_day: Array,
    all_point__collects: Array,
    all_point__region: Array,
    all_region__dormant: Array,
    settings: Settings,
    noise: Noise,
) -> tuple[Array, ...]:
    """Each block of a farm has its rounds, by the main point's calendar, from registering to leaving.

    In order of the day, then of the block, numbered from 1; `gap`: the days since the block's round before.
    """
    first, last = first_day(settings), last_day(settings)
    member = np.flatnonzero((left_day > first) & (registered_day < last))
    weekdays = all_point__collects @ (1 << np.arange(7))
    _, point_of, calendar = np.unique(all_point__region * 128 + weekdays, return_index=True, return_inverse=True)
    collects, dormant = all_point__collects[point_of], all_region__dormant[all_point__region[point_of]]
    plucked = blocks[member]
    block = np.arange(plucked.sum()) - np.repeat(np.cumsum(plucked) - plucked, plucked)
    member = np.repeat(member, plucked)
    numbers = block_number(rows[member], block)
    counts, days, gaps = deliveries(numbers, calendar[point[member]], collects, dormant, first, last, noise)
    farmer, block = np.repeat(member, counts), np.repeat(block, counts)
    held = np.flatnonzero((days > registered_day[farmer]) & (days < left_day[farmer]))
    order = held[np.argsort(farmer[held] << 32 | (days[held] - first) << 12 | block[held], kind="stable")]
    counts = np.bincount(farmer[held], minlength=len(rows))
    number = np.arange(len(held)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return counts, days[order], block[order], gaps[order], number


def cells(rows: Array, block: Array, day: Array) -> Array:
    """Farmer, block and day: another history changes no delivery."""
    return (block_number(rows, block) << 16) | day


def visit(rows: Array, day: Array) -> Array:
    """Farmer and day: what is brought on one day is brought at once."""
    return (rows << 16) | day
