"""Files that anybody may have put there: read when they are regular files of a bounded size, and no pipe or device.

The small JSON files of a dataset (recipe, manifest, ledger) are all read here, and held to what JSON's readers differ
in: no name stands twice, texts are sound Unicode, numbers are finite, nesting is bounded.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from demo_data.common.errors import DataError

LARGEST = 256 << 20
"""Bytes of the largest file that is read whole: a recipe names every row of its scenarios."""

DEEPEST = 64
"""How many objects and lists may lie in each other."""


class FileError(DataError):
    """A file that cannot be used; `reason` says why without naming it."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{path}: {reason}")


def require_regular(path: Path) -> int:
    """The size of a regular file in bytes. Raises `FileError` for all else: a pipe or a device would never end."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise FileError(path, "a symbolic link to nothing" if path.is_symlink() else "no such file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(status.st_mode):
        raise FileError(path, "is a directory, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(path, "is not a regular file")
    return status.st_size


def read_regular(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a regular file. Raises `FileError`."""
    size = require_regular(path)
    if size > largest:
        raise FileError(path, f"{size:,} bytes are more than the {largest:,} that are read")
    try:
        with path.open("rb") as file:
            return file.read(size + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None where nothing lies there. Raises `FileError`."""
    return parsed_object(read_regular(path), str(path)) if os.path.lexists(path) else None


def parsed_object(text: bytes, name: str) -> dict[str, Any]:
    """The JSON object that a text is. Raises `FileError` by that name."""
    try:
        value = json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)
        if b"\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # fails on half a surrogate pair
    except UnicodeError:
        raise FileError(name, "not valid JSON: a text in it is no sound Unicode") from None
    except RecursionError:
        raise FileError(name, "not valid JSON: nested too deeply") from None
    except ValueError as error:
        raise FileError(name, f"not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise FileError(name, f"an object is expected, not {type(value).__name__}")
    if text.count(b"{") + text.count(b"[") > DEEPEST and _depth(value) > DEEPEST:
        raise FileError(name, "not valid JSON: nested too deeply")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:40]!r} stands twice in one object")
    return record


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no number that can be held")
    return number


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")


def _depth(value: Any) -> int:
    """How many objects and lists lie in each other, as far as it matters."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inside = (item.values() if isinstance(item, dict) else item for item in level)
        level = [below for values in inside for below in values if isinstance(below, dict | list)]
        depth += 1
    return depth
