"""What must hold of payouts."""

from __future__ import annotations

import polars as pl

from demo_data.validation.rules import Dataset, Violation, Violations, rule


@rule(
    "month-adds-up",
    reads={"monthly_payouts": ("farmer_id", "month", "litres"), "milk_deliveries": ("farmer_id", "date", "litres")},
)
def month_adds_up(data: Dataset) -> Violations:
    """A month's litres are those of the farmer's deliveries."""
    milk = data.frame("milk_deliveries", "farmer_id", "date", "litres")
    sums = milk.group_by("farmer_id", month=pl.col("date").dt.strftime("%Y-%m")).agg(delivered=pl.col("litres").sum())
    paid = data.frame("monthly_payouts", "farmer_id", "month", "litres").join(sums, on=["farmer_id", "month"])
    wrong = paid.filter((pl.col("litres") - pl.col("delivered")).abs() > 0.05)
    yield Violation("monthly_payouts", "litres", wrong, "{litres} litres were delivered as {delivered}")
