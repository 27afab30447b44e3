"""How cows come about: a farmer's herd."""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from dairy.cows.model import Cow

from demo_data.recipes import Array, Coded, Recipe, Weighted, digits, joined, texts

LITRES = dict(pl.read_csv(Path(__file__).with_name("breeds.csv")).select("breed", "litres_per_day").iter_rows())
"""What a cow of each breed gives on a day, on average."""

recipe = Recipe(Cow, within=("farmer", "farmers"))
recipe.copy("farmer_id", "farmer__id")
recipe.draw("breed", Weighted({"exotic": 20, "ayrshire": 50, "indigenous": 30}))


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
    return np.array([LITRES[word] for word in breed.words])[breed.codes]
