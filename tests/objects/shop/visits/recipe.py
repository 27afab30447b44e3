"""How visits come about."""

from __future__ import annotations

import pyarrow as pa

from demo_data.recipes.columns import Array, Settings
from demo_data.recipes.recipe import Recipe
from demo_data.recipes.text import digits, texts
from tests.objects.shop.visits.model import Visit

recipe = Recipe(Visit, links={"street": "streets", "customer": "customers"})


@recipe.derive("id")
def id_(rows: Array) -> pa.Array:
    return texts(len(rows), "V-", digits(rows + 1, 3))


@recipe.derive()
def customer(rows: Array, settings: Settings) -> Array:
    return rows % settings["customers.count"]


recipe.copy("street", "customer__street")
recipe.copy("street_id", "street__id")
recipe.copy("customer_id", "customer__id")
