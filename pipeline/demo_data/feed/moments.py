"""When things happened, in microseconds since 1970: which fields tell, and what they tell of.

An event of a table of events, or a record elsewhere, came at its `created_at`; an event without one came at its event
time, which for a date is the end of that day. A record changed at its `updated_at`. What tells of no moment, and what
went, came about at the end of the later dataset's last day.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.compare.leaves import BATCH
from demo_data.compare.past import CREATED, UPDATED
from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.schema.record import Entity
from demo_data.schema.tree import column_paths, event_time

Moments: TypeAlias = NDArray[np.int64]
_Days = TypeVar("_Days", int, Moments)

_MILLI = 1_000
_HOUR = 3_600 * 1_000 * _MILLI
_DAY = 24 * _HOUR
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Clock:
    """Tells moments of records. `end`: the moment of what tells of none; `hours`: how far days are ahead of UTC's."""

    end: int
    hours: int

    def came(self, model: type[Entity], files: Sequence[Path]) -> Moments:
        """When each record came into being."""
        node = event_time(model)
        return self._told(model, files, CREATED if _has(model, CREATED) else node.path if node else None)

    def changed(self, model: type[Entity], files: Sequence[Path]) -> Moments:
        """When each record last changed."""
        return self._told(model, files, UPDATED if _has(model, UPDATED) else None)

    def happened(self, model: type[Entity], files: Sequence[Path]) -> Moments:
        """When each event happened, whenever it was noted; of other records when they came into being."""
        node = event_time(model)
        return self._told(model, files, node.path) if node else self.came(model, files)

    def _told(self, model: type[Entity], files: Sequence[Path], path: str | None) -> Moments:
        if path is None:
            return np.full(store.rows_of(files), self.end, np.int64)
        parts = [self._values(batch, path) for batch in store.batches(files, BATCH, model, [path])]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def _values(self, batch: pa.RecordBatch, path: str) -> Moments:
        first, *steps = path.split(".")
        values = batch.column(first)
        for step in steps:
            values = pc.struct_field(values, step)  # null where the record is
        numbers: Moments = np.asarray(
            pc.fill_null(values.view(pa.int32() if pa.types.is_date32(values.type) else pa.int64()), 0)
        ).astype(np.int64)
        if pa.types.is_date32(values.type):
            numbers = _end_of(numbers, self.hours)
        return np.where(np.asarray(values.is_valid()), numbers, self.end)


def clock(domain: Domain, day: datetime.date) -> Clock:
    """What tells moments in a dataset whose last day is that one: `end` is its last millisecond."""
    return Clock(_end_of((day - _EPOCH).days, domain.hours_ahead), domain.hours_ahead)


def tells_creation(model: type[Entity]) -> bool:
    """Whether records of a table tell when they came into being."""
    return _has(model, CREATED) or event_time(model) is not None


def tells_change(model: type[Entity]) -> bool:
    """Whether records of a table tell when they last changed."""
    return _has(model, UPDATED)


def _end_of(day: _Days, hours: int) -> _Days:
    """The last millisecond of a day in a calendar, in microseconds."""
    return (day + 1) * _DAY - hours * _HOUR - _MILLI


def _has(model: type[Entity], name: str) -> bool:
    return name in column_paths(model)
