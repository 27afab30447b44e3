"""Reads the records of a JSON array, or of JSON Lines, one after the other, without holding the whole file."""

from __future__ import annotations

import codecs
import gzip
import json
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from demo_data.validation.errors import Unreadable
from demo_data.validation.json_defects import NO_JSON, Flaw, flaws_of, raw_control, tolerant

CHUNK = 1 << 22
"""Bytes that are read at a time; more where one record is larger."""

LONGEST = 1 << 24
"""Characters of one record: what MongoDB takes as a document. More are not held in memory."""

SWOLLEN = 100
"""Times its size that a gzip file may grow, and FREE bytes more: JSON grows ten to thirty times, a bomb a thousand."""

FREE = 1 << 24

_BLANKS = re.compile(r"[ \t\r\n]*")
_NEAR = 64
"""A fault this close to the end of what was read may be a want of text."""


class Item(NamedTuple):
    """A record of the array, with its text; `flaws` are what makes it no JSON although it could be read."""

    value: Any
    text: str
    flaws: tuple[Flaw, ...] = ()


def json_records(path: Path) -> Iterator[Item]:
    """Each record of the array, or of the JSON Lines, in `path`. Raises Unreadable, naming the place, and OSError."""
    if path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        yield from _lines(path)
    else:
        with Records(path) as records:
            yield from records


class Records:
    """The records of the array in `path`, one after the other. Raises Unreadable, naming the place, and OSError."""

    def __init__(self, path: Path) -> None:
        self._reader = _Reader(path)
        self._number = 0
        self._begun = self._there = self._ended = False

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        if not self._reaches():
            raise StopIteration
        item = self._reader.value(self._number)
        self._there = False
        self._number += 1
        return item

    def passed(self, text: str, count: int) -> bool:
        """Go past the next `count` records, if `text` is what stands there: their texts, with commas between them."""
        if len(text) > LONGEST or not self._reaches() or not self._reader.passed(text):
            return False
        self._there = False
        self._number += count
        return True

    def _reaches(self) -> bool:
        """Go to where the next record begins, if there is one."""
        if self._there or self._ended:
            return self._there
        reader = self._reader
        sign = reader.next_sign()
        if not self._begun:
            if sign != "[":
                raise Unreadable(reader.no_array())
            reader.take()
            self._begun = True
            self._there = reader.next_sign() != "]"
        elif sign == ",":
            reader.take()
            self._there = True
        elif sign != "]":
            raise Unreadable(f"is cut off or damaged after record {self._number - 1}: no ',' or ']' follows")
        if not self._there:
            reader.take()
            self._ended = True
            if reader.next_sign():
                raise Unreadable("goes on after the array's closing ']'")
        return self._there


def _lines(path: Path) -> Iterator[Item]:
    """Each line's value; one that is no JSON is a flaw of that record alone. Blank lines are none."""
    reader = _Reader(path)
    try:
        number = -1
        while (line := reader.line(number + 1)) is not None:
            if line.strip(" \t\r\n"):
                number += 1
                yield reader.of_line(line.strip(" \t\r\n"))
        if number < 0 and not reader.seen:
            raise Unreadable("is empty")
    finally:
        reader.close()


class _Suspect(Exception):
    """Text that is no sound JSON value, although Python's decoder would read it."""


