"""How farmers come about."""

import pyarrow as pa
from dairy.farmers.model import Farmer

from demo_data.recipes import Array, Count, Recipe, Settings, Uniform, digits, texts

recipe = Recipe(Farmer, count=Count(20), links={"cooperative": "cooperatives"})
recipe.draw("cows", Uniform(1, 5))
recipe.copy("cooperative_id", "cooperative__id")
recipe.copy("price", "cooperative__price_per_litre")


@recipe.derive("id")
def id_(rows: Array) -> pa.Array:
    return texts(len(rows), "F-", digits(rows + 1, 6))


@recipe.derive()
def cooperative(rows: Array, settings: Settings) -> Array:
    return rows % settings["cooperatives.count"]
