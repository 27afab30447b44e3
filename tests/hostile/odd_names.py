"""Odd names in every argument of every command, and URLs with secrets where they do not belong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.hostile.commands import FORMS, READERS, WORDS
from tests.hostile.trying import SECRET, Try, of_command

SETS = (
    b"\xc3\xbcn\xc3\xaf",
    b"a b",
    b"--",
    b"-x",
    b"\xff",
    b"a\nb",
    b"a\x1b[31mb",
    b"%2e%2e",
    b"{0}",
    b"x@v1.0.0",
    b"a[b]*",
)
"""Names of directories of sound datasets."""

ARGUMENTS = (
    b"",
    b"--",
    b"-",
    b"\xff",
    b"a\nb",
    b"\x1b]0;x\x07",
    b"x" * 5000,
    b"@",
    b"a@b",
    "\u202e".encode(),
    b"/dev/zero",
)
"""What stands in place of an argument."""

PASSWORDS = (SECRET, quote(f"{SECRET}/t@pw", safe=""), f"{SECRET}@pw", f"pass {SECRET}", f"{SECRET}?x", f"{SECRET}#x")

URLS = (
    "mongodb://user:{}@127.0.0.1:1/db",
    "mongodb://127.0.0.1:1/?authMechanism=NONE&password={}",
    "mongodb+srv://user:{}@nowhere.invalid/",
    "https://user:{}@127.0.0.1:1/x",
    "https://{}@127.0.0.1:1/x",
    "https:/user:{}@127.0.0.1/x",
    "user:{}@127.0.0.1:x",
    "https://127.0.0.1:1/x?token={}",
    "https://127.0.0.1:1/x?access_token=a&sig={}#f",
    "ssh://user:{}@127.0.0.1:1/x",
)
"""URLs, and what people take for them, in which a secret stands."""


def _named(name: str) -> Callable[[Path], object]:
    return lambda here: shutil.copytree(here / "set", here / name)


def _filled(word: str, value: str) -> dict[str, Any]:
    return {word: value}


def _shown(name: bytes) -> str:
    return ascii(os.fsdecode(name))[1:-1][:30]


def tries() -> Iterator[Try]:
    """Datasets of every such name, and every such argument in every place."""
    for raw in SETS:
        name = os.fsdecode(raw)
        for command in READERS:
            yield of_command(command, f"a dataset called {_shown(raw)}", _named(name), dataset=f"./{name}")
    for raw in ARGUMENTS:
        for command, form in FORMS.items():
            for word in WORDS:
                if form.takes(word):
                    yield of_command(command, f"{word} {_shown(raw)}", **_filled(word, os.fsdecode(raw)))
    yield from _secrets()


def _secrets() -> Iterator[Try]:
    for url in URLS:
        for password in PASSWORDS:
            secret = url.format(password)
            for command, form in FORMS.items():
                for word in WORDS:
                    if form.takes(word):
                        yield of_command(command, f"{word} {secret}", **_filled(word, secret))
            for arguments in ((secret,), ("show", "set", secret), ("load", "set", "--suffix", secret)):
                yield Try(f"{arguments[0][:4]} with {secret}", (arguments,), codes=(1, 2))
