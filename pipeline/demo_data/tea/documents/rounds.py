"""Deliveries as rounds of plucking: how many blocks a farm has, and which delivery lies a round back."""

from __future__ import annotations

import polars as pl

from demo_data.tea.documents.views import as_in, unsure, visits
from demo_data.validation import Dataset, columns, view


@view(visits, columns("farmers", farmer="id", hectares="farm_size_hectares"), unsure)
def rounds(_: Dataset, visits: pl.DataFrame, farmers: pl.DataFrame, unsure: list[str]) -> pl.DataFrame:
    """Deliveries by farmer and day: row, farmer, region (the point's), day, tenths, hectares, blocks, before.

    A farm has a block for each hectare, a begun one too. Which block a delivery is of does not show; `before` is the
    day of the delivery as many before it as the farm has blocks, null where the history has none. Farmers of unknown
    size, and those of whom a document is at fault, are left out.
    """
    sizes = farmers.select(*as_in(visits, "farmer"), "hectares").drop_nulls().unique("farmer", keep="none")
    sizes = sizes.with_columns(blocks=pl.col("hectares").ceil().clip(1).cast(pl.Int64))
    known = visits.lazy().select("row", "farmer", "region", "day", "tenths").drop_nulls(["farmer", "day"])
    if unsure:
        known = known.filter(~pl.col("farmer").cast(pl.String).is_in(unsure))
    earlier = pl.int_range(pl.len()) - pl.col("blocks")
    own = pl.col("farmer").gather(earlier.clip(0)) == pl.col("farmer")
    return (
        known.join(sizes.lazy(), on="farmer")
        .sort("farmer", "day")
        .with_columns(before=pl.when((earlier >= 0) & own).then(pl.col("day").gather(earlier.clip(0))))
        .collect()
    )
