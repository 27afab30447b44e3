"""How deliveries come about: what the herd gives, give or take a little from day to day."""

import numpy as np
from dairy.milk_deliveries.model import MilkDelivery

from demo_data.recipes import Array, Columns, Normal, Recipe, Settings, first_day, last_day

recipe = Recipe(MilkDelivery, within=("farmer", "farmers"), children=("cows",))
recipe.draw("mood", Normal(1, 0.08))
recipe.copy("farmer_id", "farmer__id")
recipe.copy("date", "day")


@recipe.expand("day")
def days(rows: Array, settings: Settings) -> tuple[Array, Array]:
    span = np.arange(first_day(settings), last_day(settings) + 1)
    return np.full(len(rows), len(span)), np.tile(span, len(rows))


@recipe.derive()
def cells(rows: Array, day: Array) -> Array:
    return (rows << 16) | day


@recipe.derive()
def litres(farmer: Array, mood: Array, cows: Columns) -> Array:
    return np.rint(np.bincount(cows["farmer"], cows["litres"])[farmer] * mood * 10) / 10
