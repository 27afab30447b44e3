"""How the rules on farmers are broken."""

from demo_data.faults import Data, Draw, Fault, planter, sets


@planter("herd", "farmers")
def cow_unlisted(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", lambda farmer: farmer["cows"] < 5)
    return sets(data, "farmers", row, "cows", data["farmers"][row]["cows"] + 1, "A cow is counted and not listed.")
