"""When things happened, in microseconds since 1970: the one place that knows which fields tell.

An event of a table of events, or a record elsewhere, came at its `created_at`; an event without one came at its event
time, which for a date is the end of that day. A record changed at its `updated_at`. What tells of no moment, and what
went, came about at the end of the later dataset's last day.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.compare.leaves import BATCH
from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.schema.marks import EventTime
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, column_paths, event_time

Moments: TypeAlias = NDArray[np.int64]

CREATED, UPDATED = "created_at", "updated_at"
_MILLI = 1_000
_HOUR = 3_600 * 1_000 * _MILLI
_DAY = 24 * _HOUR
_EPOCH = datetime.date(1970, 1, 1)


def came(model: type[Entity], files: Sequence[Path], end: int) -> Moments:
    """When each record came into being; `end` where none tells."""
    node = event_time(model)
    return _told(model, files, CREATED if _has(model, CREATED) else node, end)


def changed(model: type[Entity], files: Sequence[Path], end: int) -> Moments:
    """When each record last changed; `end` where none tells."""
    return _told(model, files, UPDATED if _has(model, UPDATED) else None, end)


def tells_change(model: type[Entity]) -> bool:
    """Whether records of a table tell when they last changed."""
    return _has(model, UPDATED)


def happened(model: type[Entity], files: Sequence[Path], end: int) -> Moments:
    """When each record came into being, as its table's calendar has it: of an event its event time."""
    node = event_time(model)
    return _told(model, files, node, end) if node else came(model, files, end)


def end_of_day(day: datetime.date, domain: Domain) -> int:
    """The last millisecond of a day, in the calendar of the domain's events; UTC's where it has none."""
    hours = next((_hours(node) for model in domain.models.values() if (node := event_time(model))), 0)
    return ((day - _EPOCH).days + 1) * _DAY - hours * _HOUR - _MILLI


def _hours(node: Node) -> int:
    mark = node.mark(EventTime)
    return mark.hours if mark else 0


def _has(model: type[Entity], name: str) -> bool:
    return name in column_paths(model)


def _told(model: type[Entity], files: Sequence[Path], column: str | Node | None, end: int) -> Moments:
    path = column.path if isinstance(column, Node) else column
    if path is None:
        return np.full(store.rows_of(files), end, np.int64)
    parts = [_values(batch, path, column, end) for batch in store.batches(files, BATCH, model, [path])]
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _values(batch: pa.RecordBatch, path: str, column: str | Node | None, end: int) -> Moments:
    first, *steps = path.split(".")
    values = batch.column(first)
    for step in steps:
        values = pc.struct_field(values, step)  # null where the record is
    if pa.types.is_date32(values.type):
        hours = _hours(column) if isinstance(column, Node) else 0
        days = pc.fill_null(values.view(pa.int32()), -1).to_numpy(zero_copy_only=False).astype(np.int64)
        moments: Moments = (days + 1) * _DAY - hours * _HOUR - _MILLI
    else:
        moments = pc.fill_null(values.view(pa.int64()), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(values.is_valid().to_numpy(zero_copy_only=False), moments, end)
