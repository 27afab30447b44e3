"""What must hold of deliveries."""

import polars as pl

from demo_data.validation import Dataset, RowViolation, RowViolations, row_rule


@row_rule("delivery-in-history", "date")
def in_history(data: Dataset) -> RowViolations:
    """Milk is delivered in the dataset's history."""
    inside = pl.col("date").is_between(data.first_day, data.as_of)
    yield RowViolation("date", ~inside, "{date} lies outside of the history")
