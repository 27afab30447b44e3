"""Members of cooperatives."""

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Entity, ForeignKey, PrimaryKey


class Farmer(Entity):
    """A member of one cooperative."""

    table: ClassVar[str] = "farmers"

    id: Annotated[str, PrimaryKey()]
    cooperative_id: Annotated[str, ForeignKey("cooperatives")]
    cows: Annotated[int, Field(ge=1, le=5)]
