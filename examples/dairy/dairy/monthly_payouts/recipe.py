"""How payouts come about: sums over the deliveries, never drawn."""

import numpy as np
from dairy.monthly_payouts.model import MonthlyPayout

from demo_data.recipes import Array, Coded, Events, Recipe, Settings, first_day, last_day

recipe = Recipe(MonthlyPayout, within=("farmer", "farmers"), children=("milk_deliveries",))
recipe.copy("farmer_id", "farmer__id")


def months(days: Array) -> Array:
    """Months since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


@recipe.expand("number")
def every_month(rows: Array, settings: Settings) -> tuple[Array, Array]:
    first, last = months(np.array([first_day(settings), last_day(settings)]))
    return np.full(len(rows), last - first + 1), np.tile(np.arange(first, last + 1), len(rows))


@recipe.derive()
def month(number: Array) -> Coded:
    numbers, codes = np.unique(number, return_inverse=True)
    return Coded(codes, tuple(numbers.astype("datetime64[M]").astype(str)))


@recipe.derive("litres", "amount")
def paid(
    farmer: Array, number: Array, farmer__price: Array, milk_deliveries: Events, settings: Settings
) -> tuple[Array, Array]:
    milk = milk_deliveries(first_day(settings), last_day(settings))
    first, span = number.min(initial=0), np.ptp(number) + 1
    place = milk["farmer"] * span + months(milk["day"]) - first
    tenths = np.bincount(place, np.rint(milk["litres"] * 10))[farmer * span + number - first]
    return tenths / 10, np.rint(tenths * farmer__price * 10) / 100
