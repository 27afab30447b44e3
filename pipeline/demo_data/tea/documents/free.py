"""Bags whose quality no story decides."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in, unsure, visits
from demo_data.tea.farmers.views import scenarios, season_of
from demo_data.validation import Dataset, view


@view(visits, scenarios, unsure)
def free(data: Dataset, visits: pl.DataFrame, scenarios: pl.DataFrame, unsure: list[str]) -> pl.DataFrame:
    """Bags of farmers who have no scenario in the day's season: row, farmer, factory, region (the point's), day,
    primary. Farmers of whom a document is at fault are left out.
    """
    actors = scenarios.select(*as_in(visits, "farmer"), "season").drop_nulls()
    bags = visits.select("row", "farmer", "factory", "region", "day", "primary").drop_nulls()
    if unsure:
        bags = bags.filter(~pl.col("farmer").cast(pl.String).is_in(unsure))
    bags = bags.with_columns(season=season_of(pl.col("day"), data.born))
    return bags.join(actors, on=["farmer", "season"], how="anti").drop("season")
