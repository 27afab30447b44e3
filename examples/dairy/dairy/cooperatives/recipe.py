"""How cooperatives come about."""

import pyarrow as pa
from dairy.cooperatives.model import Cooperative

from demo_data.recipes import Array, Count, Recipe, Uniform, digits, texts

recipe = Recipe(Cooperative, count=Count(2))
recipe.draw("price_per_litre", Uniform(40, 55, 2))


@recipe.derive("id")
def id_(rows: Array) -> pa.Array:
    return texts(len(rows), "COOP-", digits(rows + 1, 3))
