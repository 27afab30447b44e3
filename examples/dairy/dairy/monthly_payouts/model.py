"""What farmers are paid."""

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Decimals, Entity, ForeignKey, PrimaryKey


class MonthlyPayout(Entity):
    """A farmer's milk of a month, and its price."""

    table: ClassVar[str] = "monthly_payouts"

    farmer_id: Annotated[str, PrimaryKey(), ForeignKey("farmers")]
    month: Annotated[str, PrimaryKey(), Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    litres: Annotated[float, Field(ge=0), Decimals(1)]
    amount: Annotated[float, Field(ge=0), Decimals(2)]