class _Reader:
    """A window on the text, which grows until it holds one whole record."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._source: IO[bytes] | gzip.GzipFile = self._file
        self._most: int | None = None
        if path.name.endswith(".gz"):
            self._source = gzip.GzipFile(fileobj=self._file)
            self._most = FREE + SWOLLEN * os.fstat(self._file.fileno()).st_size
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_suspect)
        self._text, self._at, self._ended, self._before = "", 0, False, 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def seen(self) -> bool:
        """Whether there was anything at all."""
        return self._before > 0

    def no_array(self) -> str:
        """What stands here instead of an array."""
        if self._ended and self._at >= len(self._text):
            return "is empty"
        said = "is not an array of records: it does not begin with '['"
        first, _, rest = self._text[self._at :].partition("\n")
        if rest.lstrip()[:1] == "{" and _is_object(first):
            return f"{said}; it is JSON Lines, a record per line, and belongs in a .jsonl"
        return f"{said}, but is one object" if first.startswith("{") else said

    def next_sign(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # it matches always
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(CHUNK):
                return ""

    def take(self) -> None:
        """Go past the next character."""
        self._at += 1

    def passed(self, text: str) -> bool:
        """Go past this text, if it stands here. No more of the file is read than comparing takes."""
        self.next_sign()
        while (missing := len(text) - (len(self._text) - self._at)) > 0:
            if not self._text.endswith(text[:-missing]) or not self._more(CHUNK):
                return False
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def line(self, number: int) -> str | None:
        """The next line, without its end; None behind the last one."""
        searched = self._at
        while (end := self._text.find("\n", searched)) < 0:
            if len(self._text) - self._at > LONGEST:
                raise Unreadable(f"record {number} is longer than {LONGEST >> 20} MB")
            searched = len(self._text) - self._at
            if not self._more(CHUNK):
                end = len(self._text)
                if self._at == end:
                    return None
                break
        text, self._at = self._text[self._at : end], min(end + 1, len(self._text))
        return text

    def of_line(self, line: str) -> Item:
        """A line's value."""
        try:
            value, end, flaws = self._decoded(line, 0)
            if end < len(line):
                raise json.JSONDecodeError("more than one value on a line", line, end)
        except (json.JSONDecodeError, RecursionError) as error:
            said = "it is nested too deeply" if isinstance(error, RecursionError) else error.msg
            return Item(None, line, (Flaw("", NO_JSON, None, f"is cut off or damaged: {said}"),))
        return Item(value, line, flaws)

    def value(self, number: int) -> Item:
        """The value that begins here."""
        self.next_sign()
        size = CHUNK
        while True:
            try:
                value, end, flaws = self._decoded(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._more(size):
                    size *= 2
                    continue
                raise Unreadable(f"record {number} is cut off or damaged: {error.msg}") from None
            except RecursionError:
                raise Unreadable(f"record {number} is damaged: it is nested too deeply") from None
            if end == len(self._text) and self._more(size):  # a number may go on
                continue
            text, self._at = self._text[self._at : end], end
            return Item(value, text, flaws)

    def _decoded(self, text: str, at: int) -> tuple[Any, int, tuple[Flaw, ...]]:
        control: tuple[Flaw, ...] = ()
        try:
            value, end = self._json.raw_decode(text, at)
            return value, end, ()
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control character"):
                raise
            control = (raw_control(text, error.pos, at),)
        except (_Suspect, ValueError):  # ValueError: an integer of too many digits
            pass
        value, end = tolerant().raw_decode(text, at)
        found, flaws = flaws_of(value)
        return found, end, control + flaws

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if len(self._text) - self._at > LONGEST:
            raise Unreadable(f"has a record that is damaged or longer than {LONGEST >> 20} MB") from None
        return error.pos > len(self._text) - _NEAR or error.msg.startswith("Unterminated")

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        read = self._read(size)
        self._ended = len(read) < size
        try:
            self._text = self._text[self._at :] + self._decoder.decode(read, final=self._ended)
        except UnicodeDecodeError as error:
            place = self._before + error.start
            utf16 = not self._before and read[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            told = "it is UTF-16" if utf16 else f"{error.reason} near byte {place:,}"
            raise Unreadable(f"is not UTF-8 text: {told}") from None
        self._before += len(read)
        self._at = 0
        return bool(read)

    def _read(self, size: int) -> bytes:
        if self._most is not None and self._before > self._most:
            raise Unreadable(f"unpacks to more than {SWOLLEN} times its size; unpack it first")
        try:
            return self._source.read(size)
        except EOFError:
            raise Unreadable(f"is cut off: its gzip stream ends early, after {self._before:,} bytes of text") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            told = "what follows its gzip stream is none" if self._source.tell() else error
            raise Unreadable(f"is a damaged gzip file: {told}") from None


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Suspect
    return found


def _suspect(_: str) -> NoReturn:
    raise _Suspect
