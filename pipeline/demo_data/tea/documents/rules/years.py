"""Good and bad years: the nation's leaf differs from year to year, and neighbours share what makes it so."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.crop import crop
from demo_data.tea.regions.views import LIMITS, kilometres
from demo_data.validation import Dataset, Skip, Violation, Violations, rule

YEARS = 15
VARIATION = (0.06, 0.22)
NEAR_KM = 100.0
ALIKE = 0.4

_WEIGHT = "extracted_fields.bag_summary.total_weight_kg"


@rule("crop-years", crop, LIMITS)
def crop_years(_: Dataset, crop: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """Years differ, and neighbours share them: the coefficient of variation of the nation's yearly leaf per hectare of
    members is 0.06 to 0.22, and the yearly leaf of two regions less than 100 km apart correlates by 0.4 or more, in
    mean over such pairs.

    Green leaf of the KTDA's growers varied by 0.13 from 2016/17 to 2022/23. Of 15 years the standard error of the
    coefficient is near 0.025, and that of the correlation, which is near 0.9, less. Skipped below 15 whole calendar
    years.
    """
    years = yearly(crop)
    count = years["year"].n_unique()
    if count < YEARS:
        raise Skip(f"the history has {count} whole calendar years, fewer than {YEARS}")
    nation = years.group_by("year").agg(_leaf(pl.col("tenths").sum(), pl.col("land").sum()))
    varied = nation.select(years=pl.len(), variation=pl.col("leaf").std() / pl.col("leaf").mean())
    wrong = varied.filter(~pl.col("variation").is_between(*VARIATION))
    yield Violation(_WEIGHT, wrong, "the leaf of {years} years has a coefficient of variation of {variation}")
    pairs = likeness(years, limits)
    alike = pairs.select(pairs=pl.len(), correlation=pl.col("correlation").mean())
    wrong = alike.filter(pl.col("correlation") < ALIKE)
    message = "the yearly leaf of {pairs} pairs of neighbouring regions correlates by {correlation}"
    yield Violation(_WEIGHT, wrong, message)


def yearly(crop: pl.DataFrame) -> pl.DataFrame:
    """Each region's whole calendar years: region, year, tenths, land, leaf (kg per hectare)."""
    return (
        crop.group_by("region", year=pl.col("month").dt.year())
        .agg(pl.col("tenths", "land").sum(), months=pl.len())
        .filter(pl.col("months") == 12)
        .with_columns(_leaf(pl.col("tenths"), pl.col("land")))
        .sort("region", "year")
    )


def likeness(years: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """Pairs of regions less than 100 km apart, with the correlation of their yearly leaf."""
    places = limits.select("region_id", "lat", "lng").drop_nulls().unique("region_id", keep="none")
    here, there = (places.select(pl.all().name.suffix(side)) for side in ("_1", "_2"))
    far = kilometres(pl.col("lat_1"), pl.col("lng_1"), pl.col("lat_2"), pl.col("lng_2"))
    near = here.join_where(there, pl.col("region_id_1") < pl.col("region_id_2")).filter(far < NEAR_KM)
    leaf = years.select("region", "year", "leaf")
    return (
        near.join(leaf, left_on="region_id_1", right_on="region")
        .join(leaf, left_on=["region_id_2", "year"], right_on=["region", "year"], suffix="_2")
        .group_by("region_id_1", "region_id_2")
        .agg(correlation=pl.corr("leaf", "leaf_2"), years=pl.len())
        .filter(pl.col("years") >= YEARS)
    )


def _leaf(tenths: pl.Expr, land: pl.Expr) -> pl.Expr:
    return (tenths / 10 / land * 365.25).alias("leaf")
