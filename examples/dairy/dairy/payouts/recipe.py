"""How payouts come about: sums over the deliveries, never drawn."""

import numpy as np

from dairy.payouts.model import MonthlyPayout
from demo_data.recipes import Array, Coded, Columns, Recipe, Settings, first_day, last_day

recipe = Recipe(
    MonthlyPayout, within=("farmer", "farmers"), links={"cooperative": "cooperatives"}, children=("milk_deliveries",)
)


def month_of(day: Array) -> Array:
    """Months since 1970."""
    return np.asarray(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


@recipe.expand("since_1970")
def months(rows: Array, settings: Settings) -> tuple[Array, Array]:
    first, last = month_of(first_day(settings)), month_of(last_day(settings))
    return np.full(len(rows), last - first + 1), np.tile(np.arange(first, last + 1), len(rows))


@recipe.derive()
def month(since_1970: Array) -> Coded:
    first = since_1970.min(initial=0)
    words = np.arange(first, since_1970.max(initial=0) + 1).astype("datetime64[M]").astype(str)
    return Coded(since_1970 - first, tuple(words))


@recipe.derive()
def litres(farmer: Array, since_1970: Array, milk_deliveries: Columns) -> Array:
    place = since_1970 - since_1970.min(initial=0)
    months = place.max(initial=0) + 1
    delivered = milk_deliveries["farmer"] * months + month_of(milk_deliveries["date"]) - since_1970.min(initial=0)
    tenths = np.bincount(delivered, np.rint(milk_deliveries["litres"] * 10))
    return tenths[farmer * months + place] / 10


@recipe.derive()
def cooperative(farmer__cooperative: Array) -> Array:
    return farmer__cooperative


@recipe.derive()
def amount(litres: Array, cooperative__price_per_litre: Array) -> Array:
    return np.rint(litres * cooperative__price_per_litre * 100) / 100
