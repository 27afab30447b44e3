"""Orders."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.schema.marks import Decimals, ForeignKey, PrimaryKey
from demo_data.schema.record import Day, Entity


class Order(Entity):
    """What a customer orders on a day."""

    table: ClassVar[str] = "orders"

    id: Annotated[str, PrimaryKey()]
    customer_id: Annotated[str, ForeignKey("customers")]
    day: Day
    amount: Annotated[float, Decimals(2)]
