"""The places of keys in order, of more keys than are held: through buckets on disk, whose keys follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_data.dataset.buckets import buckets, needed

_EVERY = 512
"""One key of so many tells where buckets begin."""


def ranks(keys: Callable[[], Iterator[pl.DataFrame]], rows: int) -> NDArray[np.uint32]:
    """The place of each of some keys, all different, if they are put in order; `keys` gives them in batches, twice.

    Buckets are told apart by a key's first field: where that has few values, they are the larger.
    """
    count = needed(rows)
    borders = _borders(keys(), count)
    found = np.zeros(rows, np.uint32)
    with buckets(count) as (waiting,):
        start = 0
        for batch in keys():
            first = batch.to_series(0)
            batch.columns = [str(field) for field in range(batch.width)]  # a key's own name may be any
            bucket = borders.search_sorted(first, side="right").to_numpy() if count > 1 else np.zeros(batch.height)
            waiting.add(batch.with_row_index("place", start), bucket.astype(np.int64))
            start += batch.height
        rank = 0
        for number in range(count):
            if (frame := waiting.take(number)) is not None:
                order = frame.sort(frame.columns[1:])["place"].to_numpy()
                found[order] = np.arange(rank, rank + len(order), dtype=np.uint32)
                rank += len(order)
    return found


def _borders(keys: Iterator[pl.DataFrame], count: int) -> pl.Series:
    """The first fields of keys at which buckets begin, but for the first one."""
    if count == 1:
        return pl.Series()
    told = pl.concat(batch.to_series(0).gather_every(_EVERY) for batch in keys).sort()
    return told.gather([len(told) * number // count for number in range(1, count)])
