"""What must hold of orders."""

from __future__ import annotations

import polars as pl

from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import RowViolation, RowViolations, Violation, Violations, columns, row_rule, rule


@row_rule("order-total", "quantity", "price", "total")
def order_total(_: Dataset) -> RowViolations:
    """The total is the price times the quantity."""
    bad = (pl.col("price") * pl.col("quantity") - pl.col("total")).abs() > 0.005
    yield RowViolation("total", bad, "{total} is not {quantity} times {price}")


@rule("customer-first", columns("orders", "customer_id", "day"), columns("customers", "since", customer_id="id"))
def customer_first(_: Dataset, orders: pl.DataFrame, customers: pl.DataFrame) -> Violations:
    """Nobody orders before being a customer."""
    known = orders.join(customers.drop("row"), on="customer_id", maintain_order="left")
    yield Violation("day", known.filter(pl.col("day") < pl.col("since")), "{day} is before {since}")
