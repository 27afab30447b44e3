"""Bills."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.schema.marks import Decimals, ForeignKey, PrimaryKey
from demo_data.schema.record import Entity


class Bill(Entity):
    """What a customer has to pay in all."""

    table: ClassVar[str] = "bills"

    customer_id: Annotated[str, PrimaryKey(), ForeignKey("customers")]
    number: int
    amount: Annotated[float, Decimals(2)]
