"""Values and texts of unknown origin, as they may be printed: of bounded length, without control characters."""

from __future__ import annotations

from typing import Any, TypeVar

LONGEST = 200
"""Characters of a value in a finding."""

_Value = TypeVar("_Value")


def short(value: _Value, longest: int = LONGEST) -> _Value | str:
    """The value; as text, with its middle left out, where that would be longer."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, str):
        return value if len(value) <= longest else _cut(value, longest)
    if isinstance(value, int) and value.bit_length() > 3 * longest:
        return f"an integer of {value.bit_length():,} bits"
    return value if len(text := represented(value, longest)) <= longest else _cut(text, longest)


def represented(value: Any, longest: int = LONGEST) -> str:
    """`repr`, without the cost of a very large value's; not much longer than `longest` where it is cut."""
    if isinstance(value, str):
        return repr(value[: longest + 1])
    if isinstance(value, int) and value.bit_length() > 3 * longest:
        return f"an integer of {value.bit_length():,} bits"
    if isinstance(value, list | dict) and len(value) > longest:
        return f"{type(value).__name__} of {len(value):,}"
    try:
        return repr(value)
    except (RecursionError, ValueError):  # nested too deeply, or an integer too long to be written
        return f"a {type(value).__name__}"


def printable(text: str) -> str:
    """The text on one line: control characters and halves of surrogate pairs as escapes."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _cut(text: str, longest: int) -> str:
    half = (longest - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"
