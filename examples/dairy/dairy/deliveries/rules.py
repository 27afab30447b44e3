"""What must hold of deliveries."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo_data.validation.rules import Dataset, RowViolation, RowViolations, row_rule


@row_rule("in-history", reads={"milk_deliveries": ("date",)})
def in_history(data: Dataset) -> RowViolations:
    """Milk is delivered in the dataset's history."""
    first = data.as_of - timedelta(days=data.days - 1)
    yield RowViolation("milk_deliveries", "date", ~pl.col("date").is_between(first, data.as_of), "{date} lies outside")
