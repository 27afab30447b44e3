"""Whose main point each collection point is, and who is listed there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes import Array, Lists, Rows, Settings, dense
from demo_data.tea.factories.recipe.seats import whose
from demo_data.tea.recipe.shares import by_growers, first_points


def last_farmer(
    number: Array,
    every__number: Array,
    every__is_open: Array,
    every__size: Array,
    every__region: Array,
    all_region__farmers_here: Array,
    settings: Settings,
) -> Array:
    """The row after a point's last farmer; its first is the previous point's last."""
    own = whose(every__number, number)
    if not by_growers(settings):
        return share_out(settings["farmers.count"], every__is_open, every__size)[own]
    shared = np.zeros(len(every__number), np.int64)
    before = np.cumsum(all_region__farmers_here) - all_region__farmers_here
    for region in np.unique(every__region):
        here = np.flatnonzero(every__region == region)
        members = share_out(int(all_region__farmers_here[region]), every__is_open[here], every__size[here])
        shared[here] = int(before[region]) + members
    return shared[own]


def draws_joiners(
    size: Array,
    is_open: Array,
    region: Array,
    every__is_open: Array,
    every__size: Array,
    every__region: Array,
    all_region__farmers_here: Array,
    settings: Settings,
) -> Array:
    """How many of those who join later go to a point, against others: by size, and by the farmers of the region."""
    draws = np.where(is_open, size, 0)
    if not by_growers(settings):
        return draws
    whole = np.bincount(every__region, np.where(every__is_open, every__size, 0), len(all_region__farmers_here))
    return draws * (all_region__farmers_here / np.maximum(whole, 1))[region]


def share_out(farmers: int, is_open: Array, size: Array) -> Array:
    """How many farmers have their main point at each point or one before it.

    Active points share the farmers by size, each with at least one while the farmers last.
    """
    sizes, active = np.cumsum(np.where(is_open, size, 0)), np.cumsum(is_open)
    least = 1 if farmers >= active[-1] else 0
    shared: Array = active * least + sizes * (farmers - active[-1] * least) // sizes[-1]
    return shared


def members(
    rows: Array, every__last_farmer: Array, factory: Array, settings: Settings, later_farmers: Rows
) -> tuple[Lists, Array]:
    """The farmers whose main point this is, those for whom it is the second, then who joined; and the last one's day.

    The moment at which the last one registered is in microseconds, 0 where there is none.
    """
    if len(rows) == 0:
        return Lists(np.zeros(1, np.int64), pa.array([], pa.string())), np.zeros(0, np.int64)
    first_point = int(first_points(factory[:1], settings)[0])
    after_point = int(first_points(factory[-1:] + 1, settings)[0])
    start = int(every__last_farmer[first_point - 1]) if first_point else 0
    at_first = later_farmers(start, int(every__last_farmer[after_point - 1]))
    joined = later_farmers(settings["farmers.count"])
    ids = pa.concat_arrays([dense(farmers["id"]) for farmers in (at_first, joined)])
    registered = np.concatenate([farmers["registration_date"] for farmers in (at_first, joined)])
    enrolled = [
        (farmers[link], offset + np.arange(len(farmers[link])))
        for farmers, offset in ((at_first, 0), (joined, len(at_first["point"])))
        for link in ("point", "second")
    ]
    point, farmer = (np.concatenate(columns) for columns in zip(*enrolled, strict=True))
    order = np.argsort(point, kind="stable")
    order = order[(point[order] >= rows[0]) & (point[order] <= rows[-1])]
    point, farmer = point[order], farmer[order]
    counts = np.bincount(point - rows[0], minlength=rows[-1] + 1 - rows[0])[rows - rows[0]]
    latest = np.zeros(len(rows), np.int64)
    np.maximum.at(latest, np.searchsorted(rows, point), registered[farmer])
    return Lists(np.concatenate([[0], np.cumsum(counts)]), ids.take(farmer)), latest
