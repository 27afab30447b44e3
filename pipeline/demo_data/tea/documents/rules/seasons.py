"""How much farmers bring over the year: after the crop of the month, and the rain."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.crop import crop, side_of
from demo_data.tea.documents.rounds import related, single, summed, within
from demo_data.tea.kenya.places import crop_index
from demo_data.tea.kenya.tables import rows
from demo_data.tea.weather.views import anomalies
from demo_data.validation import Dataset, Frames, Skip, Violation, Violations, gathered, rule

YEAR = 12
"""Months from which on the crop is held against what is published month by month."""

MONTH_SAMPLE = 100
SAMPLE = 1000
MONTHS = 24
VARIATION = 0.12

WET_DAYS, WET_LAG = 56, 4
"""The rain of so many days counts, up to so many before the round: shoots take weeks to grow."""

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


@gathered("farmers", single)
def heights(_: Dataset, bags: pl.DataFrame) -> pl.DataFrame:
    """How many bags of farms of one block there are."""
    return bags.select(bags=pl.len())


@gathered("farmers", single, anomalies)
def months_known(_: Dataset, bags: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Months with bags of farms of one block, in regions of known counties: region, month."""
    return with_season(bags, days).select("region", "month").unique()


@gathered("farmers", single, anomalies)
def season_sums(_: Dataset, bags: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """What bags bring per day and the season's crop index, each less its farmer's mean: see `summed`. Also the sums of
    the index as it is, and of its square.
    """
    known = with_season(bags, days)
    index = known.select(index=pl.col("crop").sum(), squares=(pl.col("crop") ** 2).sum())
    return summed(within(known, ("daily", "crop"), ("farmer",)), "daily", "crop").hstack(index)


@gathered("farmers", single, anomalies)
def rain_sums(_: Dataset, bags: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """What bags bring per day against the season's crop index, and the rain, each less its farmer's mean."""
    known = with_season(bags, days).drop_nulls("wet").with_columns(pl.col("daily") - pl.col("crop"))
    return summed(within(known, ("daily", "wet"), ("farmer",)), "daily", "wet")


@rule("delivery-season", season_sums, crop, heights, months_known)
def delivery_season(_: Dataset, sums: Frames, crop: pl.DataFrame, heights: Frames, months: Frames) -> Violations:
    """Weights follow the season: what a bag brings per day since the last round, against its farmer's mean, correlates
    positively with the crop index of its day (as logarithms), over farms of one block.

    The index of a day lies between those of the middles of two months. Skipped where the rule crop-months can tell
    more, below 1,000 such bags, 24 months (all regions together) or where the index varies by less than 0.12; the
    correlation is near 0.6 and its standard error there near 0.1.
    """
    if not index_by_month(crop).is_empty():
        raise Skip("crop-months holds the months of whole years against what is published")
    _require_enough(heights, months)
    found = sums.whole()
    n, index, squares = found.select(pl.col("n", "index", "squares").sum()).row(0)
    if n < 2 or ((squares - index**2 / n) / (n - 1)) ** 0.5 < VARIATION:
        raise Skip("the history has too little season")
    wrong = related(found).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, wrong, "weights correlate by {correlation} with the crop index")


@rule("delivery-rain", rain_sums, heights, months_known)
def delivery_rain(_: Dataset, sums: Frames, heights: Frames, months: Frames) -> Violations:
    """Weights follow rain: what a bag brings per day since the last round, against the season's crop index and its
    farmer's mean, correlates positively with how much more than the normal it has rained in the eight weeks up to the
    fifth day before, over farms of one block.

    More than twice the normal counts as twice. Skipped below 1,000 such bags or 24 months (all regions together); the
    correlation is near 0.5 and its standard error there near 0.15.
    """
    _require_enough(heights, months)
    wrong = related(sums.whole()).filter(pl.col("correlation") <= 0)
    yield Violation(_WEIGHT, wrong, "weights correlate by {correlation} with the rain of the last eight weeks")


def with_season(bags: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Bags with what is usual for leaf then and there: crop (the logarithm of the index) and wet (how much more it has
    rained than normally, as a part of that). Regions of unknown counties are left out.
    """
    return bags.join(usual(days).with_columns(pl.col("region").cast(pl.Categorical)), on=["region", "day"])


def _require_enough(heights: Frames, months: Frames) -> None:
    """Raises Skip where there are too few bags to tell what weights follow, or too few months."""
    bags, known = heights.whole()["bags"].sum(), months.whole().unique().height
    if bags < SAMPLE:
        raise Skip(f"there are {bags} bags of farms of one block, fewer than {SAMPLE}")
    if known < MONTHS:
        raise Skip(f"the history has {known} months (all regions together), fewer than {MONTHS}")


def usual(days: pl.DataFrame) -> pl.DataFrame:
    """The days of regions whose county is known: region, day, crop, wet; see `with_season`."""
    sides = {region: side for region in days["region_id"].unique().drop_nulls() if (side := side_of(region))}
    known = [
        (region, month + 1, index[month - 1], index[month], index[(month + 1) % YEAR])
        for region, side in sides.items()
        for index in (crop_index(side),)
        for month in range(YEAR)
    ]
    schema = {"region": pl.String, "month": pl.Int8} | dict.fromkeys(("before", "here", "after"), pl.Float64)
    part = (pl.col("day").dt.day() - 0.5) / pl.col("day").dt.days_in_month() - 0.5
    neighbour = pl.when(part > 0).then("after").otherwise("before")
    fallen, due = (
        pl.col(name).rolling_sum(WET_DAYS, min_samples=WET_DAYS // 2).shift(WET_LAG).over("region")
        for name in ("precipitation_mm", "rain_a_day")
    )
    return (
        days.rename({"region_id": "region", "date": "day"})
        .join(pl.DataFrame(known, schema=schema, orient="row"), on=["region", "month"])
        .sort("region", "day")
        .select(
            "region",
            "day",
            crop=(pl.col("here") * (1 - part.abs()) + neighbour * part.abs()).log(),
            wet=(fallen / due - 1).clip(upper_bound=1.0),
        )
    )
