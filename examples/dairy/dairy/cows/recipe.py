"""How cows come about: a farmer's herd."""

import numpy as np
import pyarrow as pa

from dairy.cows.model import Cow
from dairy.facts import litres_per_day
from demo_data.recipes import Array, Coded, Recipe, digits, joined, texts

recipe = Recipe(Cow, within=("farmer", "farmers"))


@recipe.expand("number")
def herd(rows: Array, cows: Array) -> tuple[Array, Array]:
    return cows, np.arange(cows.sum()) - np.repeat(np.cumsum(cows) - cows, cows)


@recipe.derive()
def cells(rows: Array, number: Array) -> Array:
    return rows * 8 + number


@recipe.derive("id")
def id_(farmer__id: Coded, number: Array) -> pa.Array:
    return joined(farmer__id, texts(len(number), "-", digits(number + 1, 1)))


@recipe.derive()
def litres(breed: Coded) -> Array:
    facts = litres_per_day()
    return np.array([facts[word] for word in breed.words])[breed.codes]
