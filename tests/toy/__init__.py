"""A second domain, of two tables: what the framework makes, checks and compares without knowing of it."""

from __future__ import annotations

from demo_data.domain import Domain

DOMAIN = Domain(
    "tests.toy:DOMAIN",
    tables={"customers": "customers", "orders": "orders"},
    title="synthetic orders of a shop",
    notice="Synthetic data: no such shop, no such customers.",
    default_profile="small",
    most_days=900,
    database="shop",
)
