"""Reads the records of a JSON array one after the other, without holding the whole file."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from pipeline.checks.errors import Unreadable

CHUNK = 1 << 22
"""Bytes that are read at a time; more where one record is larger."""

_BLANK = " \t\r\n"


def json_records(path: Path) -> Iterator[tuple[Any, str]]:
    """Each record of the array in `path`, with its text. Raises Unreadable, naming the place."""
    with _Reader(path) as reader:
        if reader.next_sign() != "[":
            raise Unreadable("is not an array of records: it does not begin with '['")
        reader.take()
        number = 0
        sign = reader.next_sign()
        while sign != "]":
            if number:
                if sign != ",":
                    raise Unreadable(f"is cut off or damaged after record {number - 1}: no ',' or ']' follows")
                reader.take()
            yield reader.value(number)
            number += 1
            sign = reader.next_sign()
        reader.take()
        if reader.next_sign():
            raise Unreadable("goes on after the array's closing ']'")


class _Reader:
    """A window on the text, which grows until it holds one whole record."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(parse_constant=_no_number)
        self._text, self._at, self._ended = "", 0, False

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def next_sign(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(CHUNK):
                return ""

    def take(self) -> None:
        """Go past the next character."""
        self._at += 1

    def value(self, number: int) -> tuple[Any, str]:
        """The value that begins here, and its text."""
        self.next_sign()
        size = CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._more(size):
                    size *= 2
                    continue
                raise Unreadable(f"record {number} is cut off or damaged: {error.msg}") from None
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"record {number} is damaged: {error}") from None
            text, self._at = self._text[self._at : end], end
            return value, text

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        read = self._file.read(size)
        self._ended = len(read) < size
        try:
            self._text = self._text[self._at :] + self._decoder.decode(read, final=self._ended)
        except UnicodeDecodeError as error:
            raise Unreadable(f"is not UTF-8 text: {error.reason}") from None
        self._at = 0
        return bool(read)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")
