"""Fields at fault, per record: coherence rules see null in their place, so that a fault is told once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

WHOLE = ""
"""The path of a record as a whole."""


class InvalidCells:
    """The fields of one table that earlier phases have found at fault: records' numbers by path, four bytes each."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}
        self._items: dict[str, array[int]] = {}

    def add(self, path: str, rows: pl.Series | Sequence[int], *, items: bool = False) -> None:
        """Note the records in which the column at `path` (or every column below it) is at fault.

        A place in a list stands for the whole list. With `items` the list's other items are good: it is not masked.
        """
        if len(rows):
            (self._items if items else self._rows).setdefault(path.partition("[")[0], array("I")).extend(rows)

    def masked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame, which has the column `row`, with null in place of what is at fault."""
        if not self._rows or not frame.height:
            return frame
        names = [name for name in frame.columns if name != "row"]
        masks = {name: rows for name in names if len(rows := _found([name], [self._rows], frame))}
        return frame.with_columns(
            pl.when(pl.col("row").is_in(rows.implode())).then(None).otherwise(pl.col(name)).alias(name)
            for name, rows in masks.items()
        )

    def any_of(self, columns: Iterable[str], frame: pl.DataFrame | None = None) -> pl.Series:
        """The records in which one of the columns is at fault, or an item of it; with a frame, of those in its span."""
        return _found(columns, [self._rows, self._items], frame)

    def __bool__(self) -> bool:
        return bool(self._rows or self._items)


def _found(columns: Iterable[str], places: Sequence[Mapping[str, array[int]]], frame: pl.DataFrame | None) -> pl.Series:
    paths = dict.fromkeys(path for column in columns for path in (WHOLE, *_prefixes(column)))
    found = [np.array(place[path], dtype=np.uint32) for path in paths for place in places if path in place]
    numbers = pl.Series("row", np.concatenate(found) if found else [], dtype=pl.UInt32)
    if frame is not None and frame.height:
        numbers = numbers.filter(numbers.is_between(frame["row"].min(), frame["row"].max()))
    return numbers.unique()


def _prefixes(path: str) -> Iterable[str]:
    steps = path.split(".")
    return (".".join(steps[:end]) for end in range(1, len(steps) + 1))
