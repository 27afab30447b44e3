"""Cows."""

from enum import StrEnum
from typing import Annotated, ClassVar

from demo_data.schema import Entity, ForeignKey, PrimaryKey


class Breed(StrEnum):
    """Kinds of cows, as the facts tell them apart."""

    EXOTIC = "exotic"
    AYRSHIRE = "ayrshire"
    INDIGENOUS = "indigenous"


class Cow(Entity):
    """A cow in milk."""

    table: ClassVar[str] = "cows"

    id: Annotated[str, PrimaryKey()]
    farmer_id: Annotated[str, ForeignKey("farmers")]
    breed: Breed
