"""The keys of one side: they come in batches, and those of some rows when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
import polars as pl

from demo_data.common.buckets import in_step
from demo_data.compare import equality
from demo_data.compare.equality import Type
from demo_data.compare.leaves import Places, Source
from demo_data.compare.result import Value
from demo_data.compare.values import item


class Keys:
    """The primary keys of a side's rows, in types that both sides have."""

    def __init__(self, source: Source, kinds: Mapping[str, Type]) -> None:
        self.source, self.kinds = source, kinds
        self.at = lru_cache(maxsize=64)(self._at)  # the same few rows are shown for each field

    @property
    def hashable(self) -> bool:
        """Whether equal keys are known to have equal hashes, whichever side they are of."""
        plain = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Binary)
        return all(kind in plain or (kind.is_integer() and kind != pl.Int128) for kind in self.kinds.values())

    def batches(self) -> Iterator[pl.DataFrame]:
        """The keys of all rows, some at a time, in order."""
        for columns in in_step(self.source.batches(self.source.leaves[name]) for name in self.kinds):
            yield self._frame(columns)

    def take(self, places: Places) -> pl.DataFrame:
        """The keys of the rows at some places, which are in order. Files that have none of these are not read."""
        return self._frame([self.source.at(self.source.leaves[name], places) for name in self.kinds])

    def _at(self, place: int) -> dict[str, Value]:
        """The key of the row at a place: its fields and their values. Of a table without a key, the place."""
        if not self.kinds:
            return {"row": place}
        return key_at(self.take(np.array([place], np.uint32)), 0)

    def _frame(self, columns: list[pl.Series]) -> pl.DataFrame:
        named = zip(self.kinds.items(), columns, strict=True)
        return pl.DataFrame([equality.converted(values, kind).alias(name) for (name, kind), values in named])


def key_at(keys: pl.DataFrame, place: int) -> dict[str, Value]:
    """The key in a row of a frame: its fields and their values."""
    return {name: item(keys[name], place) for name in keys.columns}
