"""Rows in buckets, so that no more than one bucket of a large table is held at a time: the others wait on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from demo_data.dataset.atomic.scratch import scratch

ROWS = 1 << 19
"""Rows of a bucket, about: what one has more makes it no better, and what it has less makes more files."""


class Buckets:
    """Frames of one schema, put into `count` buckets. A single one stays in memory."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count
        self._kept: list[pl.DataFrame] = []
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}

    def add(self, frame: pl.DataFrame, bucket: NDArray[np.int64]) -> None:
        """Put each row into the bucket of its number."""
        if self._count == 1:
            self._kept.append(frame)
            return
        if frame.is_empty():
            return
        order = np.argsort(bucket, kind="stable")
        # Old texts have offsets, so that a slice is written alone; views would bring all texts of the batch with them.
        table = frame[order].to_arrow(compat_level=pl.CompatLevel.oldest())
        numbers, starts = np.unique(bucket[order], return_index=True)
        for number, start, stop in zip(numbers.tolist(), starts, [*starts[1:], len(order)], strict=True):
            if number not in self._writers:
                self._writers[number] = pa.ipc.new_stream(self._path(number), table.schema)
            self._writers[number].write_table(table.slice(start, stop - start))

    def take(self, number: int) -> pl.DataFrame | None:
        """All rows of a bucket, in the order in which they came; None where it has none. They are gone then."""
        if self._count == 1:
            kept, self._kept = self._kept, []
            return pl.concat(kept) if kept else None
        if number not in self._writers:
            return None
        self._writers.pop(number).close()
        path = self._path(number)
        with pa.OSFile(str(path)) as file:
            frame = pl.DataFrame(pl.from_arrow(pa.ipc.open_stream(file).read_all()))
        path.unlink()
        return frame

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.arrow"

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()


@contextmanager
def buckets(*counts: int) -> Iterator[list[Buckets]]:
    """Buckets, of so many each, with a place on disk."""
    with scratch() as folder:
        made = []
        for place, count in enumerate(counts):
            (folder / str(place)).mkdir()
            made.append(Buckets(folder / str(place), count))
        try:
            yield made
        finally:
            for each in made:
                each.close()


def needed(rows: int) -> int:
    """How many buckets so many rows take."""
    return max(1, -(-rows // ROWS))


def of_places(places: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The bucket of each place, where a bucket has places that follow each other."""
    return (places // ROWS).astype(np.int64)


def in_step(columns: Iterable[Iterator[pl.Series]]) -> Iterator[list[pl.Series]]:
    """Columns of the same length, each in batches of its own, cut alike."""
    sources = list(columns)
    rests = [next(source, None) for source in sources]
    while len(there := [rest for rest in rests if rest is not None]) == len(sources):
        length = min(map(len, there))
        yield [rest.head(length) for rest in there]
        rests = [
            rest.slice(length) if len(rest) > length else next(source, None)
            for rest, source in zip(there, sources, strict=True)
        ]
