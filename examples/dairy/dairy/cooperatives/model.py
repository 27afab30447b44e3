"""Dairy cooperatives."""

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Decimals, Entity, PrimaryKey


class Cooperative(Entity):
    """A cooperative that buys its members' milk."""

    table: ClassVar[str] = "cooperatives"

    id: Annotated[str, PrimaryKey()]
    price_per_litre: Annotated[float, Field(gt=0), Decimals(2)]
