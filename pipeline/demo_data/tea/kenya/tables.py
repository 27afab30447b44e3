"""Reads the fact tables: the CSV files that lie in this folder."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")

_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    float | None: lambda text: float(text) if text else None,
    bool: lambda text: text == "true",
    tuple[str, ...]: lambda text: tuple(text.split(";")),
}
"""What each type is read by."""


def read(table: str, kind: type[T], **where: str) -> tuple[T, ...]:
    """The rows whose columns hold these texts, as values of a class whose fields are columns; in file order."""
    fields = get_type_hints(kind).items()
    chosen = (row for row in rows(table) if where.items() <= row.items())
    return tuple(kind(**{name: _READERS[of](row[name]) for name, of in fields}) for row in chosen)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like a name."""
    return get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.csv`, column name to text, in file order.

    Lines before the header that begin with `#` are notes on the whole file (mostly its sources) and are
    skipped. The result is shared by all callers: do not change the dictionaries.
    """
    lines = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    header = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return tuple(csv.DictReader(lines[header:], strict=True))


@cache
def sources() -> tuple[str, ...]:
    """Every source that a row of a fact table names, each once, in order of the files' names."""
    names = sorted(file.name[:-4] for file in files(__package__).iterdir() if file.name.endswith(".csv"))
    return tuple(dict.fromkeys(row["source"] for name in names for row in rows(name) if "source" in row))
