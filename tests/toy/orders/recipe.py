"""How orders come about: one every ten days or so, none of those who have lapsed."""

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

recipe = Recipe(Order, within=("customer", "customers"), per_parent=lambda settings: settings["days"] // EVERY)

recipe.draw("product", Weighted({"pen": 50, "paper": 30, "ink": 20}))
recipe.draw("quantity", Uniform(1, 20))


@recipe.expand("turn")
def turns(rows: Array, scenario: Array, settings: Settings) -> tuple[Array, Array]:
    """Whole tens of days, counted from the last; then how many orders came after each."""
    counts = np.where(scenario == 0, 0, max(1, settings["days"] // EVERY))
    ends = np.cumsum(counts)
    return counts, np.repeat(ends, counts) - 1 - np.arange(ends[-1] if len(ends) else 0)


@recipe.derive()
def cells(rows: Array, turn: Array) -> Array:
    return (rows << 16) | turn


@recipe.derive()
def id(customer__id: Coded, turn: Array) -> pa.Array:
    return texts(len(turn), customer__id, "/", digits(turn, 3))


recipe.copy("customer_id", "customer__id")


@recipe.derive()
def day(turn: Array, cells: Array, settings: Settings, noise: Noise) -> Array:
    within = (noise.unit("day", cells) * EVERY).astype(np.int64)
    return np.maximum(last_day(settings) - turn * EVERY - within, first_day(settings))


@recipe.derive("price", "total")
def sums(product: Coded, quantity: Array) -> tuple[Array, Array]:
    cents = CENTS[product.codes]
    return cents / 100, cents * quantity / 100
