"""What the small JSON files of a dataset may say: Pydantic models that take each value as it is, or name its place."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from demo_data.common.files import FileError

_REPORTED = 3
_WORDS = {"missing": "missing", "extra_forbidden": "no such key is known"}
"""What is said of some faults, by Pydantic's names of them; of all others its own words."""

Count = Annotated[int, Field(ge=0)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """A number is no text, a text no number, and nothing is infinite. It does not change."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


def require_known_format(content: dict[str, Any], newest: int, name: object) -> None:
    """Raise `FileError` where a file, called `name`, is of a later format than the `newest` that is read."""
    number = content.get("format")
    if type(number) is int and number > newest:
        raise FileError(str(name), f"of format {number}, newer than this version knows ({newest}): upgrade demo-data")


def explained(error: ValidationError) -> str:
    """The first faults in a line: where, and what. No value is repeated."""
    lines: dict[str, None] = {}
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        steps = (step for step in fault["loc"] if not str(step).startswith("<"))  # tags of kinds, such as <seasons>
        where = ".".join(repr(step)[1:-1][:40] if isinstance(step, str) else str(step) for step in steps)
        message = _WORDS.get(fault["type"], fault["msg"]).removeprefix("Value error, ")
        lines[f"{where}: {message}" if where else message] = None
    more = f"; and {len(lines) - _REPORTED:,} more" if len(lines) > _REPORTED else ""
    return "; ".join(list(lines)[:_REPORTED]) + more
