"""Profiles, and what they are called."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.odd_json import THINGS, Make
from tests.hostile.trying import Prepare, Try, of_command


def _bomb(key: str) -> str:
    """Ten aliases of ten aliases, and so on, where `key` should have a value."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines) + f"\nextends: minimal\n{key}: *a11\n"


def _merge_bomb() -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    return "\n".join(lines) + "\nextends: minimal\nfarmers: *a11\n"


BASE = "extends: minimal\n"

REFUSED: dict[str, str | bytes] = {
    "aliases as seed": _bomb("seed"),
    "aliases as count": BASE + _bomb("b").replace("extends: minimal\nb:", "farmers: {count: *a11}\nb:"),
    "aliases as a section": _bomb("farmers"),
    "aliases as extends": _bomb("b").replace("extends: minimal", "extends: *a11"),
    "aliases as an unknown key": _bomb("hats"),
    "aliases merged": _merge_bomb(),
    "an alias of itself": "seed: &a [*a]\n",
    "lists, deep": BASE + "seed: " + "[" * 20_000 + "]" * 20_000,
    "mappings, deep": BASE + "seed: " + "{a: " * 20_000 + "1" + "}" * 20_000,
    "blocks, deep": BASE + "\n".join("  " * n + "a:" for n in range(1500)),
    "a count of 5,000 digits": BASE + "farmers: {count: " + "9" * 5000 + "}",
    "a weight of 5,000 digits": BASE + "farmers: {has_email: " + "9" * 5000 + "}",
    "a count in hexadecimal, long": BASE + "farmers: {count: 0x" + "f" * 5000 + "}",
    "a float beyond all": BASE + "farmers: {has_email: 1e999}",
    "a text of 10 MB": BASE + "seed: " + "x" * 10_000_000,
    "a key of 1 MB": BASE + "x" * (1 << 20) + ": 1",
    "100,000 keys": BASE + "\n".join(f"k{n}: 1" for n in range(100_000)),
    "a key twice": BASE + "seed: 1\nseed: 2\n",
    "escapes as a key": BASE + '"\\e[31mred\\a": 1\n',
    "escapes as a value": BASE + 'seed: "\\e]0;x\\a"\n',
    "NUL": BASE + "seed: \x00",
    "no UTF-8": b"extends: minimal\nseed: \xff\xfe",
    "a tag of Python's": BASE + "seed: !!python/object/apply:os.system ['true']\n",
    "two documents": "extends: minimal\n---\nseed: 1\n",
    "itself": "extends: mine.yaml\n",
    "a device below": "extends: /dev/zero\n",
}

NAMES = ("café", "my,profile", "village (1)", "o'brien", "a&b", "x@v1.0.0", "数据", "a b", "-x", "--", "😀", "x" * 100)
"""Names of profiles of which a whole dataset is built."""

ODD_NAMES = (b"a\nb.yaml", b"a\x1b[31mb.yaml", b"\xff.yaml", b"a\x7fb.yaml", "\u202egpj.yaml".encode(), b".yaml")
"""Names that may be refused, in words that do no harm."""


def _profile(text: str | bytes, name: str | bytes = "mine.yaml") -> Prepare:
    def prepare(here: Path) -> None:
        path = here / os.fsdecode(name)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    return prepare


def _thing(make: Make) -> Prepare:
    return lambda here: make(here / "mine.yaml")


def _chain(here: Path) -> None:
    """Three thousand profiles, each built on the next."""
    for number in range(3000):
        (here / f"p{number}.yaml").write_text(f"extends: p{number + 1}.yaml\n")
    (here / "p3000.yaml").write_text(BASE)
    (here / "mine.yaml").write_text("extends: p0.yaml\n")


def tries() -> Iterator[Try]:
    """Builds of every such profile; and that what is built of an odd name can be used."""
    for what, text in REFUSED.items():
        yield of_command("build", f"profile of {what}", _profile(text), codes=(2,), profile="mine.yaml")
    yield of_command("build", "profile of a long chain", _chain, codes=(0, 2), profile="mine.yaml")
    for what, make in THINGS.items():
        yield of_command("build", f"profile is {what}", _thing(make), codes=(2,), profile="mine.yaml")
    for name in NAMES:
        steps = (
            ("build", f"./{name}.yaml", "--out", "out", "--quiet"),
            ("snapshot", "verify", "out", "--quiet"),
            ("show", "out"),
        )
        yield Try(f"profile called {name[:20]}", steps, _profile(BASE, f"{name}.yaml"), (0,), ("out/",))
    for odd in ODD_NAMES:
        name = os.fsdecode(odd)
        shown = odd.decode("ascii", "backslashreplace")
        step = ("build", f"./{name}", "--out", "out", "--quiet")
        yield Try(f"profile called {shown!r}", (step,), _profile(BASE, odd), (0, 1, 2), ("out/",))
        yield of_command("build", f"out called {shown!r}", out=f"./{name}")
