"""Damage at random, from a seed: values in records, and bytes of files. Hypothesis draws the seeds."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Record = dict[str, Any]
Place = tuple[Any, Any]
"""A container, and the name or number of a value in it."""

WORDS = ("", "x", "0", "WM-0001", "nyeri-highland", "é\u0000\u202e", "+254712345678", "06:00-10:00", "25:99", "12-31",
         "2026-01-31", "2026-01-31T06:12:00Z",
         "0001-01-01T00:00:00+14:00", "x" * 300, "\ud800", "true", "null")  # fmt: skip
NUMBERS = (0, -1, 1, 2, 7, 0.1, -0.0, 1e-300, 99.95, 100, 101, 1000.5, 2**31, 2**63, -(2**63) - 1, 2**64, 10**30,
           10**400, 1e308, float("nan"), float("inf"), float("-inf"))  # fmt: skip
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], [1, "a"], {"a": {"b": [1]}}, {"": 0})


def places(value: Any) -> Iterator[Place]:
    """Every value below `value`, by where it is."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield value, name
        yield from places(item)


def mutated(record: Record, random: Random) -> Record:
    """A copy with one to three changes."""
    changed = copy.deepcopy(record)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        there = list(places(changed))
        if there:
            container, name = random.choice(there)
            random.choice(_CHANGES)(container, name, random)
    return changed


def _replace(container: Any, name: Any, random: Random) -> None:
    container[name] = copy.deepcopy(random.choice(random.choice((WORDS, NUMBERS, OTHERS))))


def _like(container: Any, name: Any, random: Random) -> None:
    """Another value of the same kind, near the old one."""
    old = container[name]
    if isinstance(old, bool):
        container[name] = not old
    elif isinstance(old, int | float):
        container[name] = random.choice((-old, old + 1, old * 1000, old / 3, int(old) if abs(old) < 1e9 else 0))
    elif isinstance(old, str):
        cut = random.randrange(len(old) + 1)
        container[name] = random.choice((old[:cut], old[cut:], old + old, old.upper(), old[:cut] + "9" + old[cut:], ""))
    elif isinstance(old, list):
        container[name] = random.choice((old[:-1], old + old[:1], [], old[::-1]))


def _remove(container: Any, name: Any, _: Random) -> None:
    del container[name]


def _rename(container: Any, name: Any, random: Random) -> None:
    if isinstance(container, dict):
        container[random.choice((f"{name}x", "_id", "_comment", name.upper(), f"{name}.x", ""))] = container.pop(name)


_CHANGES: tuple[Callable[[Any, Any, Random], None], ...] = (_replace, _replace, _like, _like, _remove, _rename)


def damaged(data: bytes, random: Random) -> bytes:
    """The bytes with one kind of damage."""
    size = len(data)
    at = random.randrange(size + 1) if random.random() < 0.8 else random.choice((0, 1, 4, size - 1, size))
    kind = random.randrange(7)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + random.randbytes(random.choice((1, 2, 50))) + data[at:]
    if kind == 2:
        return data[:at] + data[at + random.choice((1, 8, 500)) :]
    if kind == 3:
        long = random.choice((1, 4, 64, 1000))
        return data[:at] + random.randbytes(long) + data[at + long :]
    if kind == 4:
        sign = random.choice(
            (b"[", b"]", b"{", b"}", b'"', b",", b":", b"\\", b"\x00", b"\xff", b"NaN", b"1e999", b"9" * 5000)
        )
        return data[:at] + sign + data[at:]
    if kind == 5:
        long = random.choice((1, 16, 256))
        return data[:at] + bytes(long) + data[at + long :]
    return random.randbytes(random.choice((0, 1, 10, 1000)))


def written(records: list[Record], random: Random) -> bytes:
    """The records as a JSON file; now and then an object has one of its names twice."""
    text = json.dumps(records)
    if random.random() < 0.1:
        name = random.choice(list(records[0]) or ["x"]) if records and records[0] else "x"
        text = text.replace("{", "{" + json.dumps(name) + ": 1, ", 1)
    return text.encode()
