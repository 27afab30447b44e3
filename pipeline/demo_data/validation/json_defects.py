"""What makes a text no sound JSON although it can be read: names twice, NaN, endless integers, raw controls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

DIGITS = 4000
"""Digits of an integer; Python reads 4300."""

TWICE = "duplicate-field"
NO_JSON = "readable"


@dataclass(frozen=True)
class Flaw:
    """A flaw of a record: the path where it is, the rule that it breaks, and what to say."""

    path: str
    rule: str
    value: Any
    message: str


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written."""


@dataclass(frozen=True)
class _Odd:
    """A number that JSON has not."""

    value: str
    message: str


@cache
def tolerant() -> json.JSONDecoder:
    """A decoder that keeps every flaw, for `flaws_of`; but for raw control characters, which `raw_control` tells."""
    return json.JSONDecoder(object_pairs_hook=_Pairs, parse_constant=_constant, parse_int=_integer, strict=False)


def flaws_of(value: Any) -> tuple[Any, tuple[Flaw, ...]]:
    """What `tolerant` has read: as plain values, null in place of what is no JSON, and the flaws by path."""
    flaws: list[Flaw] = []
    top: list[Any] = [None]
    todo: list[tuple[str, Any, Callable[[Any], None]]] = [("", value, lambda plain: top.__setitem__(0, plain))]
    while todo:
        path, each, put = todo.pop()
        if isinstance(each, _Pairs):
            plain: dict[str, Any] = {}
            put(plain)
            flaws += _twice(path, each)
            todo += [(f"{path}.{name}" if path else name, item, _setter(plain, name)) for name, item in each]
            plain.update(dict.fromkeys(name for name, _ in each))
        elif isinstance(each, list):
            items: list[Any] = [None] * len(each)
            put(items)
            todo += [(f"{path}[{number}]", item, _setter(items, number)) for number, item in enumerate(each)]
        elif isinstance(each, _Odd):
            flaws.append(Flaw(path, NO_JSON, each.value, each.message))
            put(None)
        else:
            put(each)
    return top[0], tuple(flaws)


def raw_control(text: str, place: int, start: int) -> Flaw:
    """The flaw of a record that begins at `start` and has a control character as it is in a text, at `place`."""
    sign = f"U+{ord(text[place]):04X}"
    message = f"holds {sign} as it is in a text, near character {place - start:,}; JSON wants it escaped"
    return Flaw("", NO_JSON, None, message)


def _twice(path: str, pairs: _Pairs) -> list[Flaw]:
    counts: dict[str, list[Any]] = {}
    for name, item in pairs:
        counts.setdefault(name, []).append(item)
    return [
        Flaw(
            f"{path}.{name}" if path else name,
            TWICE,
            values[-1] if isinstance(values[-1], str | int | float) else None,
            f"stands {len(values)} times in one object; all but one value would be lost",
        )
        for name, values in counts.items()
        if len(values) > 1
    ]


def _setter(place: Any, key: Any) -> Callable[[Any], None]:
    return lambda plain: place.__setitem__(key, plain)


def _constant(word: str) -> _Odd:
    return _Odd(word, f"{word} is not a JSON value")


def _integer(digits: str) -> Any:
    return int(digits) if len(digits) <= DIGITS else _Odd(f"{digits[:20]}...", f"an integer of {len(digits):,} digits")
