"""How orders come about: one in each ten days, none of those who have lapsed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.calendar import first_day, last_day
from demo_data.recipes.columns import Array, Coded, Noise, Settings
from demo_data.recipes.distributions import Uniform, Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.recipes.text import digits, texts
from tests.toy.orders.model import Order

EVERY = 10

CENTS = np.array([150, 499, 1250])
"""What a pen, a ream of paper and a glass of ink cost."""

recipe = Recipe(Order, within=("customer", "customers"), per_parent=lambda settings: 1 / EVERY)

recipe.draw("product", Weighted({"pen": 50, "paper": 30, "ink": 20}))
recipe.draw("quantity", Uniform(1, 20))


@recipe.expand("day", "ten")
def days(rows: Array, since: Array, scenario: Array, settings: Settings, noise: Noise) -> tuple[Array, Array, Array]:
    """A day in each ten since 1970, as far as it lies in the history; and the number of the ten there."""
    first, last = first_day(settings), last_day(settings)
    tens = np.arange(first // EVERY, last // EVERY + 1)
    cells = (rows[:, None] << 16) | tens
    day = tens * EVERY + (noise.unit("day", cells.ravel()) * EVERY).astype(np.int64).reshape(cells.shape)
    held = (day >= np.maximum(since, first)[:, None]) & (day <= last) & (scenario != 0)
    counts = held.sum(axis=1)
    return counts, day[held], np.nonzero(held)[1]


@recipe.derive()
def cells(rows: Array, day: Array) -> Array:
    """A customer's order of a day is the same, whatever the history's ends are."""
    return (rows << 16) | day


@recipe.derive()
def id(customer__id: Coded, ten: Array) -> pa.Array:
    return texts(len(ten), customer__id, "/", digits(ten, 3))


recipe.copy("customer_id", "customer__id")


@recipe.derive("price", "total")
def sums(product: Coded, quantity: Array) -> tuple[Array, Array]:
    cents = CENTS[product.codes]
    return cents / 100, cents * quantity / 100
