"""What people write on command lines and in profiles: names, days, whole numbers and sizes, each in one form only."""

from __future__ import annotations

import re
from datetime import date, datetime

LONGEST_NAME = 100
"""Bytes of a profile's name: directories are called by it, and beside them the ones that a build writes into."""

_PLAIN = re.compile(r"[\w .+-]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHARD = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([kKmMgGtT])(i?)B?")
_PREFIXES = "KMGT"
LEAST_SIZE = 10**6
"""Bytes below which nothing can be held that is worth it."""

_WHOLE = re.compile(r"-?[0-9]{1,19}")


def require_name(name: str) -> str:
    """A profile's name as it came. Raises `ValueError` where it cannot stand everywhere that a name stands.

    A name is carried into file names, Parquet metadata, manifests and terminals: printable, without a path's signs.
    """
    if not name.isprintable():  # neither control characters, nor bytes that are not UTF-8, nor marks that turn text
        raise ValueError("a profile's name has printable characters only")
    if not name.strip() or name != name.strip() or name.startswith(".") or "/" in name or "\\" in name:
        raise ValueError("a profile's name has neither a dot first, nor a blank at its ends, nor a slash")
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"a profile's name has at most {LONGEST_NAME} bytes, not {len(name.encode()):,}")
    return name


def slug(name: str) -> str:
    """A profile's name in the letters that other tools allow in names; a plain name as it is."""
    if _PLAIN.fullmatch(name):
        return name
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "dataset"


def day(text: str) -> date:
    """A date in ISO 8601's extended form. Raises `ValueError`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        why = ""
    except ValueError as error:
        why = f" ({error})"
    raise ValueError(f"{text[:40]!r} is no date{why}; write it as 2026-01-31")


def as_day(value: object) -> object:
    """A date, or a text that is one, for a field of Pydantic's: never a number that could be seconds."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return day(value)
    raise ValueError("is a date, written as 2026-01-31")


def whole(text: str, least: int | None = None, most: int | None = None) -> int:
    """A number in digits, between two bounds. Raises `ValueError`."""
    if _WHOLE.fullmatch(text):
        number = int(text)
        if (least is None or number >= least) and (most is None or number <= most):
            return number
    bounds = "" if least is None else f" of at least {least}" if most is None else f" from {least} to {most:,}"
    raise ValueError(f"{text[:40]!r} is not a number{bounds}")


def shard(text: str) -> tuple[int, int]:
    """A shard's number, counted from 1, and how many there are. Raises `ValueError`."""
    if found := _SHARD.fullmatch(text):
        number, shards = int(found[1]), int(found[2])
        if 1 <= number <= shards:
            return number, shards
    raise ValueError(f"{text[:40]!r} is no shard; write it as 3/64, from 1/64 to 64/64, of at most 9,999")


def size(text: str) -> int:
    """Bytes, as 500MB, 1.5GB or 1GiB. Raises `ValueError`."""
    if found := _SIZE.fullmatch(text.strip()):
        number, prefix, binary = float(found[1]), found[2].upper(), found[3]
        bytes_ = int(number * (1024 if binary else 1000) ** (_PREFIXES.index(prefix) + 1))
        if bytes_ >= LEAST_SIZE:
            return bytes_
    raise ValueError(f"{text[:40]!r} is no size of at least 1MB; write it as 500MB, 1.5GB or 1GiB")
