"""Customers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Day, Entity


class Customer(Entity):
    """Somebody who orders."""

    table: ClassVar[str] = "customers"

    id: Annotated[str, PrimaryKey()]
    tier: Annotated[str, Field(pattern="^(plain|gold)$")] = "plain"
    newsletter: bool = False
    since: Day
