"""Deliveries as rounds of plucking: how many blocks a farm has, and which delivery lies a round back."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in, unsure, visits
from demo_data.validation import Dataset, columns, view


@view(visits, columns("farmers", farmer="id", hectares="farm_size_hectares"), unsure)
def rounds(_: Dataset, visits: pl.DataFrame, farmers: pl.DataFrame, unsure: list[str]) -> pl.DataFrame:
    """The rounds of all farmers (see `by_round`) but those of whom a document is at fault."""
    known = visits.filter(~pl.col("farmer").cast(pl.String).is_in(unsure)) if unsure else visits
    return by_round(known, farmers)


@view(rounds)
def single(_: Dataset, rounds: pl.DataFrame) -> pl.DataFrame:
    """The rounds of farms of one block; see `of_one_block`."""
    return of_one_block(rounds)


def by_round(visits: pl.DataFrame, farmers: pl.DataFrame) -> pl.DataFrame:
    """Deliveries by farmer and day: row, farmer, region (the point's), day, tenths, hectares, blocks, before.

    A farm has a block for each hectare, a begun one too. Which block a delivery is of does not show; `before` is the
    day of the delivery as many before it as the farm has blocks, null where the history has none. Farmers of unknown
    size are left out.
    """
    sizes = farmers.select(*as_in(visits, "farmer"), "hectares").drop_nulls().unique("farmer", keep="none")
    sizes = sizes.with_columns(blocks=pl.col("hectares").ceil().clip(1).cast(pl.Int64))
    earlier = pl.int_range(pl.len()) - pl.col("blocks")
    own = pl.col("farmer").gather(earlier.clip(0)) == pl.col("farmer")
    return (
        visits.lazy()
        .select("row", "farmer", "region", "day", "tenths")
        .drop_nulls(["farmer", "day"])
        .join(sizes.lazy(), on="farmer")
        .sort("farmer", "day")
        .with_columns(before=pl.when((earlier >= 0) & own).then(pl.col("day").gather(earlier.clip(0))))
        .collect()
    )


def of_one_block(rounds: pl.DataFrame) -> pl.DataFrame:
    """The rounds of farms of one block, which show what grew in how many days: row, farmer, region, day, hectares,
    gap (days since the round before), month (the first day of it), kg and daily (logarithms of the bag's weight, and of
    its weight per day of the gap).
    """
    known = rounds.filter((pl.col("blocks") == 1) & pl.col("before").is_not_null() & (pl.col("tenths") > 0))
    gap, kg = (pl.col("day") - pl.col("before")).dt.total_days(), (pl.col("tenths") / 10).log()
    return known.filter(gap > 0).select(
        "row",
        "farmer",
        "region",
        "day",
        "hectares",
        gap=gap.cast(pl.Float64),
        month=pl.col("day").dt.truncate("1mo"),
        kg=kg,
        daily=kg - gap.log(),
    )


def within(bags: pl.DataFrame, names: tuple[str, ...], *groups: tuple[str, ...]) -> pl.DataFrame:
    """Columns less the mean of each group, of one kind of group after the other."""
    for group in groups:
        bags = bags.with_columns(pl.col(names) - pl.col(names).mean().over(group))
    return bags
