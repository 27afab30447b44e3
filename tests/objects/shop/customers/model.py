"""Customers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.recipes.distributions import Weighted
from demo_data.schema.marks import ForeignKey, PrimaryKey
from demo_data.schema.record import Entity


class Customer(Entity):
    """Who orders."""

    table: ClassVar[str] = "customers"

    id: Annotated[str, PrimaryKey()]
    street_id: Annotated[str, ForeignKey("streets")]
    kind: Annotated[str, Weighted({"new": 50, "old": 50})]
    orders_a_day: int
