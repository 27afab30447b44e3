"""What must hold of deliveries."""

from datetime import timedelta

import polars as pl

from demo_data.validation import Dataset, RowViolation, RowViolations, row_rule


@row_rule("delivery-in-history", "date")
def in_history(data: Dataset) -> RowViolations:
    """Milk is delivered in the dataset's history."""
    first = data.as_of - timedelta(days=data.days - 1)
    yield RowViolation("date", ~pl.col("date").is_between(first, data.as_of), "{date} lies outside of the history")
