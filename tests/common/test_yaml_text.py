"""YAML is read strictly: what its versions read differently, or what nobody means, is told with its line."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo_data.common import yaml_text
from demo_data.common.errors import UsageError
from demo_data.common.yaml_text import file_text, parsed, scalar

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{below}'] * 9)}]\n" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(params=["C", "Python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With libyaml's parser and with PyYAML's own, which is there where the other is not."""
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.CSafeLoader if request.param == "C" else yaml.SafeLoader)


def told(text: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        parsed(text, "f")
    return caught.value.messages


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("+4", 4),
        ("0", 0),
        ("0x10", 16),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.5e+3", 1500.0),
        ("-.inf", -math.inf),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("2026-01-31", "2026-01-31"),
        ("06:00-14:00", "06:00-14:00"),
        ("MON-SAT", "MON-SAT"),
        ("FRM-0001", "FRM-0001"),
        ("10%", "10%"),
        ("y", "y"),
        ("nan", "nan"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
        ("tRUE", "tRUE"),
    ],
)
def test_what_both_versions_say(text: str, value: Any) -> None:
    """A scalar of which YAML 1.1 and 1.2 say the same is that, in a file too."""
    for found in (scalar(text), parsed(f"k: {text}\n", "f")["k"]):
        assert (type(value), value) == (type(found), found)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("0123", "83", "123"),
        ("-010", "-8", "-10"),
        ("08", "'08'", "8"),
        ("0o17", "'0o17'", "15"),
        ("0b11", "3", "'0b11'"),
        ("1_000", "1000", "'1_000'"),
        ("1_0.5", "10.5", "'1_0.5'"),
        ("+0x1F", "31", "'+0x1F'"),
        ("1:30", "90", "'1:30'"),
        ("-1:30", "-90", "'-1:30'"),
        ("1:30.5", "90.5", "'1:30.5'"),
        ("190:20:30", "685230", "'190:20:30'"),
        ("1e3", "'1e3'", "1000"),
        ("1.5e3", "'1.5e3'", "1500"),
        ("no", "false", "'no'"),
        ("Off", "false", "'Off'"),
        ("yes", "true", "'yes'"),
        ("ON", "true", "'ON'"),
    ],
)
def test_what_they_say_differently(text: str, old: str, new: str) -> None:
    """Any other is told, with its line and what to write instead; in quotes it is a text."""
    (message,) = told(f"a: 1\nb: {{c: {text}}}\n")

    assert message.startswith(f"f: line 2: b.c: {text} is ")
    assert message.endswith(f"write {old} or {new}")
    assert parsed(f"k: '{text}'", "f") == {"k": text}
    assert f"{text} is " in told(f"{text}: 1")[0]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("a: 1\nb: 2\na: 3\n", ["line 3: a stands twice; the first one is in line 1"]),
        ("a: {b: 1,\n 'b': 2}\n", ["line 2: a.b stands twice; the first one is in line 1"]),
        ("- {x: 1,\n   x: 1}", ["line 2: 0.x stands twice; the first one is in line 1"]),
        ("a: 1\na: 2\nb: no\nc: 010\n", ["line 2: a stands", "line 3: b: no is", "line 4: c: 010 is"]),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", ["line 3: the key << merges"]),
        ("a: 1\nb: =\n", ["line 2: b: = has a meaning"]),
        ("a: 1\n2: b\n", ["line 2: keys are texts, not 2: write '2'"]),
        ("a: 1\ntrue: b\n", ["line 2: keys are texts, not true"]),
        ("a: 1\n~: b\n", ["line 2: keys are texts, not null"]),
        ("a: 1\n? [x]\n: b\n", ["line 2: keys are texts, not a list"]),
        ("a: 1\nb: !!str 3\n", ["line 2: the tag !!str"]),
        ("a: 1\nb: !mine {c: 1}\n", ["line 2: the tag !mine"]),
        ("a: 1\n---\nb: 2\n", ["line 2: not valid YAML: a second document"]),
        ("a: 1\nb: *x\n", ["line 2: the alias *x stands for nothing"]),
        ("a: 1\nb: &x [*x]\n", ["line 2: the alias *x stands for nothing"]),
        ("a: 1\n\tb: 2\n", ["line 2: not valid YAML"]),
        ("a: 1\nb: \x07\n", ["line 2: not valid YAML: "]),
        ("a: 1\nb: [\n", ["not valid YAML"]),
        ("a: 1\nb: " + "9" * 5000, ["line 2: b: a number of 5,000 characters, 9999999999..., is more"]),
        ("a: 1\nb: 1:" + "30:" * 5000 + "1", ["line 2: b: a number of 15,003 characters"]),
        ("a: 1\n" + "b" * 1000 + ": no", ["line 2: bbbbbb"]),
    ],
)
def test_what_nobody_means(text: str, messages: list[str]) -> None:
    """Every fault is told with its line, in the file's order, shortly."""
    found = told(text)

    assert len(messages) == len(found)
    for message, start in zip(found, messages, strict=True):
        assert message.startswith("f: ")
        assert start in message
        assert len(message) < 300


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "values"),
        (f"{BOMB}z: {{seed: *i}}", "values"),
        ("[" * 100_000, "nested"),
        ("{a: " * 100_000, "nested"),
        ("- " * 5_000 + "x", "nested"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(500)), "nested"),
        ("- x\n" * 11_000, "values"),
    ],
)
def test_bombs(text: str, why: str) -> None:
    """What unfolds or nests without end is told at once, whatever this interpreter's limit of recursion is."""
    began = time.monotonic()
    (message,) = told(text)

    assert why in message
    assert len(message) < 200
    assert time.monotonic() - began < 10


def test_aliases() -> None:
    """An alias that stands for little is what it stands for."""
    assert parsed("a: &x {b: 1}\nc: *x\nd: [*x, &y 3, *y]\n", "f") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": [{"b": 1}, 3, 3],
    }


def test_empty() -> None:
    """A document without anything is nothing."""
    assert [parsed(text, "f") for text in ("", "\n", "# only this\n", "---\n")] == [None] * 4


def test_files(tmp_path: Path) -> None:
    """A file is read where it is a regular one, small enough, and in UTF-8, with a mark of its order or without."""
    (tmp_path / "bom").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert file_text(tmp_path / "bom", "f") == "a: 1\n"
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "latin").write_bytes(b"a: 1\nb: caf\xe9\n")
    (tmp_path / "wide").write_bytes("a: 1".encode("utf-16"))
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(50_000_000_000)
    for path, why in (
        (tmp_path / "fifo", "f: is not a regular file"),
        (Path("/dev/zero"), "f: is not a regular file"),
        (tmp_path, "f: is a directory, not a file"),
        (tmp_path / "latin", "f: line 2: not UTF-8 (the byte 0xe9)"),
        (tmp_path / "wide", "f: line 1: not UTF-8 (the byte 0xff)"),
        (tmp_path / "huge", "f: 50,000,000,000 bytes are more than the 1,000,000 that are read"),
        (tmp_path / "none", "f: no such file"),
    ):
        with pytest.raises(UsageError) as caught:
            file_text(path, "f")
        assert caught.value.messages == [why]
