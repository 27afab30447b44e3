"""What a change of the lookalike is, and the texts that several of them change."""

from __future__ import annotations

from dataclasses import dataclass

from demo_data.contract import Breaks, Kind

OURS, YOURS, LOST, CHANGED = Breaks.OURS_FAIL, Breaks.YOURS_FAIL, Breaks.LOST, Breaks.CHANGED


@dataclass(frozen=True)
class Change:
    """The lookalike's text `old` becomes `new`; `kind` is found at `place` (`Class.field`), and `breaks` so much."""

    old: str
    new: str
    place: str
    kind: Kind
    breaks: tuple[Breaks, ...]
    says: str
    """A part of the message."""


NATIONAL_ID = "national_id: Annotated[str, Field(min_length=1), Field(max_length=20)]"
SIZE = "farm_size_hectares: float = Field(ge=0.01, le=1000)"
FARMER = "class Farmer(Base):\n"
SCALE = 'large = "estate"\n'
CONTACT = 'phone: str = ""\n'
VALIDATOR = '    @field_validator("phone")\n    @classmethod\n    def check(cls, phone: str) -> str:\n'


def validator(body: str) -> str:
    """A phone number with a validator of the user's own."""
    return f"{CONTACT}\n{VALIDATOR}        {body}\n\n"
