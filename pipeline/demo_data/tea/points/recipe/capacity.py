"""How much leaf a collection point takes on a day."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Rows, Settings
from demo_data.tea.recipe import intake


def main_farmers(rows: Array, every__last_farmer: Array) -> Array:
    """How many farmers have their main point here, as of `born`."""
    return np.diff(every__last_farmer, prepend=0)[rows]


def plucked(rows: Array, every__last_farmer: Array, every__factory: Array, later_farmers: Rows) -> tuple[Array, Array]:
    """Hectares under mean husbandry of those who may bring leaf, as of `born`, and the sum of their blocks' squares.

    Whose second point it is counts whole: such a farmer comes seldom, but on the few days that both points collect.
    """
    if len(rows) == 0:
        return np.zeros(0), np.zeros(0)
    factory = every__factory[rows]
    first, after = np.searchsorted(every__factory, [factory[0], factory[-1] + 1])
    start = int(every__last_farmer[first - 1]) if first else 0
    farmers = later_farmers(start, int(every__last_farmer[after - 1]))
    at_main = intake.brought(farmers, farmers["point"] - first, after - first)
    at_second = intake.brought(farmers, farmers["second"] + 1, len(every__factory) + 1)
    hectares, squares = (main[rows - first] + second[rows + 1] for main, second in zip(at_main, at_second, strict=True))
    return hectares, squares


def max_daily_kg(
    plucked_hectares: Array,
    plucked_squares: Array,
    factory__vigour: Array,
    collects: Array,
    size: Array,
    draws_joiners: Array,
    every__is_open: Array,
    every__size: Array,
    every__draws_joiners: Array,
    settings: Settings,
) -> Array:
    """Room for the busiest days of the best weeks, and for who joins within five years.

    A point that nobody comes to has what one of its size would have.
    """
    share = size / np.sum(every__size[every__is_open])
    usual = intake.expected(settings["farmers.count"] * share, settings)
    hectares, squares = (
        np.where(plucked_hectares > 0, known, of_size)
        for known, of_size in zip((plucked_hectares, plucked_squares), usual, strict=True)
    )
    joined, variance = intake.joining(draws_joiners / np.sum(every__draws_joiners), settings)
    most = intake.most_a_day(hectares + joined, squares + joined, variance, collects.sum(axis=1))
    return intake.whole(most * factory__vigour)
