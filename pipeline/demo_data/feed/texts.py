"""Texts in an order that is not the one in which they come, in bounded memory: through files, a bucket each.

Each text has its place in the order; a bucket has the texts of `EACH` places that follow each other. So a bucket is
all that is held, and it is sorted when its turn comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

EACH = 4096
"""Places that share a bucket: some 10 MB of texts of 2 KB."""

_TAB = "\t"


class Ordered:
    """Texts by place, in a directory of its own. Several may have one place: they come in the order of `part`.

    A text is of one line without tabs, as JSON texts are that no one has indented.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder

    def add(self, frame: pl.DataFrame) -> None:
        """Keep rows of `place` (an integer), `part` (one too), and texts in further columns."""
        lines = frame.select(
            bucket=pl.col("place") // EACH, line=pl.concat_str(pl.all().cast(pl.String), separator=_TAB)
        )
        for (bucket,), group in lines.group_by("bucket"):
            with (self._folder / str(bucket)).open("ab") as file:
                file.write(group["line"].str.join("\n").item().encode() + b"\n")

    def __iter__(self) -> Iterator[tuple[int, int, list[str]]]:
        """Place, part and texts of all, in order; what was given is gone."""
        for path in sorted(self._folder.iterdir(), key=lambda path: int(path.name)):
            rows = [line.split(_TAB) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
            path.unlink()
            yield from sorted((int(row[0]), int(row[1]), row[2:]) for row in rows)
