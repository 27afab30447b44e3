"""How the rules on deliveries are broken."""

from demo_data.faults import Data, Draw, Fault, planter


@planter("delivery-in-history", "milk_deliveries")
def before_history(data: Data, draw: Draw) -> Fault:
    record = data.any_pristine(draw, "milk_deliveries") | {"date": "1999-12-31", "litres": 0.0}
    return Fault.added(data.add("milk_deliveries", record), "Milk came before the history began.")
