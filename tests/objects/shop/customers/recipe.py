"""How customers come about."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.columns import Array, Coded, Settings
from demo_data.recipes.distributions import Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.recipes.text import digits, texts
from tests.objects.shop.customers.model import Customer

recipe = Recipe(Customer, links={"street": "streets"}, id_prefix="C-")

recipe.draw("kind", Weighted({"new": 50, "old": 50}))


@recipe.derive("id")
def id_(rows: Array, settings: Settings) -> pa.Array:
    return texts(len(rows), settings["customers.id_prefix"], digits(rows + 1, 3))


@recipe.derive()
def street(rows: Array, settings: Settings) -> Array:
    return rows % settings["streets.count"]


recipe.copy("street_id", "street__id")


@recipe.derive()
def orders_a_day(kind: Coded) -> Array:
    return np.array([2 if word == "old" else 1 for word in kind.words])[kind.codes]
