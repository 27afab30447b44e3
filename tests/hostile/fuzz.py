"""Sound datasets, damaged at random: bytes, whole blocks, and values of their small JSON files."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.hostile.commands import READERS
from tests.hostile.odd_json import THINGS
from tests.hostile.trying import Try, of_command

_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    10**40,
    "",
    "x",
    "\x00",
    "\x1b[31m",
    "2026-01-31",
    [],
    [None],
    {},
    {"": {}},
    [[[]]],
)


def damage(here: Path, seed: int) -> None:
    """One to three faults somewhere in the dataset, the same for the same seed."""
    chosen = random.Random(seed)
    for _ in range(chosen.randint(1, 3)):
        files = sorted(path for path in (here / "set").rglob("*") if path.is_file() and not path.is_symlink())
        path = chosen.choice(files)
        if path.name in ("recipe.json", "snapshot.json") and chosen.random() < 0.7:
            _value(path, chosen)
        elif chosen.random() < 0.1:
            path.unlink()
            chosen.choice([make for name, make in THINGS.items() if "GB" not in name])(path)
        else:
            _bytes(path, chosen)


def _bytes(path: Path, chosen: random.Random) -> None:
    data = bytearray(path.read_bytes()) or bytearray(1)
    at, length = chosen.randrange(len(data)), chosen.randint(1, 64)
    if chosen.random() < 0.5:
        at = max(len(data) - at % 3000 - 1, 0)  # near the end, where Parquet's footer is
    kind = chosen.choice(("flip", "zero", "drop", "repeat", "random"))
    if kind == "flip":
        data[at] ^= 1 << chosen.randrange(8)
    elif kind == "zero":
        data[at : at + length] = bytes(len(data[at : at + length]))
    elif kind == "drop":
        del data[at : at + length]
    elif kind == "repeat":
        data[at:at] = data[at : at + length]
    else:
        data[at : at + length] = chosen.randbytes(len(data[at : at + length]))
    path.write_bytes(data)


def _value(path: Path, chosen: random.Random) -> None:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return
    places = list(_places(found))
    if places:
        container, key = chosen.choice(places)
        container[key] = chosen.choice(_ODD)
    path.write_text(json.dumps(found))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield value, key
        yield from _places(below)


def tries(seeds: range) -> Iterator[Try]:
    """One damaged dataset for each seed, for one command each."""
    for seed in seeds:
        command = READERS[seed % len(READERS)]
        yield of_command(command, f"fuzz {seed}", partial(damage, seed=seed))
