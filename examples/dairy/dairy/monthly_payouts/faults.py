"""How the rules on payouts are broken."""

from demo_data.faults import spoils

overpaid = spoils("payout-adds-up", "monthly_payouts", "litres", lambda litres: litres + 10, "Paid for too much.")
