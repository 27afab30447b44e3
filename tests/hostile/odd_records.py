"""Values in JSON tables that no record of ours may have, which reach far into what reads them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.hostile.commands import READERS
from tests.hostile.trying import Prepare, Try, of_command

FAULTS: dict[str, tuple[str, Any]] = {
    "an id of 10 MB": ("id", "WM-" + "9" * 10_000_000),
    "an id with NUL": ("id", "WM-0001\x00"),
    "an id with escapes": ("id", "\x1b[31mWM-0001\x07"),
    "an empty id": ("id", ""),
    "a moment without a zone": ("created_at", "2025-01-01T00:00:00"),
    "a moment with half a second": ("created_at", "2025-01-01T00:00:00.5Z"),
    "a moment as a number": ("created_at", 1735689600),
    "a moment as digits": ("created_at", "1735689600"),
    "a day as digits": ("registration_date", "20191106"),
    "a day of the year 10000": ("registration_date", "10000-01-01"),
    "a phone in Arabic digits": (
        "contact.phone",
        "+254" + "".join(chr(0x660 + digit) for digit in (7, 1, 2, 3, 4, 5, 6, 7, 8)),
    ),
    "a phone and a newline": ("contact.phone", "\n"),
    "a text for a number": ("farm_size_hectares", "1.5"),
    "true for a number": ("farm_size_hectares", True),
    "a number of 400 digits": ("farm_size_hectares", 10**400),
    "1 for true": ("is_active", 1),
    "an object for a text": ("first_name", {"a": ["\x1b[31m"]}),
    "half a surrogate": ("first_name", "\ud800"),
}
"""A field of the first farmer, and its value; of the newline, what follows the value that is there."""

WHOLE: dict[str, Callable[[str], str]] = {
    "deep lists": lambda _: "[" * 100_000 + "]" * 100_000,
    "a deep record": lambda text: text.replace("{", '{"x": ' + "[" * 5000 + "]" * 5000 + ", ", 1),
    "NaN": lambda text: text.replace("{", '{"x": NaN, ', 1),
    "a name twice": lambda text: text.replace("{", '{"id": "a", ', 1),
    "no end": lambda text: text[:-10],
    "no array": lambda _: '{"id": 1}',
    "a number alone": lambda _: "7",
    "nothing": lambda _: "",
}
"""Whole files."""


def _as_json(here: Path) -> Path:
    """The dataset as JSON alone; its farmers."""
    for path in (here / "set").iterdir():
        if path.suffix == ".parquet" or path.name == "snapshot.json":
            path.unlink()
    for path in (here / "set" / "json").iterdir():
        shutil.move(path, here / "set" / path.name)
    (here / "set" / "json").rmdir()
    return here / "set" / "farmers.json"


def _value(path: str, value: Any) -> Prepare:
    def prepare(here: Path) -> None:
        farmers = _as_json(here)
        records = json.loads(farmers.read_bytes())
        *above, last = path.split(".")
        place = records[0]
        for step in above:
            place = place[step]
        place[last] = place[last] + value if value == "\n" else value
        farmers.write_text(json.dumps(records))

    return prepare


def _whole(change: Callable[[str], str]) -> Prepare:
    def prepare(here: Path) -> None:
        farmers = _as_json(here)
        farmers.write_text(change(farmers.read_text(encoding="utf-8")), encoding="utf-8")

    return prepare


def tries() -> Iterator[Try]:
    """Every reading command on every such table; validation and loading find them all, where the server is reached."""
    made = {what: _value(path, value) for what, (path, value) in FAULTS.items()}
    made |= {what: _whole(change) for what, change in WHOLE.items()}
    for what, prepare in made.items():
        for command in READERS:
            codes = (1,) if command == "validate" else (1, 2)
            yield of_command(command, f"JSON: {what}", prepare, codes=codes)
