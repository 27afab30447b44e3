"""Faults in good and bad years: all alike, or good ones where those of the neighbours are bad."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demo_data.faults import Cannot, Data, Draw, Fault, planter
from demo_data.tea.documents.faults.bags import DOCUMENTS, Bags, windows
from demo_data.tea.documents.rules.years import YEARS, yearly

_NEEDS = (DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations")


@planter("crop-years", *_NEEDS, whole=True)
def years_alike(data: Data, draw: Draw) -> Fault:
    """In all years before the last whole one, the nation's leaf per hectare is what it is in that one."""
    bags = Bags(data)
    years = _years(bags)
    nation = pl.col("tenths").sum().over("year") / pl.col("land").sum().over("year")
    last = pl.col("leaf").filter(pl.col("year") == pl.col("year").max()).first()
    times = years.with_columns(leaf=nation).with_columns(times=last / pl.col("leaf"))
    return _other_years(bags, times, "All years are alike.")


@planter("crop-years", *_NEEDS, whole=True)
def years_of_their_own(data: Data, draw: Draw) -> Fault:
    """In every second region the good years are bad and the bad ones good."""
    bags = Bags(data)
    years = _years(bags)
    second = pl.col("region").rank("dense") % 2 == 0
    mirrored = (2 * pl.col("leaf").mean().over("region") - pl.col("leaf")) / pl.col("leaf")
    times = years.with_columns(times=pl.when(second).then(mirrored.clip(0.2)).otherwise(1.0))
    return _other_years(bags, times, "Neighbours have their good years by turns.")


def _years(bags: Bags) -> pl.DataFrame:
    """The whole calendar years. Raises Cannot where they are too few to be measured."""
    years = yearly(bags.crop)
    count = years["year"].n_unique()
    if count < YEARS:
        raise Cannot(f"the history has {count} whole calendar years, fewer than {YEARS}")
    return years


def _other_years(bags: Bags, years: pl.DataFrame, sentence: str) -> Fault:
    """The leaf of each region and year that many times, but for the bags that performance adds up."""
    by_year: Mapping[tuple[str, int], float] = {
        (region, year): times for region, year, times in years.select("region", "year", "times").iter_rows()
    }
    new = {}
    for row, bag in bags.by_row.items():
        times = by_year.get((bag["region"], bag["day"].year), 1.0)
        if times != 1.0 and not any(windows(bags.data, bag["day"]) or (True,)):
            new[row] = max(round(bag["tenths"] * times), 1) / 10
    return bags.fault("crop-years", [new], sentence)
