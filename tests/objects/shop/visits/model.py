"""Visits."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.schema.marks import ForeignKey, PrimaryKey
from demo_data.schema.record import Entity


class Visit(Entity):
    """Somebody calls on a customer at home."""

    table: ClassVar[str] = "visits"

    id: Annotated[str, PrimaryKey()]
    street_id: Annotated[str, ForeignKey("streets")]
    customer_id: Annotated[str, ForeignKey("customers")]
