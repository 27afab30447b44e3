"""How the rules on payouts are broken."""

from demo_data.faults import Data, Draw, Fault, planter, sets


@planter("payout-adds-up", "monthly_payouts")
def overpaid(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "monthly_payouts")
    return sets(
        data, "monthly_payouts", row, "litres", data["monthly_payouts"][row]["litres"] + 10, "Paid for too much."
    )
