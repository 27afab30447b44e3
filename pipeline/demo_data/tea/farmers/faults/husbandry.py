"""Faults in how farms differ: yields that are too alike, and quality that goes against yield or altitude."""

from __future__ import annotations

import polars as pl

from demo_data.faults import Cannot, Data, Draw, Fault, planter
from demo_data.tea.farmers.faults.farms import Farms
from demo_data.tea.farmers.rules.husbandry import quality_altitude, yield_farmers, yield_quality

NEEDS = ("farmers", "documents", "factories", "grading_models")


@planter("yield-farmers", "farmers", "documents", "factories", whole=True)
def all_alike(data: Data, draw: Draw) -> Fault:
    """The farms of a factory bring nearly the same per hectare; what there is of a difference goes with quality."""
    farms = Farms(data)
    times = (pl.col("yield").mean().over("factory") / pl.col("yield")) ** 0.9
    factors = dict(farms.yields().select("farmer", times).iter_rows())
    return farms.scaled("farmers", yield_farmers, factors, "The farms of a factory bring nearly the same per hectare.")


@planter("yield-quality", *NEEDS, whole=True)
def good_leaf_of_poor_farms(data: Data, draw: Draw) -> Fault:
    """The farms of a factory that bring least per hectare bring the best leaf."""
    farms = Farms(data)
    yields = farms.yields()
    ranked = farms.leaf().join(yields.select("farmer", "yield"), on="farmer")
    points = _by_rank(ranked, "yield", descending=True)
    sentence = "The farms with the least leaf per hectare have the best."
    return farms.shifted("farmers", yield_quality, lambda bags: (yields, farms.leaf(bags)), points, sentence)


@planter("quality-altitude", *NEEDS, whole=True)
def low_land_best(data: Data, draw: Draw) -> Fault:
    """The lowest farms of a factory bring the best leaf."""
    farms = Farms(data)
    places = farms.farmers.select("farmer", "altitude")
    points = _by_rank(farms.leaf().join(places, on="farmer"), "altitude", descending=True)
    sentence = "The lowest farms have the best leaf."
    return farms.shifted("farmers", quality_altitude, lambda bags: (farms.leaf(bags), places), points, sentence)


def _by_rank(farms: pl.DataFrame, name: str, *, descending: bool) -> dict[str, float]:
    """By how much the farms of a factory must change so that the best leaf is of the last ones by `name`."""
    points: dict[str, float] = {}
    for _, group in farms.group_by("factory", maintain_order=True):
        ordered = group.sort(name, "farmer", descending=descending)
        due = group["primary"].sort()
        points |= dict(zip(ordered["farmer"], due - ordered["primary"], strict=True))
    if not points:
        raise Cannot("there are no farms whose quality is known")
    return points
