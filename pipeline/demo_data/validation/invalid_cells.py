"""Fields at fault, per record: coherence rules see null in their place, so that a fault is told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

WHOLE = ""
"""The path of a record as a whole."""


class InvalidCells:
    """The fields of one table that earlier phases have found at fault: records' numbers by path."""

    def __init__(self) -> None:
        self._rows: dict[str, list[pl.Series]] = {}
        self._items: dict[str, list[pl.Series]] = {}

    def add(self, path: str, rows: pl.Series | Sequence[int], *, items: bool = False) -> None:
        """Note the records in which the column at `path` (or every column below it) is at fault.

        A place in a list stands for the whole list. With `items` the list's other items are good: it is not masked.
        """
        if len(rows):
            numbers = pl.Series("row", rows, dtype=pl.UInt32)
            (self._items if items else self._rows).setdefault(path.partition("[")[0], []).append(numbers)

    def masked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame, which has the column `row`, with null in place of what is at fault."""
        if not self._rows or not frame.height:
            return frame
        names = [name for name in frame.columns if name != "row"]
        masks = {name: rows for name in names if (rows := _found(name, self._rows)) is not None}
        return frame.with_columns(
            pl.when(pl.col("row").is_in(rows.implode())).then(None).otherwise(pl.col(name)).alias(name)
            for name, rows in masks.items()
        )

    def any_of(self, columns: Iterable[str]) -> pl.Series:
        """The numbers of the records in which one of the columns is at fault, or an item of it."""
        none = pl.Series("row", [], dtype=pl.UInt32)
        if not self:
            return none
        places = (self._rows, self._items)
        found = [rows for name in columns for place in places if (rows := _found(name, place)) is not None]
        return pl.concat(found).unique() if found else none

    def __bool__(self) -> bool:
        return bool(self._rows or self._items)


def _found(column: str, places: Mapping[str, Sequence[pl.Series]]) -> pl.Series | None:
    found = [rows for path in (WHOLE, *_prefixes(column)) for rows in places.get(path, ())]
    return pl.concat(found).unique() if found else None


def _prefixes(path: str) -> Iterable[str]:
    steps = path.split(".")
    return (".".join(steps[:end]) for end in range(1, len(steps) + 1))
