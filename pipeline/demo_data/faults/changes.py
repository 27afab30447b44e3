"""Short words for changes and faults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo_data.faults.data import Data, Record, at
from demo_data.faults.ledger import Also, Change, Fault, Place

Places = Sequence[Place]


def put(data: Data, table: str, row: int, field: str, new: Any) -> Change:
    """Set one value, or insert it where there is none."""
    parent, _, name = field.rpartition(".")
    there = name in (at(data[table][row], parent) if parent else data[table][row])
    return Change("set" if there else "insert", table, row, field, at(data[table][row], field), new)


def enlist(data: Data, table: str, row: int, field: str, new: Any) -> Change:
    """Add an item to a list."""
    return Change("insert", table, row, f"{field}[{len(at(data[table][row], field))}]", None, new)


def add(data: Data, table: str, record: Record, *, after: int = 0) -> Change:
    """Add a record, `after` others that the same fault adds."""
    return Change("add", table, len(data[table]) + after, None, None, record)


def sets(
    data: Data,
    table: str,
    row: int,
    field: str,
    new: Any,
    sentence: str,
    *more: Change,
    also: Sequence[Also] = (),
    requires: Places = (),
    locks: Places = (),
) -> Fault:
    """A fault that is one value, with what else must change."""
    change = put(data, table, row, field, new)
    return Fault(table, row, field, change.old, new, sentence, (change, *more), also, requires, locks)


def lists(
    data: Data, table: str, row: int, field: str, new: Any, sentence: str, *before: Change, requires: Places = ()
) -> Fault:
    """A fault that is an item too many in a list."""
    change = enlist(data, table, row, field, new)
    return Fault(table, row, change.field, None, new, sentence, (*before, change), (), requires)


def adds(
    data: Data,
    change: Change,
    sentence: str,
    *more: Change,
    also: Sequence[Also] = (),
    requires: Places = (),
    locks: Places = (),
) -> Fault:
    """A fault that is a record which should not be, or not be so."""
    return Fault(change.table, change.record, None, None, change.new, sentence, (change, *more), also, requires, locks)


def whole(data: Data, table: str, field: str | None, sentence: str, changes: Sequence[Change]) -> Fault:
    """A fault of a table as a whole."""
    return Fault(table, None, field, None, None, sentence, changes)
