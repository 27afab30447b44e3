"""How the regions share factories, points and farmers, as of `born`; in closed form, from the settings.

`even`: in runs, as evenly as the numbers allow. `growers`: factories and farmers as the counties' growers and factories
are to each other; points are dealt to the factories in runs all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array, Settings
from demo_data.tea.kenya.places import County

SHARES = ("even", "growers")


def by_growers(settings: Settings) -> bool:
    return bool(settings["regions.shares"] == "growers")


def factories_of(regions: Sequence[County], settings: Settings) -> NDArray[np.int64]:
    """How many factories each region has: at least one by growers, none only where regions outnumber factories."""
    factories = settings["factories.count"]
    if not by_growers(settings):
        return _runs(len(regions), factories)
    return largest_remainder([county.factories for county in regions], factories, least=1)


def farmers_of(regions: Sequence[County], settings: Settings) -> NDArray[np.float64]:
    """How many farmers live in each region: whole numbers by growers, else as many as its points may expect."""
    farmers = settings["farmers.count"]
    if by_growers(settings):
        return largest_remainder([county.growers for county in regions], farmers).astype(np.float64)
    last = np.cumsum(factories_of(regions, settings))
    points = np.diff(first_points(last, settings), prepend=0)
    return farmers * points / settings["collection_points.count"]


def first_points(factory: Array, settings: Settings) -> NDArray[np.int64]:
    """The first point of each factory: points are dealt to them in runs, as evenly as their number allows."""
    factories, points = settings["factories.count"], settings["collection_points.count"]
    first: NDArray[np.int64] = (factory * points + factories - 1) // factories
    return first


def largest_remainder(weights: Sequence[float], total: int, least: int = 0) -> NDArray[np.int64]:
    """Whole numbers that add up to `total` and are to each other as the weights are; each at least `least`.

    What is left goes to the largest remainders, the first of equal ones. All weigh the same where nothing weighs.
    """
    weight = np.asarray(weights, np.float64)
    weight = weight if weight.any() else np.ones(len(weight))
    exact = weight / weight.sum() * total
    whole = np.floor(exact).astype(np.int64)
    left = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
    while len(whole) <= total and (short := np.flatnonzero(whole < least)).size:
        whole[np.argmax(whole)] -= 1
        whole[short[0]] += 1
    return whole


def _runs(parts: int, total: int) -> NDArray[np.int64]:
    """Runs that differ by one at most, as many as there are parts."""
    first = (np.arange(parts + 1) * total + parts - 1) // parts
    return np.diff(first)
