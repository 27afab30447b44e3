"""Milk that is brought to the cooperative."""

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Day, Decimals, Entity, EventTime, ForeignKey, PrimaryKey


class MilkDelivery(Entity):
    """What a farmer brings on a day: an event of that day."""

    table: ClassVar[str] = "milk_deliveries"

    farmer_id: Annotated[str, PrimaryKey(), ForeignKey("farmers")]
    date: Annotated[Day, PrimaryKey(), EventTime()]
    litres: Annotated[float, Field(ge=0), Decimals(1)]
