"""How bills come about: sums over the orders."""

from __future__ import annotations

import numpy as np

from demo_data.recipes.columns import Array, Columns
from demo_data.recipes.recipe import Recipe
from tests.objects.shop.bills.model import Bill

recipe = Recipe(Bill, within=("customer", "customers"), children=("orders",))


recipe.copy("customer_id", "customer__id")


@recipe.derive("number", "amount")
def sums(customer: Array, orders: Columns) -> tuple[Array, Array]:
    counts = np.bincount(orders["customer"], minlength=len(customer))
    return counts, np.bincount(orders["customer"], orders["amount"], minlength=len(customer)).round(2)
