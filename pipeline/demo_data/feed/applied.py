"""What a feed does to each table of a dataset: collected in one pass, and held against the records that are there."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_data.common.errors import DataError
from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.feed.events import Event
from demo_data.feed.texts import EACH, Ordered

_ROWS = 8192
_DIGEST = 16


@dataclass
class Applied:
    """Of a table's events, in order: their keys (as JSON), positions, rows, and digests of what records were before.

    `texts` has the records that came or changed, each at its row.
    """

    texts: Ordered
    keys: list[str] = field(default_factory=list)
    ops: list[str] = field(default_factory=list)
    positions: array[int] = field(default_factory=lambda: array("q"))
    rows: array[int] = field(default_factory=lambda: array("q"))
    digests: bytearray = field(default_factory=bytearray)
    _waiting: list[tuple[int, str]] = field(default_factory=list)

    def add(self, event: Event) -> None:
        self.keys.append(_compact(event.key))
        self.ops.append(event.op)
        self.positions.append(event.position)
        self.rows.append(event.source.row)
        self.digests += digest(event.before)
        if event.after is not None:
            self._waiting.append((event.source.row, _compact(event.after)))
            if len(self._waiting) == EACH:
                self.flush()

    def flush(self) -> None:
        """Put what waits to the other texts."""
        if self._waiting:
            rows, texts = zip(*self._waiting, strict=True)
            self.texts.add(pl.DataFrame({"place": rows, "part": [0] * len(rows), "text": texts}))
            self._waiting = []


@dataclass(frozen=True)
class Fault:
    """An event that does not fit: its position, and what is wrong, of which record."""

    position: int
    what: str


@dataclass(frozen=True)
class Plan:
    """The new table: which rows of the old one stay as they are, and which rows of it come from the feed, in order."""

    stays: NDArray[np.bool_]
    placed: NDArray[np.int64]
    height: int


def collected(events: Iterator[Event], folder: Path) -> dict[str, Applied]:
    """A feed's events by table; texts wait in `folder`."""
    applied: dict[str, Applied] = {}
    for event in events:
        if event.table not in applied:
            applied[event.table] = Applied(Ordered(folder / event.table))
        applied[event.table].add(event)
    for table in applied.values():
        table.flush()
    return applied


def fitted(domain: Domain, table: str, files: Sequence[Path], events: Applied) -> Plan | Fault:
    """How the new table comes about, or the first event that does not fit the records in the old one's files."""
    keys = _keys(domain, table, files)
    if keys["key"].n_unique() < keys.height:
        raise DataError(f"{table}: a key stands more than once")
    known = pl.DataFrame(
        {"key": events.keys, "op": events.ops, "position": np.array(events.positions), "row": np.array(events.rows)}
    ).with_row_index("number")
    joined = known.join(keys, on="key", how="left", maintain_order="left")
    creates, there = pl.col("op") == "c", pl.col("place").is_not_null()
    faults = [
        *_first(joined.filter(creates & there), "is there already"),
        *_first(joined.filter(~creates & ~there), "is not there"),
        *_first(joined.filter(~pl.col("key").is_first_distinct()), "has two events in this feed"),
    ]
    if not faults:
        touched = joined.filter(there).sort("place")
        unlike = pl.Series(_differ(domain, table, files, touched, events), dtype=pl.Boolean)
        faults = _first(touched.filter(unlike), "is not what the feed says it was")
    if faults:
        return min(faults, key=lambda fault: fault.position)
    placed = joined.filter(pl.col("op") != "d")["row"].sort()
    stays = np.ones(keys.height, dtype=bool)
    stays[joined["place"].drop_nulls().to_numpy()] = False
    height = int(stays.sum()) + len(placed)
    if placed.n_unique() < len(placed) or (len(placed) and placed[-1] >= height):
        raise DataError(f"{table}: the rows that the feed tells of cannot all be: is it of another dataset?")
    return Plan(stays, placed.to_numpy(), height)


def digest(record: dict[str, Any] | None) -> bytes:
    """A record's digest, whatever the order of its fields; of no record that of nothing."""
    text = "" if record is None else json.dumps(record, sort_keys=True)
    return blake2b(text.encode(), digest_size=_DIGEST).digest()


def _first(events: pl.DataFrame, what: str) -> list[Fault]:
    if events.is_empty():
        return []
    first = events.sort("position").row(0, named=True)
    return [Fault(first["position"], f"{first['key']} {what}")]


def _keys(domain: Domain, table: str, files: Sequence[Path]) -> pl.DataFrame:
    """The keys of a table's rows as JSON, in order, with their places."""
    model, key = domain.models[table], domain.key_fields(table)
    texts = [
        pl.DataFrame(pl.from_arrow(batch)).select(key=store.json_text(model, key))
        for batch in store.batches(files, _ROWS, model, key)
    ]
    return pl.concat([pl.DataFrame(schema={"key": pl.String}), *texts]).with_columns(
        place=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def _differ(domain: Domain, table: str, files: Sequence[Path], touched: pl.DataFrame, events: Applied) -> list[bool]:
    """Which records, at places in order, are not what their events say that they were."""
    model, places, start = domain.models[table], touched["place"].to_numpy(), 0
    numbers, unlike = touched["number"].to_list(), []
    for batch in store.batches(files, _ROWS, model) if len(places) else ():
        low, high = np.searchsorted(places, (start, start + batch.num_rows))
        if low < high:
            taken = pl.DataFrame(pl.from_arrow(batch.take(places[low:high] - start)))
            for number, text in zip(numbers[low:high], taken.select(store.json_text(model)).to_series(), strict=True):
                told = events.digests[number * _DIGEST : (number + 1) * _DIGEST]
                unlike.append(digest(json.loads(text)) != told)
        start += batch.num_rows
    return unlike


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
