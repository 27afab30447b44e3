"""Fields at fault, per record: coherence rules see null in their place, so that a fault is told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import polars as pl

WHOLE = ""
"""The path of a record as a whole."""


class Spoilt:
    """The fields of one table that earlier phases have found at fault: records' numbers by path."""

    def __init__(self) -> None:
        self._rows: dict[str, list[pl.Series]] = {}

    def add(self, path: str, rows: pl.Series | Sequence[int]) -> None:
        """Note the records in which the column at `path` (or every column below it) is at fault.

        A place in a list stands for the whole list.
        """
        if len(rows):
            numbers = pl.Series("row", rows, dtype=pl.UInt32)
            self._rows.setdefault(path.partition("[")[0], []).append(numbers)

    def masked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame, which has the column `row`, with null in place of what is at fault."""
        masks = {name: rows for name in frame.columns if name != "row" and (rows := self.rows(name)) is not None}
        if not masks or not frame.height:
            return frame
        return frame.with_columns(
            pl.when(pl.col("row").is_in(rows.implode())).then(None).otherwise(pl.col(name)).alias(name)
            for name, rows in masks.items()
        )

    def rows(self, column: str) -> pl.Series | None:
        """The records in which a column is at fault, if any."""
        found = [rows for path in (WHOLE, *_prefixes(column)) for rows in self._rows.get(path, ())]
        return pl.concat(found).unique() if found else None

    def any_of(self, columns: Iterable[str]) -> Collection[int]:
        """The records in which one of the columns is at fault."""
        return {row for column in columns if (rows := self.rows(column)) is not None for row in rows}

    def __bool__(self) -> bool:
        return bool(self._rows)


def _prefixes(path: str) -> Iterable[str]:
    steps = path.split(".")
    return (".".join(steps[:end]) for end in range(1, len(steps) + 1))
