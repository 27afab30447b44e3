"""The events of what happened as texts: every record's JSON form from the tables' files, put into the events' order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_data.dataset import store
from demo_data.feed.ends import Dataset
from demo_data.feed.events import CONNECTOR
from demo_data.feed.index import DELETE, OPS
from demo_data.feed.texts import Ordered

if TYPE_CHECKING:
    from demo_data.feed.changes import Changes, Progress

_ROWS = 8192
_BEFORE, _AFTER = 0, 1
NONE = "null"
"""Stands where an event has no record."""


@dataclass(frozen=True)
class Line:
    """An event as texts: `before`, `after` and `key` are JSON, and "null" where there is none."""

    position: int
    ts_ms: int | None
    table: str
    op: str
    row: int
    key: str
    before: str
    after: str


def lines(changes: Changes, folder: Path, progress: Progress) -> Iterator[Line]:
    """The events, in order. Memory: some thousands of them, beside their index; the rest waits in `folder`."""
    texts = Ordered(folder / "texts")
    for number, table in enumerate(changes.tables):
        positions = np.flatnonzero(changes.index["table"].to_numpy() == number)
        if not len(positions):
            continue
        events = changes.index[positions]
        sides = ((_BEFORE, changes.old, "old"), (_AFTER, changes.new, "new"))
        total = sum(int((events[column] >= 0).sum()) for _, side, column in sides if side)
        done = 0
        for part, side, column in sides:
            if side is None:
                continue
            rows = events[column].to_numpy()
            there = np.flatnonzero(rows >= 0)
            order = there[np.argsort(rows[there])]
            for frame in _records(changes, side, table, rows[order], positions[order]):
                texts.add(frame.select("place", part=pl.lit(part), key="key", text="text"))
                done += frame.height
                progress(f"{table}, events", done, total)
    told = zip(*(changes.index[name].to_numpy() for name in ("op", "at", "table", "old", "new")), strict=True)
    together = groupby(texts, key=itemgetter(0))
    for (op, at, table, old, new), (place, records) in zip(told, together, strict=True):
        both, key = [NONE, NONE], ""
        for _, part, (key, text) in records:  # noqa: B007 (the last one's is the one of the record as it is)
            both[part] = text
        stamp = int(at) // 1000 if changes.moments else None
        row = int(old if op == DELETE else new)
        yield Line(place + 1, stamp, changes.tables[table], OPS[op], row, key, *both)


def _records(
    changes: Changes, side: Dataset, table: str, rows: NDArray[Any], positions: NDArray[Any]
) -> Iterator[pl.DataFrame]:
    """The JSON forms of some rows of a table, and of their keys, each with the position that goes with its row."""
    model, key = changes.domain.models[table], changes.domain.key_fields(table)
    start = 0
    for path in side.side.tables[table]:
        stop = start + store.rows_of([path])
        if np.searchsorted(rows, start) == np.searchsorted(rows, stop):
            start = stop
            continue
        for batch in store.batches([path], _ROWS, model):
            low, high = np.searchsorted(rows, (start, start + batch.num_rows))
            if low < high:
                taken = pl.DataFrame(pl.from_arrow(batch.take(rows[low:high] - start)))
                forms = taken.select(key=store.json_text(model, key), text=store.json_text(model))
                yield forms.with_columns(place=positions[low:high])
            start += batch.num_rows


def text(changes: Changes) -> Callable[[Line], str]:
    """What puts an event into its envelope, a line of JSON without its end."""
    end = changes.end
    told = {
        "version": end.generator or "",
        "connector": CONNECTOR,
        "name": end.profile or "",
        "db": changes.domain.database,
        "snapshot": "false",
    }
    ends = {"from": changes.start.identity, "to": end.identity}
    source, leads = (json.dumps(part, ensure_ascii=False, separators=(",", ":"))[1:-1] for part in (told, ends))

    def line(event: Line) -> str:
        stamp = NONE if event.ts_ms is None else event.ts_ms
        return (
            f'{{"before":{event.before},"after":{event.after},"source":{{{source},"ts_ms":{stamp},'
            f'"table":"{event.table}","key":{event.key},"position":{event.position},"row":{event.row},{leads}}},'
            f'"op":"{event.op}","ts_ms":{stamp},"transaction":null}}'
        )

    return line
