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
from typing import IO, Any, NamedTuple, Self

from demo_data.validation.errors import Unreadable
from demo_data.validation.json_defects import JsonDefect, decoded

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
    """A record, with its text; `defects` are what makes it no JSON although it could be read."""

    value: Any
    text: str
    defects: tuple[JsonDefect, ...] = ()


def json_records(path: Path) -> Iterator[Item]:
    """Each record of the array, or of the JSON Lines, in `path`. Raises Unreadable, naming the place, and OSError."""
    lines = path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    with _Lines(path) if lines else Records(path) as records:
        yield from records


class _Window:
    """A window on a file's text, which grows until it holds one whole record."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._source: IO[bytes] | gzip.GzipFile = self._file
        self._most: int | None = None
        if path.name.endswith(".gz"):
            self._source = gzip.GzipFile(fileobj=self._file)
            self._most = FREE + SWOLLEN * os.fstat(self._file.fileno()).st_size
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._before, self._all_read = "", 0, 0, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _more(self, size: int) -> bool:
        if self._all_read:
            return False
        read = self._read(size)
        self._all_read = len(read) < size
        try:
            self._text = self._text[self._at :] + self._decoder.decode(read, final=self._all_read)
        except UnicodeDecodeError as error:
            place = self._before + error.start
            utf16 = not self._before and read[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            reason = "it is UTF-16" if utf16 else f"{error.reason} near byte {place:,}"
            raise Unreadable(f"is not UTF-8 text: {reason}") from None
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
            reason = "what follows its gzip stream is none" if self._source.tell() else error
            raise Unreadable(f"is a damaged gzip file: {reason}") from None


class _Lines(_Window):
    """Each line's value; one that is no JSON is a defect of that record alone. Blank lines are none."""

    def __iter__(self) -> Iterator[Item]:
        number = 0
        while (line := self._line(number)) is not None:
            if line := line.strip(" \t\r\n"):
                yield self._item(line)
                number += 1
        if not self._before:
            raise Unreadable("is empty")

    def _line(self, number: int) -> str | None:
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

    def _item(self, line: str) -> Item:
        try:
            value, end, defects = decoded(line, 0)
            if end < len(line):
                raise json.JSONDecodeError("more than one value on a line", line, end)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else error.msg
            return Item(None, line, (JsonDefect(f"is cut off or damaged: {reason}"),))
        return Item(value, line, defects)


class Records(_Window):
    """The records of the array in `path`, one after the other. Raises Unreadable, naming the place, and OSError."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._number = 0
        self._begun = self._there = self._ended = False

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        if not self._reaches():
            raise StopIteration
        self._next_sign()
        item = self._item()
        self._there = False
        self._number += 1
        return item

    def passed(self, text: str, count: int) -> bool:
        """Go past the next `count` records, if `text` is what stands there: their texts, with commas between them.

        No more of the file is read than comparing takes.
        """
        if len(text) > LONGEST or not self._reaches():
            return False
        self._next_sign()
        while (missing := len(text) - (len(self._text) - self._at)) > 0:
            if not self._text.endswith(text[:-missing]) or not self._more(CHUNK):
                return False
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        self._there = False
        self._number += count
        return True

    def _reaches(self) -> bool:
        """Go to where the next record begins, if there is one."""
        if self._there or self._ended:
            return self._there
        sign = self._next_sign()
        if not self._begun:
            if sign != "[":
                raise Unreadable(self._no_array())
            self._at += 1
            self._begun = True
            self._there = self._next_sign() != "]"
        elif sign == ",":
            self._at += 1
            self._there = True
        elif sign != "]":
            raise Unreadable(f"is cut off or damaged after record {self._number - 1}: no ',' or ']' follows")
        if not self._there:
            self._at += 1
            self._ended = True
            if self._next_sign():
                raise Unreadable("goes on after the array's closing ']'")
        return self._there

    def _next_sign(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # it matches always
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(CHUNK):
                return ""

    def _no_array(self) -> str:
        """What stands here instead of an array."""
        if self._at >= len(self._text):
            return "is empty"
        reason = "is not an array of records: it does not begin with '['"
        first, _, rest = self._text[self._at :].partition("\n")
        if first.startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{"):
            return f"{reason}; it is JSON Lines, a record per line, and belongs in a .jsonl"
        return f"{reason}, but is one object" if first.startswith("{") else reason

    def _item(self) -> Item:
        """The value that begins here."""
        size = CHUNK
        while True:
            try:
                value, end, defects = decoded(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._more(size):
                    size *= 2
                    continue
                raise Unreadable(f"record {self._number} is cut off or damaged: {error.msg}") from None
            except RecursionError:
                raise Unreadable(f"record {self._number} is damaged: it is nested too deeply") from None
            if end == len(self._text) and self._more(size):  # a number may go on
                continue
            text, self._at = self._text[self._at : end], end
            return Item(value, text, defects)

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if len(self._text) - self._at > LONGEST:
            raise Unreadable(f"has a record that is damaged or longer than {LONGEST >> 20} MB") from None
        return error.pos > len(self._text) - _NEAR or error.msg.startswith("Unterminated")
