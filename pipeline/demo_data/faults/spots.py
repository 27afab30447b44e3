"""Places where a value may be at fault and nobody but its class or its key minds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from demo_data.faults.data import Cannot, Data, Record, at, carry_out
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import fresh_record
from demo_data.faults.ledger import Change, Fault, Operation, Place
from demo_data.faults.reach import reach
from demo_data.faults.wrong_values import GONE


@dataclass(frozen=True)
class Spot:
    """A record that may be at fault: one of the dataset, or one that `added` adds; with what it locks."""

    table: str
    row: int
    record: Record
    added: tuple[Change, ...] = ()
    locks: Sequence[Place] = ()

    def holds(self, path: str) -> bool:
        """Whether the record has a value at the path, be it null."""
        return path.rpartition(".")[2] in self._parent(path)

    def takes(self, path: str) -> bool:
        """Whether the record has, or could have, a value at the path."""
        return isinstance(self._parent(path), dict)

    def _parent(self, path: str) -> Any:
        parent = path.rpartition(".")[0]
        return (at(self.record, parent) if parent else self.record) or ()

    def broken(self, path: str, value: Any, sentence: str) -> Fault:
        """The fault that the value, or GONE, stands at the path."""
        old, new = at(self.record, path), None if value is GONE else value
        operation: Operation = "remove" if value is GONE else "set" if self.holds(path) else "insert"
        change = Change(operation, self.table, self.row, path, old, new)
        if self.added:
            carry_out(change, self.record)
        changes = self.added or (change,)
        return Fault(self.table, self.row, path, old, new, sentence, changes, locks=self.locks)


def spots(data: Data, draw: Draw, table: str, path: str) -> Iterator[Spot]:
    """Records in which the value at the path may be at fault: in a random order, then an added one. Raises Cannot."""
    if reach(data).may_fail(table, path):
        for row in data.rows(draw, table):
            record = data[table][row]
            if (locks := unsure(data, table, record, path)) is not None:
                yield Spot(table, row, record, locks=locks)
    fresh = fresh_record(data, draw, table)
    if (locks := unsure(data, table, fresh.record, path)) is not None:
        yield Spot(table, fresh.change.record or 0, fresh.record, fresh.changes, locks)


def unsure(data: Data, table: str, record: Record, path: str | None) -> Sequence[Place] | None:
    """The places that cannot be told while the value at the path, or the whole record, is at fault.

    They are what `unsure` in the table's faults says. None where it says that too much is, by Cannot, or where a fault
    requires one of the places.
    """
    own = getattr(data.domain.parts("faults").get(table), "unsure", None)
    try:
        places: Sequence[Place] = own(data, record, path) if own else ()
    except Cannot:
        return None
    return places if all(data.free(*place) for place in places) else None
