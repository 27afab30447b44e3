"""What makes a text no sound JSON although it can be read: names twice, NaN, endless integers, raw controls."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from demo_data.validation.report import Finding

DIGITS = 4000
"""Digits of an integer; Python reads 4300."""

TWICE = "duplicate-field"


@dataclass(frozen=True)
class JsonDefect:
    """A defect of a record: what to say, the value if it can be shown, where it is, and the rule that it breaks."""

    message: str
    value: Any = None
    path: str = ""
    rule: str = "readable"

    def finding(self, shown: str, table: str, number: int, key: str | None) -> Finding:
        """The finding on a record of a file."""
        return Finding(shown, table, number, key, self.path or None, self.rule, self.value, self.message)


def decoded(text: str, at: int) -> tuple[Any, int, tuple[JsonDefect, ...]]:
    """The value that begins at a place, where it ends, and its defects: null stands in place of what is no JSON.

    Raises JSONDecodeError, and RecursionError where it is nested too deeply.
    """
    defects: list[JsonDefect] = []
    try:
        return *_STRICT.raw_decode(text, at), ()
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Invalid control character"):
            raise
        sign, place = f"U+{ord(text[error.pos]):04X}", error.pos - at
        message = f"holds {sign} as it is in a text, near character {place:,}; JSON wants it escaped"
        defects.append(JsonDefect(message))
    except (_Suspect, ValueError):  # ValueError: an integer of too many digits
        pass
    value, end = _TOLERANT.raw_decode(text, at)
    return _plain(value, "", defects), end, tuple(defects)


class _Suspect(Exception):
    """Text that is no sound JSON value, although Python's decoder would read it."""


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written."""


def _plain(value: Any, path: str, defects: list[JsonDefect]) -> Any:
    """What the tolerant decoder has read, as plain values; the defects are added."""
    if isinstance(value, _Pairs):
        for name, count in Counter(name for name, _ in value).items():
            if count > 1:
                last, place = dict(value)[name], f"{path}.{name}" if path else name
                message = f"stands {count} times in one object; all but one value would be lost"
                defects.append(JsonDefect(message, last if isinstance(last, str | int | float) else None, place, TWICE))
        return {name: _plain(item, f"{path}.{name}" if path else name, defects) for name, item in value}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{number}]", defects) for number, item in enumerate(value)]
    if isinstance(value, JsonDefect):
        defects.append(replace(value, path=path))
        return None
    return value


def _sound(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise _Suspect
    return record


def _suspect(_: str) -> NoReturn:
    raise _Suspect


def _integer(digits: str) -> Any:
    if len(digits) <= DIGITS:
        return int(digits)
    return JsonDefect(f"an integer of {len(digits):,} digits", f"{digits[:20]}...")


_STRICT = json.JSONDecoder(object_pairs_hook=_sound, parse_constant=_suspect)
_TOLERANT = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_constant=lambda word: JsonDefect(f"{word} is not a JSON value", word),
    parse_int=_integer,
    strict=False,
)
"""Keeps every defect, but for raw control characters."""
