"""What must hold of payouts."""

import polars as pl

from demo_data.validation import Dataset, Violation, Violations, columns, rule


@rule(
    "payout-adds-up",
    columns("monthly_payouts", "farmer_id", "month", "litres"),
    columns("milk_deliveries", "farmer_id", "date", delivered="litres"),
)
def adds_up(_: Dataset, payouts: pl.DataFrame, milk: pl.DataFrame) -> Violations:
    """A month's litres are those of the farmer's deliveries."""
    sums = milk.group_by("farmer_id", month=pl.col("date").dt.strftime("%Y-%m")).agg(pl.col("delivered").sum().round(1))
    rows = payouts.join(sums, on=["farmer_id", "month"], how="left", maintain_order="left")
    wrong = (pl.col("litres") - pl.col("delivered").fill_null(0)).abs() > 0.05
    yield Violation("litres", rows.filter(wrong), "{litres} litres are paid, {delivered} were delivered")
