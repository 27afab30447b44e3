"""Customers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.schema.marks import ForeignKey, PrimaryKey
from demo_data.schema.record import Entity


class Customer(Entity):
    """Who orders."""

    table: ClassVar[str] = "customers"

    id: Annotated[str, PrimaryKey()]
    street_id: Annotated[str, ForeignKey("streets")]
    kind: str
    orders_a_day: int
