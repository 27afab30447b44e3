"""Faults in orders."""

from __future__ import annotations

from demo_data.faults.changes import sets
from demo_data.faults.data import Data
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault
from demo_data.faults.planter import planter


@planter("order-total", "orders")
def dear(data: Data, draw: Draw) -> Fault:
    """A cent too much."""
    row = data.row(draw, "orders")
    total = round(data["orders"][row]["total"] + 0.01, 2)
    return sets(data, "orders", row, "total", total, "A cent too much is asked for.")


@planter("customer-first", "orders", "customers")
def early(data: Data, draw: Draw) -> Fault:
    """An order of a day long ago."""
    row = data.row(draw, "orders")
    requires = [("customers", data.index("customers")[data["orders"][row]["customer_id"]])]
    return sets(data, "orders", row, "day", "1999-12-31", "Nobody was a customer then.", requires=requires)
