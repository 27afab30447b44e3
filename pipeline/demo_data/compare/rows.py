"""Pairs the rows of two sides by primary key, or, where a table has no known key, by their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from demo_data.common.errors import DataError
from demo_data.common.rendering import counted
from demo_data.compare import equality
from demo_data.compare.leaves import Source
from demo_data.compare.result import Value
from demo_data.compare.values import item, shown

Places = npt.NDArray[np.uint32]
_SHOWN = 3


@dataclass(frozen=True)
class Pairs:
    """Places of rows, from 0: pair `i` is the rows `old[i]` and `new[i]`; `new` is in order.

    `old` is in order too, but for `reordered`. `removed` and `added` are the rows on one side alone, in order.
    """

    old: Places
    new: Places
    removed: Places
    added: Places
    reordered: bool
    old_keys: pl.DataFrame
    new_keys: pl.DataFrame


def paired(old: Source, new: Source, key: Sequence[str]) -> Pairs | None:
    """The rows' pairs; None where a field of the key is not on both sides, or in types that cannot be compared.

    Raises `DataError` where a key is null or stands more than once.
    """
    if any(name not in source.leaves for source in (old, new) for name in key):
        return None
    before, after = (
        pl.DataFrame({name: side.whole(side.leaves[name]) for name in key} or {"row": range(side.height)})
        for side in (old, new)
    )
    kinds = {name: equality.common(before[name].dtype, after[name].dtype) for name in before.columns}
    if None in kinds.values():
        return None
    before, after = (
        frame.select(equality.converted(frame[name], kind) for name, kind in kinds.items()) for frame in (before, after)
    )
    faults = [*_faults(before, old.files[0]), *_faults(after, new.files[0])]
    if faults:
        raise DataError(faults)
    if before.equals(after):
        every = np.arange(before.height, dtype=np.uint32)
        return Pairs(every, every, every[:0], every[:0], False, before, after)
    joined = after.with_row_index("\0new").join(before.with_row_index("\0old"), on=before.columns, how="inner")
    joined = joined.select("\0old", "\0new").sort("\0new")
    olds, news = (joined[name].to_numpy() for name in ("\0old", "\0new"))
    return Pairs(
        olds,
        news,
        _others(before.height, olds),
        _others(after.height, news),
        bool(len(olds)) and not joined["\0old"].is_sorted(),
        before,
        after,
    )


def _others(count: int, places: Places) -> Places:
    mask = np.ones(count, dtype=bool)
    mask[places] = False
    return np.flatnonzero(mask).astype(np.uint32)


def _faults(keys: pl.DataFrame, file: Path) -> Iterator[str]:
    """A line for null keys, and one for keys that come more than once."""
    where = file.parent if file.parent.suffix == ".parquet" else file
    names = ", ".join(keys.columns)
    if null := keys.select(pl.any_horizontal(pl.all().is_null()).sum()).item():
        yield f"{where}: {counted(null, 'row')} without a key ({names} is null): rows cannot be told apart"
        keys = keys.drop_nulls()
    if keys.n_unique() < keys.height:
        twice = keys.group_by(keys.columns).len().filter(pl.col("len") > 1).sort(keys.columns).drop("len")
        first = [" ".join(map(shown, key_at(twice, place).values())) for place in range(min(twice.height, _SHOWN))]
        more = f" and {twice.height - _SHOWN:,} others" if twice.height > _SHOWN else ""
        stand = "stands" if twice.height == 1 else "stand"
        yield f"{where}: {counted(twice.height, 'key')} ({names}) {stand} more than once: {', '.join(first)}{more}"


def key_at(keys: pl.DataFrame, place: int) -> dict[str, Value]:
    """The key of the row at a place: its fields and their values."""
    return {name: item(keys[name], place) for name in keys.columns}
