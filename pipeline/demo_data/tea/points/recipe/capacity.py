"""How much leaf a collection point takes on a day."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Rows, Settings
from demo_data.tea.recipe import intake


def main_farmers(rows: Array, every__last_farmer: Array) -> Array:
    """How many farmers have their main point here, as of `born`."""
    return np.diff(every__last_farmer, prepend=0)[rows]


def plucked(
    rows: Array, every__last_farmer: Array, every__factory: Array, settings: Settings, later_farmers: Rows
) -> tuple[Array, Array]:
    """Hectares under mean husbandry of those who may bring leaf, up to five years after `born`, and the sum of their
    blocks' squares.

    Who joins is known by then, whatever the last day of the dataset: such farmers are rows of their own. Whose second
    point it is counts whole: such a farmer comes seldom, but on the few days that both points collect.
    """
    if len(rows) == 0:
        return np.zeros(0), np.zeros(0)
    factory, farmers, points = every__factory[rows], settings["farmers.count"], len(every__factory)
    first, after = np.searchsorted(every__factory, [factory[0], factory[-1] + 1])
    start = int(every__last_farmer[first - 1]) if first else 0
    members = later_farmers(start, int(every__last_farmer[after - 1]))
    joiners = later_farmers(farmers, farmers + intake.joiners(settings))
    brought = [
        intake.brought(group, group[link] + 1, points + 1)
        for group in (members, joiners)
        for link in ("point", "second")
    ]
    hectares, squares = np.sum(brought, axis=0)
    return hectares[rows + 1], squares[rows + 1]


def usual_share(size: Array, every__is_open: Array, every__size: Array) -> Array:
    """The share of all farmers that comes to a point of this size."""
    share: Array = size / np.sum(every__size[every__is_open])
    return share


def max_daily_kg(
    plucked_hectares: Array,
    plucked_squares: Array,
    factory__vigour: Array,
    collects: Array,
    usual_share: Array,
    settings: Settings,
) -> Array:
    """Room for the busiest days of the best weeks, and for who joins within five years.

    A point that nobody comes to has what one of its size would have.
    """
    usual = intake.expected((settings["farmers.count"] + intake.joiners(settings)) * usual_share, settings)
    hectares, squares = (
        np.where(plucked_hectares > 0, known, of_size)
        for known, of_size in zip((plucked_hectares, plucked_squares), usual, strict=True)
    )
    most = intake.most_a_day(hectares, squares, collects.sum(axis=1))
    return intake.whole(most * factory__vigour)
