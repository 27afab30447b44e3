"""Reads the fact tables: the CSV files that lie in this folder."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.csv`, column name to text, in file order.

    Lines before the header that begin with `#` are notes on the whole file (mostly its sources) and are
    skipped. The result is shared by all callers: do not change the dictionaries.
    """
    return tuple(csv.DictReader(_lines(name), strict=True))


@cache
def sources() -> tuple[str, ...]:
    """Every source that a row of a fact table names, each once, in order of the files' names."""
    names = sorted(file.name[:-4] for file in files(__package__).iterdir() if file.name.endswith(".csv"))
    found: dict[str, None] = {}
    for name in names:
        table = csv.reader(_lines(name), strict=True)
        header = next(table)
        if "source" in header:
            at = header.index("source")
            found |= dict.fromkeys(row[at] for row in table)
    return tuple(found)


def _lines(name: str) -> list[str]:
    """A file's lines from the header on."""
    lines = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    header = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return lines[header:]
