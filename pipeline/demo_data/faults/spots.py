"""Places where a value may be at fault, and nobody but its class or its key minds.

Rules see null in place of what is at fault. To a rule about single records that says nothing; one that measures records
against each other may miss the value. So a value is broken where no such rule reads it, or in a record that is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from demo_data.faults.data import Cannot, Data, Record, at, carry_out
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import fresh_record
from demo_data.faults.ledger import Change, Fault, Operation, Place
from demo_data.faults.reach import may_fail

GONE = object()
"""Stands for a value that is taken away."""


@dataclass(frozen=True)
class Spot:
    """A record that may be at fault: one of the dataset, or one that `added` adds; with what it locks."""

    table: str
    row: int
    record: Record
    added: tuple[Change, ...]
    locks: Sequence[Place]

    def parent(self, path: str) -> Any:
        """The object that the path's last field is in, or could be; empty where there is none."""
        above = path.rpartition(".")[0]
        parent = at(self.record, above) if above else self.record
        return parent if isinstance(parent, dict) else {}

    def holds(self, path: str) -> bool:
        """Whether the record has a value at the path, be it null."""
        return path.rpartition(".")[2] in self.parent(path)

    def broken(self, path: str, value: Any, sentence: str) -> Fault:
        """The fault that the value, or GONE, stands at the path."""
        old, new = at(self.record, path), None if value is GONE else value
        operation: Operation = "remove" if value is GONE else "set" if self.holds(path) else "insert"
        change = Change(operation, self.table, self.row, path, old, new)
        if self.added:
            carry_out(change, self.record)
        return Fault(self.table, self.row, path, old, new, sentence, self.added or (change,), locks=self.locks)


def spots(data: Data, draw: Draw, table: str, path: str | None) -> Iterator[Spot]:
    """Records in which the value at the path may be at fault: in a random order, then an added one. Raises Cannot.

    Without a path the record as a whole may be at fault: an added one.
    """
    for row in data.rows(draw, table) if path and may_fail(data, table, path) else ():
        if (locks := unsure(data, table, data[table][row], path)) is not None:
            yield Spot(table, row, data[table][row], (), locks)
    fresh = fresh_record(data, draw, table)
    if (locks := unsure(data, table, fresh.record, path)) is not None:
        yield Spot(table, fresh.change.record or 0, fresh.record, fresh.changes, locks)


def unsure(data: Data, table: str, record: Record, path: str | None) -> Sequence[Place] | None:
    """The places of which nothing can be told while the value at the path, or the whole record, is at fault.

    They are what `unsure` in the table's faults says; None where a fault requires one of them, or it says Cannot.
    """
    own = getattr(data.domain.parts("faults").get(table), "unsure", None)
    try:
        places: Sequence[Place] = own(data, record, path) if own else ()
    except Cannot:
        return None
    return places if all(data.free(*place) for place in places) else None
