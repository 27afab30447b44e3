"""Pairs the rows of two sides by primary key, or, where a table has no known key, by their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from demo_data.common.buckets import buckets, needed
from demo_data.common.errors import DataError
from demo_data.common.rendering import counted
from demo_data.compare import equality
from demo_data.compare.equality import Type
from demo_data.compare.keyed import Keys, key_at
from demo_data.compare.leaves import Places, Source
from demo_data.compare.values import shown

NONE = np.uint32(2**32 - 1)
"""Stands for the place of a row that is not there."""

_ROW = "row"
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
    old_keys: Keys
    new_keys: Keys

    @cached_property
    def of_old(self) -> Places:
        """The pair of each row of the old side; NONE where it is in none."""
        pair = np.full(self.old_keys.source.height, NONE, np.uint32)
        pair[self.old] = np.arange(len(self.old), dtype=np.uint32)
        return pair


def paired(old: Source, new: Source, key: Sequence[str]) -> Pairs | None:
    """The rows' pairs; None where a field of the key is not on both sides, or in types that cannot be compared.

    Keys are joined a bucket at a time, which their hashes tell: what is held of all rows are places. Raises `DataError`
    where a key is null or stands more than once.
    """
    if any(name not in source.leaves for source in (old, new) for name in key):
        return None
    kinds: dict[str, Type] = {}
    for name in key:
        kind = equality.common(*(side.empty(side.leaves[name]).dtype for side in (old, new)))
        if kind is None:
            return None
        kinds[name] = kind
    before, after = Keys(old, kinds), Keys(new, kinds)
    match = np.full(new.height, NONE, np.uint32)
    """The place on the old side of each row of the new one."""
    if kinds:
        _join(before, after, match)
    else:
        both = min(old.height, new.height)
        match[:both] = np.arange(both, dtype=np.uint32)
    news = np.flatnonzero(match != NONE).astype(np.uint32)
    olds = match[news]
    return Pairs(
        olds,
        news,
        _others(old.height, olds),
        _others(new.height, news),
        bool((olds[1:] < olds[:-1]).any()),
        before,
        after,
    )


def _join(before: Keys, after: Keys, match: Places) -> None:
    """Write into `match` the place on the old side of each row of the new one. Raises `DataError`."""
    count = needed(max(before.source.height, after.source.height)) if before.hashable else 1
    troubles = _Trouble(before), _Trouble(after)
    names = [f"key{place}" for place in range(len(before.kinds))]
    with buckets(count, count) as sides:
        for side, keys in zip(sides, (before, after), strict=True):
            start = 0
            for frame in keys.batches():
                frame.columns = names  # a key's own name may be any, also that of the row
                numbered = frame.with_row_index(_ROW, start)
                hashed = frame.hash_rows() % count if count > 1 else pl.zeros(frame.height, eager=True)
                side.add(numbered, hashed.cast(pl.Int64).to_numpy())
                start += frame.height
        for number in range(count):
            olds, news = (side.take(number) for side in sides)
            for trouble, bucket in zip(troubles, (olds, news), strict=True):
                if bucket is not None:
                    trouble.look_at(bucket.drop(_ROW))
            if olds is None or news is None or any(trouble.found for trouble in troubles):
                continue
            if olds.drop(_ROW).equals(news.drop(_ROW)):
                match[news[_ROW].to_numpy()] = olds[_ROW].to_numpy()
                continue
            joined = news.join(olds, on=names, how="inner", suffix="_old")
            match[joined[_ROW].to_numpy()] = joined[f"{_ROW}_old"].to_numpy()
    faults = [line for trouble in troubles for line in trouble.lines()]
    if faults:
        raise DataError(faults)


def _others(count: int, places: Places) -> Places:
    mask = np.ones(count, dtype=bool)
    mask[places] = False
    return np.flatnonzero(mask).astype(np.uint32)


@dataclass
class _Trouble:
    """What is wrong with a side's keys: null ones, and those that stand more than once, of which the first are kept."""

    keys: Keys
    null: int = 0
    twice: int = 0
    first: list[pl.DataFrame] = field(default_factory=list)

    @property
    def found(self) -> bool:
        return bool(self.null or self.twice)

    def look_at(self, keys: pl.DataFrame) -> None:
        """Look at all keys of a bucket: where a key is, there it is every time."""
        if null := keys.select(pl.any_horizontal(pl.all().is_null()).sum()).item():
            self.null += null
            keys = keys.drop_nulls()
        if keys.n_unique() < keys.height:
            twice = keys.group_by(keys.columns).len().filter(pl.col("len") > 1).sort(keys.columns).drop("len")
            self.twice += twice.height
            self.first.append(twice.head(_SHOWN))

    def lines(self) -> Iterator[str]:
        """A line for null keys, and one for keys that come more than once."""
        file = self.keys.source.files[0]
        where = file.parent if file.parent.suffix == ".parquet" else file
        names = ", ".join(self.keys.kinds)
        if self.null:
            yield (f"{where}: {counted(self.null, 'row')} without a key ({names} is null): rows cannot be told apart")
        if self.twice:
            every = pl.concat(self.first)
            every = every.sort(every.columns).head(_SHOWN)
            first = [" ".join(map(shown, key_at(every, place).values())) for place in range(every.height)]
            more = f" and {self.twice - _SHOWN:,} others" if self.twice > _SHOWN else ""
            stand = "stands" if self.twice == 1 else "stand"
            yield f"{where}: {counted(self.twice, 'key')} ({names}) {stand} more than once: {', '.join(first)}{more}"
