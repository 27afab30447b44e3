"""How the rules on payouts are broken."""

from demo_data.faults import value_planter

overpaid = value_planter(
    "payout-adds-up", "monthly_payouts", "litres", lambda litres: litres + 10, "Paid for too much."
)
