"""Errors that are for people: what the command line prints without a traceback, and without anybody's secrets."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import NoReturn, TypeVar
from urllib.parse import quote, quote_plus, unquote, unquote_plus

V = TypeVar("V")

MASK = "***"

COMPLETED: list[str] = []
"""What the running command has put in its place: an interrupt that comes later cannot say that nothing was changed."""

NO_DOCSTRINGS = "descriptions of data are made of docstrings, which python -OO and PYTHONOPTIMIZE=2 drop: use -O"


class UsageError(ValueError):
    """The request cannot be carried out as it stands; `messages` name every fault: file, key and value."""

    def __init__(self, messages: str | Sequence[str]) -> None:
        self.messages = [messages] if isinstance(messages, str) else list(messages)
        super().__init__("\n".join(self.messages))


class DataError(UsageError):
    """The data at hand cannot be read or is not what it should be."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word, or all of them where none is close."""
    words = list(known)
    close = get_close_matches(name[:100], words, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words)}"


class ByTable(dict[str, V]):
    """What each table has. Raises `KeyError` for another name, with the table that it may mean."""

    def __missing__(self, table: str) -> NoReturn:
        raise KeyError(f"no table is called {table!r}; {nearest(table, self)}")


def closest(name: str, known: Iterable[str]) -> str:
    """` (nearest: x)` for the closest of the known names, nothing where none is close."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (nearest: {close[0]})" if close else ""


def first_line(error: BaseException) -> str:
    """An error's text without what some libraries add in further lines."""
    return str(error).partition("\n")[0]


_KEY = (
    r"(?!authSource=|authMechanism=|tlsCertificateKeyFile=)[\w.-]*(?:token|sig|secret|pass|pwd|key|auth|cred|session)"
)
_QUERY = re.compile(rf"([?&;#]{_KEY}[\w.-]*=)([^\s&;#'\"<>]+)", re.IGNORECASE)
_USERINFO = re.compile(r"(//|\b[a-z][a-z0-9+.-]+:/+)\S*@", re.IGNORECASE)
"""All between :/ or // and the last @ of the same word."""
_IN_ARGUMENT = re.compile(rf"[?&;#]{_KEY}[\w.-]*=([^&;#]+)", re.IGNORECASE)
"""The same where the text is an argument, whose value may hold spaces and quotes."""
_LONG = re.compile(r"[?&;#][\w.-]+=([^\s&;#]{16,})")
_COLLAPSED = re.compile(r"(?:^|[^\w+.-])[a-z][a-z0-9+.-]+(?::/|//)|^//", re.IGNORECASE)
"""How a URL begins that went through a path (`https:/u:pw@host`), or lost its colon."""
_HTTP = re.compile(r"https?(?::/*|//+)([^\s:/@]+)$", re.IGNORECASE)
_HOLDS_SECRET = re.compile(r"(AWS|AZURE|GOOGLE)_(?!ACCESS_KEY_ID)\w*(SECRET|TOKEN|KEY|SAS)\w*(?<!_FILE)(?<!_ID)")
_INNER = re.compile(r'(?:\bsig=|"private_key"\s*:\s*")([^&"]+)')
_SIGNS = re.compile(r"[@/:?#&=\s]+")


def redacted(text: str) -> str:
    """The text without user and password, and without keys in the query, of any URL in it."""
    return _QUERY.sub(rf"\1{MASK}", _USERINFO.sub(rf"\1{MASK}@", text))


def masking(arguments: Iterable[str], *secrets: str) -> Callable[[str], str]:
    """What takes the secrets of these arguments, and others, out of any text, however a library quotes them.

    Secrets are the password of anything that looks like a URL, with or without its scheme, and the keys in its query.
    """
    patterns = dict.fromkeys(pattern for secret in secrets for pattern in _patterns(secret))
    for argument in arguments:
        # A path that is there is no URL.
        if ":/" in argument or not os.path.exists(argument):  # noqa: PTH110 (no error, whatever the text is)
            patterns |= dict.fromkeys(pattern for secret in _secrets(argument) for pattern in _patterns(secret))
    if not patterns:
        return lambda text: text
    any_of = re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE)
    return lambda text: any_of.sub(MASK, text)


def environment_secrets() -> Iterator[str]:
    """The secrets of object storage that the environment holds, if they are long enough to be told from words.

    Of a signed query it is the signature, of a key in JSON the private one.
    """
    for name, value in os.environ.items():
        if _HOLDS_SECRET.fullmatch(name):
            yield from (secret for secret in _INNER.findall(value) or [value.strip()] if len(secret) >= 8)


def _secrets(argument: str) -> Iterator[str]:
    before, _, _ = argument.rpartition("@")
    scheme, slashes, rest = before.partition("://")
    if slashes and ":" not in scheme:
        user, colon, password = rest.partition(":")
        if colon:
            yield password
        elif scheme.lower().endswith(("http", "https")) and not _is_name(user):
            yield user
    else:  # u:pw@host, https:/u:pw@host, https//u:pw@host
        if not _COLLAPSED.search(before):  # what ends with a colon and a space is words of a message
            before = re.split(r":\s", before)[-1]
        yield from (text.partition(":")[2] for text in (before, *re.split("/+", before, maxsplit=1)[1:]))
        yield from (user for user in _HTTP.findall(before) if not _is_name(user))
    for value in _IN_ARGUMENT.findall(argument):
        yield from (value, *value.split()[:1], *re.split("[:,]", value)[1::2])  # also of NAME:VALUE,NAME:VALUE
    if not argument.startswith("mongodb"):
        yield from _LONG.findall(argument)


def _is_name(user: str) -> bool:
    """Whether the user alone, of a URL of HTTP, is somebody's name: all others are tokens."""
    return len(user) < 8 and user.isalpha()


def forms(secret: str) -> Iterator[str]:
    """A secret as a text may repeat it: as it came and decoded; each quoted by Python, JSON and URLs, or as a path."""
    for text in {secret, unquote(secret), unquote_plus(secret)} - {""}:
        encoded = {quote(text, safe=""), quote(text), quote_plus(text)}
        yield from encoded
        yield from (re.sub("%..", lambda match: match[0].lower(), form) for form in encoded)
        yield from (text, re.sub("/+", "/", text), repr(text)[1:-1], json.dumps(text)[1:-1])
        yield text.encode("unicode_escape").decode("ascii")


def _patterns(secret: str) -> Iterator[str]:
    """A secret in all its forms, and the parts of it that a parser may see."""
    for form in forms(secret):
        yield from _pattern(form, always=len(form) >= 4)
    decoded = {secret, unquote(secret), unquote_plus(secret)}
    parts = {part for text in decoded for part in _SIGNS.split(text)}
    for part in parts | {unquote(part) for part in parts}:
        if len(part) >= 5:
            yield from _pattern(part, always=False)


def _pattern(text: str, *, always: bool) -> Iterator[str]:
    """Where it is short, or only a part, it is a secret only as a word of its own."""
    if text:
        yield re.escape(text) if always else rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"
