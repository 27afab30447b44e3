"""How wide standard output is, and tables of texts that fit into it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence

_LEAST = 12
"""Signs of a column below which it tells nothing; a narrower table leaves it out."""


def width() -> int | None:
    """Signs in a line of the terminal, or as many as COLUMNS says; None where nothing limits them, as in a pipe."""
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()):
        return None
    return max(shutil.get_terminal_size().columns, _LEAST)


def cut(text: str, longest: int | None) -> str:
    """The text, or its beginning and `...` where it would be longer."""
    if longest is None or len(text) <= longest:
        return text
    return f"{text[: longest - 3].rstrip()}..." if longest > 3 else text[:longest]


def wrapped(text: str, longest: int | None, indent: str = "") -> list[str]:
    """The text in lines that are no longer; those after the first begin with `indent`."""
    import textwrap

    if longest is None:
        return [text]
    return textwrap.wrap(text, max(longest, _LEAST), subsequent_indent=indent, break_on_hyphens=False) or [""]


def table_lines(
    rows: Sequence[Sequence[str]], *, right: Collection[int] = (), keep: int = 1, longest: int | None = None
) -> Iterator[str]:
    """Rows of texts as lines of columns, those of `right` flush right.

    Where lines would be longer than that, columns after the first `keep` are left out from the last on, or the last
    one is cut; then the first one is.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if longest is not None:
        room = longest - 2
        while len(widths) > keep and _needed(widths[:-1]) + 2 + min(widths[-1], _LEAST) > room:
            widths.pop()
        over = max(_needed(widths) - room, 0)
        place = len(widths) - 1 if len(widths) > keep else 0
        widths[place] = max(widths[place] - over, 4)
    for row in rows:
        cells = [
            f"{cut(cell, size):>{size}}" if place in right else f"{cut(cell, size):{size}}"
            for place, (cell, size) in enumerate(zip(row, widths, strict=False))
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def _needed(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)
