"""What must hold of farmers."""

import polars as pl

from demo_data.validation import Dataset, Violation, Violations, columns, rule


@rule("herd", columns("farmers", "id", "cows"), columns("cows", "farmer_id"))
def herd(_: Dataset, farmers: pl.DataFrame, cows: pl.DataFrame) -> Violations:
    """A farmer has as many cows as are listed."""
    listed = cows.group_by("farmer_id").agg(listed=pl.len())
    rows = farmers.join(listed, left_on="id", right_on="farmer_id", how="left", maintain_order="left")
    yield Violation(
        "cows", rows.filter(pl.col("cows") != pl.col("listed").fill_null(0)), "{cows} cows: {listed} listed"
    )
