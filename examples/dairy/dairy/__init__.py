"""Milk: cooperatives, their farmers and cows, what is delivered each day, and what is paid for it each month."""

from demo_data import Domain

DOMAIN = Domain(
    "dairy:DOMAIN",
    tables={name: name for name in ("cooperatives", "farmers", "cows", "milk_deliveries", "monthly_payouts")},
    title="synthetic data of dairy cooperatives in Kenya",
    notice="Synthetic data: no person and no farm in it exists.",
    default_profile="small",
)
