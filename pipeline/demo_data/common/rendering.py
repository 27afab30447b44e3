"""Values and texts of unknown origin, as they may be printed: of bounded length, without control characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

LONGEST = 200
"""Characters of a value in a finding."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

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


def quoted(value: Any) -> str:
    """A value of somebody's in a message: of bounded length."""
    return str(short(represented(value)))


def printable(text: str) -> str:
    """The text on one line: control characters and halves of surrogate pairs as escapes."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _SHORT.get(sign) or escaped(sign) for sign in text)


def counted(number: int, noun: str) -> str:
    """A number of things in words: `1 row`, `2,000 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def few(names: Sequence[str], most: int = 3) -> str:
    """The first names, and how many there are besides: `a, b, c and 1,000 more`."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def escaped(text: str) -> str:
    """Characters as JSON escapes them, which people can read too."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _cut(text: str, longest: int) -> str:
    half = (longest - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"
