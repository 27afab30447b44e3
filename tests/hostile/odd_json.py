"""What may lie where a small JSON file of a dataset should: recipe.json and snapshot.json."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.hostile.commands import READERS
from tests.hostile.trying import Prepare, Try, of_command

Make = Callable[[Path], object]


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(8 << 30)


THINGS: dict[str, Make] = {
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a directory": Path.mkdir,
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "/dev/full": lambda path: path.symlink_to("/dev/full"),
    "/dev/stdin": lambda path: path.symlink_to("/dev/stdin"),
    "a dangling link": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "nothing in it": lambda path: path.write_bytes(b""),
    "8 GB of zeros": _sparse,
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 40),
}
"""What is no JSON file at all; fit to stand in any file's place."""

TEXTS: dict[str, str | bytes] = {
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "deep objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep below a name": '{"scenarios":' + "[" * 900 + "]" * 900 + "}",
    "a list": "[]",
    "null": "null",
    "a text": '"recipe"',
    "no UTF-8": b'{"profile": "\xf0\x28\x8c\x28"}',
    "UTF-16": '{"profile": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"profile": "x"}',
    "half a surrogate": r'{"profile": "\udfff", "seed": 1}',
    "a name twice": '{"profile": "a", "profile": "b"}',
    "NaN": '{"days": NaN}',
    "a number of 5,000 digits": '{"days": ' + "9" * 5000 + "}",
    "1e999": '{"days": 1e999}',
    "cut off": '{"profile": "mini',
    "two values": "{} {}",
}
"""Texts that are no object, or none to build on."""

CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "recipe.json": {
        "settings a list": {"settings": []},
        "a section a list": {"settings": {"farmers": [1]}},
        "a setting a list": {"settings": {"farmers": {"two_points": [8]}}},
        "a share a text": {"settings": {"farmers": {"two_points": "8"}}},
        "a share of -4": {"settings": {"farmers": {"two_points": -4}}},
        "scenarios a list": {"scenarios": []},
        "scenarios null": {"scenarios": None},
        "a scenario a number": {"scenarios": {"inactive": 3}},
        "a scenario a text": {"scenarios": {"inactive": "WM-0001"}},
        "farmers numbers": {"scenarios": {"inactive": [1, 2]}},
        "farmers objects": {"scenarios": {"inactive": [{}, None]}},
        "a farmer twice": {"scenarios": {"inactive": ["WM-0001"] * 3, "top_performer": ["WM-0001"]}},
        "escapes": {"scenarios": {"\x1b[31mred\x07": ["\x1b]0;x\x07", "\x00"]}},
        "C1 escapes": {"scenarios": {"\x9b31m": ["\x85"]}},
        "half a surrogate in a farmer": {"scenarios": {"inactive": ["\udfff"]}},
        "profile a number": {"profile": 4},
        "profile of escapes": {"profile": "\x1b[2J\r\nx"},
        "profile a megabyte": {"profile": "x" * (1 << 20)},
        "seed a text": {"seed": "1"},
        "seed of 30 digits": {"seed": 10**30},
        "days a text": {"days": "90"},
        "days true": {"days": True},
        "days 0": {"days": 0},
        "days 1.5": {"days": 1.5},
        "days a billion": {"days": 10**9},
        "as_of a number": {"as_of": 20260131},
        "as_of basic": {"as_of": "20260131"},
        "as_of a week": {"as_of": "2026-W05-6"},
        "as_of the first day": {"as_of": "0001-01-01"},
        "as_of the last day": {"as_of": "9999-12-31"},
        "as_of null": {"as_of": None},
    },
    "snapshot.json": {
        "tables null": {"tables": None},
        "tables an object": {"tables": {}},
        "tables of null": {"tables": [None]},
        "tables of objects": {"tables": [{}]},
        "a file of null": {"tables": [{"table": "farmers", "rows": 1, "files": [None]}]},
        "a path null": {"tables": [{"table": "farmers", "rows": 1, "files": [{"path": None}]}]},
        "a path elsewhere": {"files": [{"path": "../../etc/passwd", "bytes": 1, "sha256": "0" * 64}]},
        "rows a list": {"rows": [1]},
        "rows of texts": {"rows": {"farmers": "3"}},
        "rows true": {"rows": {"farmers": True}},
        "format a text": {"format": "2"},
        "format true": {"format": True},
        "format of tomorrow": {"format": 99},
        "identity null": {"identity": None},
        "identity of escapes": {"identity": "\x1b[31m" * 20},
        "profile of escapes": {"profile": "\x1b[31m"},
        "generator of escapes": {"generator": "\x1b[31m\n"},
        "recipe null": {"recipe": None},
    },
}
"""Single values of the files, changed."""


def _put(file: str, make: Make) -> Prepare:
    def prepare(here: Path) -> None:
        path = here / "set" / file
        path.unlink(missing_ok=True)
        make(path)

    return prepare


def _text(text: str | bytes) -> Make:
    return lambda path: path.write_bytes(text.encode() if isinstance(text, str) else text)


def _change(file: str, values: dict[str, Any]) -> Prepare:
    def prepare(here: Path) -> None:
        path = here / "set" / file
        path.write_text(json.dumps(json.loads(path.read_bytes()) | values))

    return prepare


def prepared(*files: str) -> dict[str, Prepare]:
    """All trouble with the files, by name."""
    made: dict[str, Prepare] = {}
    for file in files:
        made |= {f"{file}: {name}": _put(file, make) for name, make in THINGS.items()}
        made |= {f"{file}: {name}": _put(file, _text(text)) for name, text in TEXTS.items()}
        made |= {f"{file}: {name}": _change(file, values) for name, values in CHANGES[file].items()}
    return made


def tries() -> Iterator[Try]:
    """Every reading command on every such file."""
    for what, prepare in prepared(*CHANGES).items():
        for command in READERS:
            yield of_command(command, what, prepare)
