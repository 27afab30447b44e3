"""Orders."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema.marks import Decimals, EventTime, ForeignKey, PrimaryKey
from demo_data.schema.record import Day, Entity


class Order(Entity):
    """What a customer has ordered on a day."""

    table: ClassVar[str] = "orders"

    id: Annotated[str, PrimaryKey()]
    customer_id: Annotated[str, ForeignKey("customers")]
    day: Annotated[Day, EventTime()]
    product: Annotated[str, Field(pattern="^(pen|paper|ink)$")]
    quantity: Annotated[int, Field(ge=1, le=20)]
    price: Annotated[float, Field(ge=0), Decimals(2)]
    total: Annotated[float, Field(ge=0), Decimals(2)]
