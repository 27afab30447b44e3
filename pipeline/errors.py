"""Errors that are for people: what the command line prints without a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

NO_DOCSTRINGS = "descriptions of data are made of docstrings, which python -OO and PYTHONOPTIMIZE=2 drop: use -O"


class UsageError(ValueError):
    """The request cannot be carried out as it stands; `messages` name every fault: file, key and value."""

    def __init__(self, messages: str | Sequence[str]) -> None:
        self.messages = [messages] if isinstance(messages, str) else list(messages)
        super().__init__("\n".join(self.messages))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or all of them where none is close."""
    words = list(known)
    close = get_close_matches(name, words, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words)}"


def first_line(error: BaseException) -> str:
    """An error's text without what some libraries add in further lines."""
    return str(error).partition("\n")[0]


class DataError(UsageError):
    """The data at hand cannot be read or is not what it should be."""


def without_userinfo(text: str) -> str:
    """The text without user and password in any URL: all between // and the last @ of the same word."""
    return re.sub(r"(//)\S*@", r"\1***@", text)
