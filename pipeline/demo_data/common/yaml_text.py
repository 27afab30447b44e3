"""YAML as people mean it: what YAML 1.1 and YAML 1.2 read differently is told, never guessed.

Read are mappings with texts as keys, lists, and scalars of which both versions say the same. A date is text. Told are
keys that stand twice, merge keys, tags, more than one document, and aliases that unfold to more than anybody writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from demo_data.common.errors import UsageError, first_line
from demo_data.common.files import FileError, read_regular

LARGEST = 1_000_000
"""Bytes of a file."""

MOST = 10_000
"""Values of a document, with those that its aliases stand for."""

DEEPEST = 20
"""Levels of mappings and lists below each other."""

LONGEST_NUMBER = 40
"""Digits and signs of a number."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_IN_1_2: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = tuple(
    (re.compile(pattern), convert)
    for pattern, convert in (
        (r"~|null|Null|NULL|", lambda text: None),
        (r"true|True|TRUE", lambda text: True),
        (r"false|False|FALSE", lambda text: False),
        (r"[-+]?[0-9]+", int),
        (r"0o[0-7]+", lambda text: int(text, 8)),
        (r"0x[0-9a-fA-F]+", lambda text: int(text, 16)),
        (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", float),
        (r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", lambda text: float(text.replace(".", ""))),
    )
)
"""YAML 1.2's core schema."""

_IN_1_1: Any = yaml.SafeLoader("")
_NUMERAL = re.compile(r"[-+.]?[0-9][-+.:_0-9a-fA-FoxX]*")


def _read_1_1(text: str) -> Any:
    """As PyYAML reads it, but that a date is text."""
    tag = _IN_1_1.resolve(yaml.ScalarNode, text, (True, False))
    if tag == "tag:yaml.org,2002:timestamp":
        return text
    try:
        return _IN_1_1.yaml_constructors[tag](_IN_1_1, yaml.ScalarNode(tag, text))
    except ValueError:  # 0b_
        return text


def _read_1_2(text: str) -> Any:
    return next((convert(text) for pattern, convert in _IN_1_2 if pattern.fullmatch(text)), text)


def scalar(text: str) -> Any:
    """What an unquoted text stands for. Raises `ValueError` where YAML's versions do not agree."""
    if len(text) > LONGEST_NUMBER and _NUMERAL.fullmatch(text):
        raise ValueError(f"a number of {len(text):,} characters, {text[:10]}..., is more than is read")
    if text in ("<<", "="):
        raise ValueError(f"{text} has a meaning of its own in YAML 1.1 alone: write '{text}' for the text")
    old, new = _read_1_1(text), _read_1_2(text)
    if type(old) is type(new) and str(old) == str(new):  # nan differs from itself
        return old
    means = [f"the text {text!r}" if value == text else json.dumps(value) for value in (old, new)]
    write = [repr(text) if value == text else json.dumps(_shortest(value)) for value in (old, new)]
    raise ValueError(f"{text} is {means[0]} in YAML 1.1 and {means[1]} in YAML 1.2: write {write[0]} or {write[1]}")


def _shortest(value: Any) -> Any:
    """A number as one would write it: 1e3 is 1000."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def parsed(text: str, source: str) -> Any:
    """The one document of a text: dictionaries, lists, texts, numbers, booleans, None; None where it is empty.

    Raises `UsageError` with every fault, each with `source` and its line.
    """
    several = "\n" in text.strip()
    try:
        document = _Document(yaml.parse(text, Loader=_LOADER))
        faults = document.faults
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line if mark else text.count("\n", 0, getattr(error, "position", 0) or 0)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or first_line(error)
        faults = [(line, f"not valid YAML: {what}")]
    if faults:
        raise UsageError(
            [f"{source}: line {line + 1}: {fault}" if several else f"{source}: {fault}" for line, fault in faults]
        )
    return document.value


def file_text(path: Path, source: str) -> str:
    """A file's text. Raises `UsageError` where it is no file of a bearable size, or not UTF-8."""
    try:
        content = read_regular(path, LARGEST)
    except FileError as error:
        raise UsageError(f"{source}: {error.reason}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{source}: line {line}: not UTF-8 (the byte {content[error.start]:#04x})") from None


class _TooMuch(yaml.YAMLError):
    """What ends the reading: more, or deeper, than anybody writes."""

    def __init__(self, problem: str, event: Any) -> None:
        super().__init__(problem)
        self.problem, self.problem_mark = problem, event.start_mark


class _Document:
    """A stream of events as the value of its one document, with what is wrong in it by line (from 0)."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.value: Any = None
        self.faults: list[tuple[int, str]] = []
        self._events = events
        self._count = 0
        self._anchored: dict[str, tuple[Any, int]] = {}
        """By anchor: its value, and how many values that is."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _TooMuch("a second document begins; one is read", event)
                self.value = self._value(next(events), (), 0)
        self.faults.sort()

    def _fault(self, event: Any, what: str) -> None:
        self.faults.append((event.start_mark.line, what))

    def _take(self, values: int, event: Any) -> None:
        self._count += values
        if self._count > MOST:
            raise _TooMuch(f"more than {MOST:,} values, with those that aliases stand for", event)

    def _value(self, event: Any, path: tuple[str, ...], depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            value, size = self._anchored.get(name, (None, 0))
            if not size:
                self._fault(event, f"the alias *{_few(name)} stands for nothing before it")
            self._take(size, event)
            return value
        if depth > DEEPEST:
            raise _TooMuch(f"nested more than {DEEPEST} levels deep", event)
        before = self._count
        self._take(1, event)
        if event.tag is not None:
            self._fault(event, f"the tag {_few(_tag(event.tag))}: tags are not read; write the value alone")
        value = self._untagged(event, path, depth)
        if event.anchor is not None:
            self._anchored[event.anchor] = (value, self._count - before)
        return value

    def _untagged(self, event: Any, path: tuple[str, ...], depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(event, (*path, str(len(items))), depth + 1))
            return items
        mapping: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path, depth)
            value = self._value(next(self._events), (*path, key), depth + 1)
            if key in lines:
                place = ".".join(map(_few, (*path, key)))
                self._fault(event, f"{place} stands twice; the first one is in line {lines[key] + 1}")
            lines.setdefault(key, event.start_mark.line)
            mapping[key] = value
        return mapping

    def _scalar(self, event: Any, path: tuple[str, ...]) -> Any:
        if not event.implicit[0] or event.tag is not None:
            return event.value
        try:
            return scalar(event.value)
        except ValueError as error:
            self._fault(event, f"{'.'.join(map(_few, path))}: {error}" if path else str(error))
            return event.value

    def _key(self, event: Any, path: tuple[str, ...], depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<":
            self._fault(event, "the key << merges mappings in YAML 1.1 alone: write the keys out")
            return "<<"
        key = self._value(event, path, depth + 1)
        if not isinstance(key, str):
            written = json.dumps(key) if isinstance(key, int | float | None) else "a list or mapping"
            self._fault(event, f"keys are texts, not {written}" + (f": write '{written}'" if written[0] != "a" else ""))
            return written
        return key


def _few(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!", 1)
