"""How customers come about: as many as the profile says, then those who join."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.calendar import first_day
from demo_data.recipes.columns import Array, Noise, Settings
from demo_data.recipes.distributions import Chance, Uniform, Weighted
from demo_data.recipes.growth import joining_days
from demo_data.recipes.recipe import Count, Recipe
from demo_data.recipes.text import digits, texts
from tests.toy.customers.model import Customer

recipe = Recipe(
    Customer,
    count=Count(10, most=10_000, why="the numbers with four digits", joining=5.0),
    id_prefix="C-",
    options={"ids": ("padded", "plain")},
    scenarios=("lapsed",),
)

recipe.draw("tier", Weighted({"plain": 80, "gold": 20}))
recipe.draw("newsletter", Chance(40))
recipe.draw("known_days_before", Uniform(0, 700))


@recipe.derive()
def id(rows: Array, settings: Settings) -> pa.Array:
    return texts(
        len(rows), settings["customers.id_prefix"], digits(rows + 1, 4 if settings["customers.ids"] == "padded" else 1)
    )


@recipe.derive()
def scenario(rows: Array, settings: Settings, noise: Noise) -> Array:
    """0 for the lapsed, -1 for the others: it is the only season's."""
    count, lapsed = settings["customers.count"], settings["customers.scenarios"].get("lapsed", 0)
    rank = noise.permute("scenario", np.minimum(rows, count - 1), count)
    return np.where((rows < count) & (rank < lapsed), 0, -1)[:, None]


@recipe.derive()
def joined_days_before(known_days_before: Array, rows: Array, settings: Settings, noise: Noise) -> Array:
    """Days before the history; less than none for who joins later."""
    count = settings["customers.count"]
    later = joining_days("customers", np.maximum(rows - count, 0), settings, noise)
    return np.where(rows < count, known_days_before, first_day(settings) - later)


@recipe.derive()
def since(joined_days_before: Array, settings: Settings) -> Array:
    return first_day(settings) - joined_days_before
