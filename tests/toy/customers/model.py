"""Customers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.recipes.distributions import Chance, Weighted
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Day, Entity


class Customer(Entity):
    """Somebody who orders."""

    table: ClassVar[str] = "customers"

    id: Annotated[str, PrimaryKey()]
    tier: Annotated[str, Field(pattern="^(plain|gold)$"), Weighted({"plain": 80, "gold": 20})] = "plain"
    newsletter: Annotated[bool, Chance(40)] = False
    since: Day
