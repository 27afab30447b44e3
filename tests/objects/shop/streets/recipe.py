"""How streets come about."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.columns import Array, Lists
from demo_data.recipes.recipe import Recipe
from demo_data.recipes.text import digits, texts
from tests.objects.shop.streets.model import Street

recipe = Recipe(Street)


@recipe.derive("id")
def id_(rows: Array) -> pa.Array:
    return texts(len(rows), "S-", digits(rows + 1, 2))


@recipe.derive()
def numbers(rows: Array) -> Lists:
    return Lists(np.arange(len(rows) + 1) * 2, np.tile([1, 2], len(rows)))
