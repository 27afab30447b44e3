"""What the commands share: exit codes, and how options are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from demo_data.common import written

OK, FINDINGS, USAGE = 0, 1, 2

_Read = TypeVar("_Read")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def day(text: str) -> date:
    return _told(written.day, text)


def number(text: str) -> int:
    return _told(written.whole, text)


def natural(text: str) -> int:
    return _told(written.whole, text, 0)


def positive(text: str) -> int:
    return _told(written.whole, text, 1)


def workers(text: str) -> int:
    return _told(written.whole, text, 1, 1024)


def place(text: str) -> Path:
    """A path; an empty text, which a variable without a value leaves, is none."""
    if not text:
        raise argparse.ArgumentTypeError("a path is expected, not an empty text")
    if "://" in text:
        raise argparse.ArgumentTypeError("a directory or file is expected, not a URL")
    return Path(text)


def _told(read: Callable[..., _Read], *given: Any) -> _Read:
    try:
        return read(*given)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
