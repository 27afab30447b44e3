"""Faults in orders."""

from __future__ import annotations

from demo_data.faults import Data, Draw, Fault, planter, value_planter

dear = value_planter("order-total", "orders", "total", lambda old: round(old + 0.01, 2), "A cent too much is asked.")


@planter("customer-first", "orders", "customers")
def early(data: Data, draw: Draw) -> Fault:
    """An order of a day long ago."""
    row = data.row(draw, "orders")
    requires = [("customers", data.index("customers")[data["orders"][row]["customer_id"]])]
    return data.fault("orders", row, "day", "1999-12-31", "Nobody was a customer then.", requires=requires)
