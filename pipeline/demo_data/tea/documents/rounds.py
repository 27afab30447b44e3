"""Deliveries as rounds of plucking: how many blocks a farm has, and which delivery lies a round back."""

from __future__ import annotations

from collections.abc import Iterable

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
    """Deliveries, given in the order of rows, by farmer and day: row, farmer, region (the point's), day, tenths,
    hectares, blocks, before.

    A farm has a block for each hectare, a begun one too. Which block a delivery is of does not show; `before` is the
    day of the delivery as many before it as the farm has blocks, null where the history has none. Farmers of unknown
    size are left out.
    """
    sizes = farmers.select(*as_in(visits, "farmer"), "hectares").drop_nulls().unique("farmer", keep="none")
    sizes = sizes.sort("farmer").with_columns(
        blocks=pl.col("hectares").ceil().clip(1).cast(pl.Int64), place=pl.int_range(pl.len())
    )
    turn = pl.col("place") * 2**32 + pl.col("day").to_physical()  # one number sorts faster than two columns
    earlier = pl.int_range(pl.len()) - pl.col("blocks")
    own = pl.col("farmer").gather(earlier.clip(0)) == pl.col("farmer")
    return (
        visits.lazy()
        .select("row", "farmer", "region", "day", "tenths")
        .drop_nulls(["farmer", "day"])
        .join(sizes.lazy(), on="farmer", maintain_order="left")
        .sort(turn, maintain_order=True)
        .with_columns(before=pl.when((earlier >= 0) & own).then(pl.col("day").gather(earlier.clip(0))))
        .drop("place")
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


def summed(bags: pl.DataFrame, of: str, to: str) -> pl.DataFrame:
    """What correlation and slope of two columns follow from: a row with n, and the sums of both and of products."""
    x, y = pl.col(of), pl.col(to)
    return bags.select(n=pl.len(), x=x.sum(), y=y.sum(), xx=(x * x).sum(), yy=(y * y).sum(), xy=(x * y).sum())


def related(sums: pl.DataFrame) -> pl.DataFrame:
    """Of such rows, added up: bags, correlation and slope; null where there is nothing to tell them by."""
    n = pl.col("n")
    xx, yy = (pl.col(name * 2) - pl.col(name) ** 2 / n for name in ("x", "y"))
    xy = pl.col("xy") - pl.col("x") * pl.col("y") / n
    told = (n > 1) & (xx > 0)
    return sums.sum().select(
        bags=n, correlation=pl.when(told & (yy > 0)).then(xy / (xx * yy).sqrt()), slope=pl.when(told).then(xy / xx)
    )


def off_usual(bags: Iterable[pl.DataFrame], of: str, to: str) -> pl.DataFrame:
    """How two columns relate, each less the mean of the region's month and then of the farmer; see `related`.

    Each of the frames has all bags of its farmers. Means and sums are over frames, so they are read twice.
    """
    usual = ["region", "month"]
    sums = pl.concat(each.group_by(usual).agg(pl.col(of, to).sum(), n=pl.len()) for each in bags)
    sums = sums.group_by(usual).agg(pl.col(of, to, "n").sum())
    means = sums.select(*usual, **{f"usual_{name}": pl.col(name) / pl.col("n") for name in (of, to)})
    found = []
    for each in bags:
        off = each.join(means, on=usual).with_columns(pl.col(name) - pl.col(f"usual_{name}") for name in (of, to))
        found.append(summed(within(off, (of, to), ("farmer",)), of, to))
    return related(pl.concat(found))


def within(bags: pl.DataFrame, names: tuple[str, ...], *groups: tuple[str, ...]) -> pl.DataFrame:
    """Columns less the mean of each group, of one kind of group after the other."""
    for group in groups:
        bags = bags.with_columns(pl.col(names) - pl.col(names).mean().over(group))
    return bags
