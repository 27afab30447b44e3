"""How orders come about."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.calendar import last_day
from demo_data.recipes.columns import Array, Coded, Settings
from demo_data.recipes.distributions import Uniform
from demo_data.recipes.recipe import Recipe
from demo_data.recipes.text import dense, digits, joined, texts
from tests.objects.shop.orders.model import Order

recipe = Recipe(Order, within=("customer", "customers"))
recipe.draw("amount", Uniform(1, 99, 2))


@recipe.expand("number", "day")
def orders(orders_a_day: Array, settings: Settings) -> tuple[Array, Array, Array]:
    counts = orders_a_day * settings["days"]
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    back = (np.repeat(counts, counts) - 1 - number) // np.repeat(orders_a_day, counts)
    return counts, number, last_day(settings) - back


@recipe.derive()
def cells(rows: Array, number: Array) -> Array:
    return rows * 1000 + number


@recipe.derive("id")
def id_(customer__id: Coded, number: Array) -> pa.Array:
    return joined(dense(customer__id), texts(len(number), "-", digits(number + 1, 3)))


recipe.copy("customer_id", "customer__id")
