"""Writes a feed: both forms of its events and the header, all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from demo_data.common.errors import UsageError
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import MANIFEST, RECIPE
from demo_data.dataset.manifest import FileEntry
from demo_data.feed.changes import Changes, Progress
from demo_data.feed.envelope import NONE, Line, text
from demo_data.feed.header import COLUMNS, HEADER, LINES, FeedHeader

_BETWEEN = "between"
_ROWS = 4096
_SCHEMA = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("ts_ms", pa.int64()),
        pa.field("table", pa.string(), nullable=False),
        pa.field("op", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("before", pa.string()),
        pa.field("after", pa.string()),
    ]
)
"""The columns of changes.parquet; key and records are JSON."""


def write(changes: Changes, out: Path | str, progress: Progress | None = None) -> FeedHeader:
    """Write the feed of what happened into the directory `out`; returns its header.

    Raises `UsageError` where files of others are in the way or writing fails: then nothing in `out` has changed.
    Memory: the index, and some thousands of events.
    """
    out = Path(out)
    if os.path.lexists(out / MANIFEST) or os.path.lexists(out / RECIPE):
        raise UsageError(f"{out}: a dataset lies here, and a feed wants a directory of its own: name another one")
    with staged(out, writes=(HEADER, LINES, COLUMNS)) as folder:
        between = folder / _BETWEEN
        between.mkdir()
        _events(changes, folder, changes.lines(between, progress))
        shutil.rmtree(between)
        header = FeedHeader(
            notice=changes.domain.notice,
            from_=changes.start,
            to=changes.end,
            moments=changes.moments,
            events=len(changes),
            tables=changes.counts,  # type: ignore[arg-type]  # the letters of OPS
            files=tuple(FileEntry.of(folder, name) for name in (LINES, COLUMNS)),
        )
        (folder / HEADER).write_text(header.text(), encoding="utf-8")
    return header


def _events(changes: Changes, folder: Path, lines: Iterator[Line]) -> None:
    envelope = text(changes)
    with (
        (folder / LINES).open("w", encoding="utf-8", newline="\n") as out,
        pq.ParquetWriter(folder / COLUMNS, _SCHEMA, compression="zstd", store_schema=False) as columns,
    ):
        while some := list(islice(lines, _ROWS)):
            out.writelines(f"{envelope(line)}\n" for line in some)
            columns.write_batch(_columns(some))


def _columns(lines: list[Line]) -> pa.RecordBatch:
    rows = (
        (
            line.position,
            line.ts_ms,
            line.table,
            line.op,
            line.key,
            None if line.before == NONE else line.before,
            None if line.after == NONE else line.after,
        )
        for line in lines
    )
    arrays = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)
