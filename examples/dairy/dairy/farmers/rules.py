"""What must hold of farmers."""

from __future__ import annotations

import polars as pl

from demo_data.validation.rules import Dataset, Violation, Violations, rule


@rule("herd", reads={"farmers": ("id", "cows"), "cows": ("farmer_id",)})
def herd(data: Dataset) -> Violations:
    """A farmer has as many cows as the table of cows lists."""
    listed = data.frame("cows", "farmer_id").group_by("farmer_id").agg(listed=pl.len())
    rows = data.frame("farmers", "id", "cows").join(listed, left_on="id", right_on="farmer_id", how="left")
    yield Violation("farmers", "cows", rows.filter(pl.col("cows") != pl.col("listed")), "{cows} cows, {listed} listed")
