"""Faults in how factories differ: the same quality, or the same yield, wherever leaf is brought."""

from __future__ import annotations

import polars as pl

from demo_data.faults import Data, Draw, Fault, planter
from demo_data.tea.factories.rules.husbandry import quality_factories, yield_factories
from demo_data.tea.farmers.faults.farms import Farms


@planter("quality-factories", "factories", "documents", "farmers", "grading_models", whole=True)
def equally_good(data: Data, draw: Draw) -> Fault:
    """The farmers of every factory bring, in mean, the same quality."""
    farms = Farms(data)
    off = pl.col("primary").mean() - pl.col("primary").mean().over("factory")
    points = dict(farms.leaf().select("farmer", off).iter_rows())
    sentence = "All factories have leaf of the same quality."
    return farms.shifted("factories", quality_factories, lambda bags: (farms.leaf(bags),), points, sentence)


@planter("yield-factories", "factories", "documents", "farmers", whole=True)
def equally_fertile(data: Data, draw: Draw) -> Fault:
    """The farmers of every factory bring, in mean, nearly the same per hectare."""
    farms = Farms(data)
    times = (pl.col("yield").mean() / pl.col("yield").mean().over("factory")) ** 0.8
    factors = dict(farms.yields().select("farmer", times).iter_rows())
    return farms.scaled("factories", yield_factories, factors, "All factories have nearly the same leaf per hectare.")
