"""What the small JSON files of a dataset may say: Pydantic models that take each value as it is, or name its place."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_SHOWN = 3
_WORDS = {"missing": "missing", "extra_forbidden": "no such key is known"}
"""What is told of some faults, by Pydantic's names of them; of all others its own words."""

Count = Annotated[int, Field(ge=0)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """A number is no text, a text no number, and nothing is infinite. It does not change."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


def faults(error: ValidationError) -> str:
    """The first faults in a line: where, and what. No value is repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    told = list(dict.fromkeys(_fault(each["loc"], _WORDS.get(each["type"], each["msg"])) for each in found))
    more = f"; and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
    return "; ".join(told[:_SHOWN]) + more


def _fault(place: tuple[int | str, ...], message: str) -> str:
    where = ".".join(repr(step)[1:-1][:40] if isinstance(step, str) else str(step) for step in place)
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
