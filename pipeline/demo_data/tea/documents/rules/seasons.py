"""How much farmers bring over the year: after the crop of the month, and the rain."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.crop import crop, side_of
from demo_data.tea.documents.rounds import single, within
from demo_data.tea.kenya.places import crop_index
from demo_data.tea.kenya.tables import rows
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

YEAR = 12
"""Months from which on the crop is held against what is published month by month."""

MONTH_SAMPLE = 100
SAMPLE = 1000
MONTHS = 12
VARIATION = 0.12
RAIN_DAYS = 14

_WEIGHT = "extracted_fields.bag_summary.total_weight_kg"


@rule("crop-months", crop)
def crop_months(_: Dataset, crop: pl.DataFrame) -> Violations:
    """East and west of the Rift, leaf per hectare of members comes over the months as published: each month that the
    Tea Board has reported, against the mean month, to 0.1; all of these, in the root of the mean square, to 0.05; and
    of the year's leaf, January to March together have their share to 0.015.

    A year's weather moves a month by 0.14 of itself and that share by 0.02 (standard deviations), so 0.4 of the month,
    0.22 and 0.08 are added, over the square root of the years; and for the chance in n bags of the months 2, 1.5 and
    0.3, over that of n. Counted are the last whole months of history that make whole years, year by year. Skipped
    below 12, and on a side of the Rift with fewer than 100 bags in a month.
    """
    months = index_by_month(crop)
    if months.is_empty():
        raise Skip(f"no side of the Rift has {YEAR} whole months of history with {MONTH_SAMPLE} bags each")
    off, over = pl.col("index") - pl.col("published"), (1 / pl.col("years")).sqrt()
    bags = (1 / pl.col("bags")).sqrt()
    far = 0.1 + 0.4 * pl.col("published") * over + 2 * bags
    wrong = months.with_columns(far=far).filter(off.abs() > pl.col("far"))
    message = (
        "{side}: month {number} has {index} of the mean month's leaf per hectare, which is not {published} to {far}"
    )
    yield Violation(_WEIGHT, wrong, message)
    by_side = months.drop_nulls("published").group_by("side", "years", maintain_order=True)
    spread = by_side.agg(pl.col("bags").min(), off=(off**2).mean().sqrt())
    wrong = spread.with_columns(far=0.05 + 0.22 * over + 1.5 * bags).filter(pl.col("off") > pl.col("far"))
    message = "{side}: the published months differ by {off} from the mean month's leaf per hectare, more than {far}"
    yield Violation(_WEIGHT, wrong, message)
    first = pl.col("number") <= 3
    quarter = by_side.agg(
        pl.col("index", "published").filter(first).sum() / YEAR, pl.col("bags").sum(), known=first.sum()
    )
    quarter = quarter.filter(pl.col("known") == 3).with_columns(far=0.015 + 0.08 * over + 0.3 * bags)
    wrong = quarter.filter(off.abs() > pl.col("far"))
    message = "{side}: January to March have {index} of the year's leaf per hectare, which is not {published} to {far}"
    yield Violation(_WEIGHT, wrong, message)


def index_by_month(crop: pl.DataFrame) -> pl.DataFrame:
    """Leaf per hectare by side of the Rift and month of the year (number), against the year's mean month.

    Columns: side, number, index, published (null where it is an estimate), years, bags (the fewest in a month of it).
    Sides without 12 whole months of history, or with too few bags in one, are left out.
    """
    sides = {region: side_of(region) for region in crop["region"].unique()}
    months = (
        crop.with_columns(side=pl.col("region").replace_strict(sides, return_dtype=pl.String))
        .drop_nulls("side")
        .group_by("side", "month")
        .agg(pl.col("bags", "tenths", "land").sum())
        .sort("side", "month", descending=[False, True])
        .with_columns(back=pl.int_range(pl.len()).over("side") // YEAR, years=pl.len().over("side") // YEAR)
        .filter(pl.col("back") < pl.col("years"))
        .filter(pl.col("bags").min().over("side") >= MONTH_SAMPLE)
    )
    leaf = pl.col("tenths") / pl.col("land") * pl.col("month").dt.days_in_month()
    known = [
        (row["flush"], int(row["month"]), float(row["index"]))
        for row in rows("crop_index")
        if not row["source"].startswith("estimate")
    ]
    schema = {"side": pl.String, "number": pl.Int8, "published": pl.Float64}
    return (
        months.with_columns(number=pl.col("month").dt.month(), index=leaf / leaf.mean().over("side", "back"))
        .group_by("side", "number")
        .agg(pl.col("index").mean(), pl.col("years").first(), pl.col("bags").min())
        .join(pl.DataFrame(known, schema=schema, orient="row"), on=["side", "number"], how="left")
        .sort("side", "number")
    )


@rule("delivery-season", single, crop, columns("regions", "region_id"))
def delivery_season(_: Dataset, bags: pl.DataFrame, crop: pl.DataFrame, regions: pl.DataFrame) -> Violations:
    """Weights follow the season: what a bag brings per day since the last round, against its farmer's mean, correlates
    positively with the month's crop index, over farms of one block.

    Skipped where the rule crop-months can tell more, below 1,000 such bags, 12 months (all regions together) or where
    the index varies by less than 0.12; the correlation is near 0.7 and its standard error there below 0.1.
    """
    if not index_by_month(crop).is_empty():
        raise Skip("crop-months holds the months of whole years against what is published")
    bags = _enough(bags).join(
        _crop(regions), left_on=["region", pl.col("day").dt.month()], right_on=["region", "number"]
    )
    months = bags.select("region", "month").unique().height
    variation = bags["crop"].std()
    if months < MONTHS or not isinstance(variation, float) or variation < VARIATION:
        raise Skip(f"the history of {months} months (all regions together) has too little season")
    found = within(bags, ("daily",), ("farmer",)).select(correlation=pl.corr("daily", "crop"))
    unlike = found.filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, unlike, "weights correlate by {correlation} with the crop index of the month")


@rule("delivery-rain", single, columns("weather_observations", region="region_id", day="date", rain="precipitation_mm"))
def delivery_rain(_: Dataset, bags: pl.DataFrame, weather: pl.DataFrame) -> Violations:
    """Weights follow rain: what a bag brings per day since the last round, against its farmer's mean, within a region
    and month, correlates positively with the rain of the last 14 days, over farms of one block.

    Skipped below 1,000 such bags or 12 months (all regions together); the correlation is near 0.4 and its standard
    error there below 0.07.
    """
    rain = weather.sort("region", "day").select(
        pl.col("region").cast(pl.Categorical),
        "day",
        pl.col("rain").rolling_sum(RAIN_DAYS, min_samples=1).over("region"),
    )
    bags = _enough(bags).join(rain, on=["region", "day"])
    months = bags.select("region", "month").unique().height
    if months < MONTHS:
        raise Skip(f"the history has {months} months (all regions together), fewer than {MONTHS}")
    bags = within(bags, ("daily", "rain"), ("farmer",), ("region", "month"))
    unlike = bags.select(correlation=pl.corr("daily", "rain")).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, unlike, "weights correlate by {correlation} with the rain of the last 14 days")


def _enough(bags: pl.DataFrame) -> pl.DataFrame:
    if bags.height < SAMPLE:
        raise Skip(f"there are {bags.height} bags of farms of one block, fewer than {SAMPLE}")
    return bags


def _crop(regions: pl.DataFrame) -> pl.DataFrame:
    """The crop index of every month (number) in the regions whose county is known."""
    sides = {region: side for region in regions["region_id"].drop_nulls() if (side := side_of(region))}
    known = [
        (region, number + 1, index) for region, side in sides.items() for number, index in enumerate(crop_index(side))
    ]
    crop = pl.DataFrame(known, schema={"region": pl.String, "number": pl.Int8, "crop": pl.Float64}, orient="row")
    return crop.with_columns(pl.col("region").cast(pl.Categorical))
