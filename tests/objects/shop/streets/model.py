"""Streets."""

from __future__ import annotations

from typing import Annotated, ClassVar

from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Entity


class Street(Entity):
    """A street."""

    table: ClassVar[str] = "streets"

    id: Annotated[str, PrimaryKey()]
    numbers: list[int]
