"""Which records came, changed and went: a row for each, with its moment and its place, and none of its values.

So the order of all events is known before any of them is written, and this is all of them that is held at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_data.common.errors import DataError
from demo_data.compare.fields import unlike
from demo_data.compare.keyed import Keys
from demo_data.compare.leaves import Source
from demo_data.compare.rows import Pairs, paired
from demo_data.compare.storage import reconcile
from demo_data.domain import Domain
from demo_data.feed.ends import Files
from demo_data.feed.longest import longest_in_order
from demo_data.feed.moments import Clock, tells_change, tells_creation
from demo_data.feed.ranks import ranks

OPS = "cudr"
"""What an event does, by its number in an index."""

CREATE, UPDATE, DELETE, READ = range(4)

SCHEMA = {"op": pl.UInt8, "at": pl.Int64, "rank": pl.UInt32, "old": pl.Int32, "new": pl.Int32}
"""What happened, when (in microseconds since 1970), the record's place among those of its table by key, and its row in
the whole table on each side, from 0: -1 where it is on one side alone."""


def compared(
    domain: Domain, table: str, old: Files, new: Files, clock: Clock | None, progress: Callable[[int, int], None]
) -> pl.DataFrame | None:
    """A table's index; None where files that were passed over stand in another order, so that all must be read.

    `clock`: None where no moments are known: then all are 0. A record that stands in
    another order than most others is one that changed, be its values the same: whoever puts those that came or changed
    in their rows, and leaves the others in the order that they had, has the new table.

    Raises `DataError` where a file is damaged, or a key is null or stands more than once.
    """
    model, key = domain.models[table], domain.key_fields(table)
    before, after = (Source(files.paths) if files.paths else None for files in (old, new))
    if before is None or after is None:
        source, files, op = (after, new, CREATE) if before is None else (before, old, DELETE)
        every = np.arange(source.height if source else 0, dtype=np.uint32)
        keys = _every(source, key) if source else _none
        at = _moments(model, files, op, every, clock)
        return _index([(op, keys, at, *((None, files.rows(every)) if op == CREATE else (files.rows(every), None)))])
    reconcile(before, after, model)
    pairs = paired(before, after, key)
    if pairs is None:
        names = ", ".join(key)
        raise DataError(f"{table}: its primary key ({names}) is not on both sides in types that compare")
    if not pairs.reordered and _crossed(pairs, old, new):
        return None
    changed = unlike(before, after, pairs, progress) if len(pairs.new) else np.zeros(0, dtype=bool)
    if pairs.reordered and not changed.all():
        changed |= ~longest_in_order(pairs.old)
    was, now = pairs.old[changed], pairs.new[changed]
    moment = (
        _moments(model, files, op, places, clock)
        for files, op, places in ((new, CREATE, pairs.added), (new, UPDATE, now), (old, DELETE, pairs.removed))
    )
    return _index(
        [
            (CREATE, partial(pairs.new_keys.batches_at, pairs.added), next(moment), None, new.rows(pairs.added)),
            (UPDATE, partial(pairs.new_keys.batches_at, now), next(moment), old.rows(was), new.rows(now)),
            (DELETE, partial(pairs.old_keys.batches_at, pairs.removed), next(moment), old.rows(pairs.removed), None),
        ]
    )


def since(domain: Domain, table: str, files: Files, after: int, clock: Clock) -> pl.DataFrame:
    """The index of what happened in a table after a moment, as its records tell: which of them came, which changed.

    Of a table whose records tell no moment nothing is known to have happened.
    """
    model, key = domain.models[table], domain.key_fields(table)
    if not files.paths or not tells_creation(model):
        return pl.DataFrame(schema=SCHEMA)
    source = Source(files.paths)
    keys = Keys(source, {name: source.empty(source.leaves[name]).dtype for name in key})
    happened, came = clock.happened(model, files.paths), clock.came(model, files.paths)
    changed = clock.changed(model, files.paths) if tells_change(model) else np.full_like(came, after)
    masks = (CREATE, came, happened > after), (UPDATE, changed, (happened <= after) & (changed > after))
    parts: list[_Part] = []
    for op, at, mask in masks:
        places = np.flatnonzero(mask).astype(np.uint32)
        parts.append((op, partial(keys.batches_at, places), at[places], None, files.rows(places)))
    return _index(parts)


def _moments(model: Any, files: Files, op: int, places: NDArray[Any], clock: Clock | None) -> NDArray[np.int64]:
    """When what happened to the records at some places happened."""
    if clock is None or op == DELETE or not len(places):
        return np.full(len(places), clock.end if clock else 0, np.int64)
    at: NDArray[np.int64] = (clock.came if op == CREATE else clock.changed)(model, files.paths)[places]
    return at


def _every(source: Source, key: Sequence[str]) -> Callable[[], Iterator[pl.DataFrame]]:
    """All keys of a side, in batches."""
    return Keys(source, {name: source.empty(source.leaves[name]).dtype for name in key}).batches


def _none() -> Iterator[pl.DataFrame]:
    """No keys."""
    return iter(())


def _crossed(pairs: Pairs, old: Files, new: Files) -> bool:
    """Whether files that lie on both sides stand between other rows on the one than on the other."""
    both = [(old.passed[digest], row) for digest, row in new.passed.items()]
    befores = np.concatenate([old.rows(pairs.old), np.array([row for row, _ in both], np.int64)])
    afters = np.concatenate([new.rows(pairs.new), np.array([row for _, row in both], np.int64)])
    return bool((np.diff(befores[np.argsort(afters)]) < 0).any())


_Part = tuple[
    int, Callable[[], Iterator[pl.DataFrame]], NDArray[np.int64], NDArray[np.int64] | None, NDArray[np.int64] | None
]


def _index(parts: list[_Part]) -> pl.DataFrame:
    """Of each part what happened, the keys, when it did, and the rows on each side."""
    frames = [
        pl.DataFrame(
            {
                "op": np.full(len(at), op, np.uint8),
                "at": at,
                "old": np.full(len(at), -1, np.int32) if old is None else old.astype(np.int32),
                "new": np.full(len(at), -1, np.int32) if new is None else new.astype(np.int32),
            }
        )
        for op, _, at, old, new in parts
    ]
    index = pl.concat(frames)
    found = ranks(lambda: chain.from_iterable(keys() for _, keys, *_ in parts), index.height)
    return index.with_columns(rank=found).select(*SCHEMA).cast(SCHEMA)  # type: ignore[arg-type]
