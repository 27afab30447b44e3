"""Places where a value may be at fault, and nobody but its class or its key minds.

Rules see null in place of what is at fault. To a rule about single records that says nothing; one that measures records
against each other may miss the value. So a value is broken where no such rule reads it, or in a record that is added,
which breaks nothing itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import ValidationError

from demo_data.faults.data import Cannot, Data, Record, derived
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change, Fault, Operation, Place
from demo_data.faults.paths import at, carry_out
from demo_data.schema.marks import ForeignKey
from demo_data.schema.record import Entity
from demo_data.schema.tree import references, tree
from demo_data.validation.rules import rules_of

Columns = set[str]
"""Columns as `table.path`; one that ends in `*` stands for all that begin so."""


def may_fail(data: Data, table: str, path: str) -> bool:
    """Whether the value at the path may be at fault in any record: no name of it, and of no other's concern."""
    return not _meet(f"{table}.{path}", _read(data)[1] | _names(data))


def may_grow(data: Data, table: str) -> bool:
    """Whether a record like another may be added under a name of its own."""
    of_records, of_tables = _read(data)
    names = {name for name in _names(data) if _meet(table, {name})}
    return not _meet(table, of_tables) and not any(_meet(name, of_records) for name in names)


def _meet(column: str, others: Columns) -> bool:
    """Whether a column is one of the others, or lies above or below one."""
    parts = [(f"{column}.", other.removesuffix("*") if other.endswith("*") else f"{other}.") for other in others]
    return any(own.startswith(other) or other.startswith(own) for own, other in parts)


@derived
def _names(data: Data) -> Columns:
    """What records are known by: keys, and fields that references lead to."""
    models = data.domain.models
    columns = {f"{table}.{name}" for table in models for name in data.domain.key_fields(table)}
    keys = [reference.key for model in models.values() for reference in references(model)]
    return columns | {f"{key.table}.{key.field}" for key in keys if key.field}


@derived
def _read(data: Data) -> tuple[Columns, Columns]:
    """What rules about single records read, and what the others do."""
    columns: tuple[Columns, Columns] = set(), set()
    for rule in rules_of(data.domain):
        columns[not rule.by_row].update(rule.reads)
    return columns


_LAST_NUMBER = re.compile(r"[0-9]+(?=[^0-9]*$)")


@dataclass(frozen=True)
class Fresh:
    """The addition of a record that nothing but `more`, which comes with it, refers to."""

    change: Change
    more: tuple[Change, ...] = ()

    @property
    def record(self) -> Record:
        record: Record = self.change.new
        return record

    @property
    def changes(self) -> tuple[Change, ...]:
        return (self.change, *self.more)


def unused(known: Any, pattern: str) -> str:
    """The first of the pattern's texts, `{}` counting down from 9999, that is not known."""
    return next(text for number in range(9999, 0, -1) if (text := pattern.format(number)) not in known)


def unused_in(data: Data, table: str, path: str, pattern: str) -> str:
    """The first of the pattern's texts that stands at the path in no record of a table."""
    texts = [pattern.format(number) for number in range(9999, 0, -1)]
    return unused(data.taken(table, path, texts), pattern)


def fresh_record(data: Data, draw: Draw, table: str) -> Fresh:
    """A record of a table that may be at fault in any field but its key, and no rule minds. Raises Cannot.

    It is what `fresh_record` in the table's faults makes; else, where no rule sees more of the table than single
    records, a copy of another record under a key of its own.
    """
    own = getattr(data.domain.part(table, "faults"), "fresh_record", None)
    if own is not None:
        fresh: Fresh = own(data, draw)
        return fresh
    if not may_grow(data, table):
        raise Cannot(f"records of {table} cannot be added without breaking other rules")
    return Fresh(data.add(table, renamed(data, draw, table)))


def renamed(data: Data, draw: Draw, table: str) -> Record:
    """A copy of some record under another key of the same look. Raises Cannot."""
    record = data.any_pristine(draw, table)
    model, names = data.domain.models[table], data.domain.key_fields(table)
    known = {tuple(record.get(name) for name in names) for record in data[table]}
    own = [node.name for node in tree(model).children if node.name in names and not node.mark(ForeignKey)]
    for name, number in product(own, range(9999, 0, -1)):
        for value in _others(record[name], number):
            other = record | {name: value}
            if tuple(other[key] for key in names) not in known and _fits(model, other):
                return other
    raise Cannot(f"there is no further key for a record of {table}")


def _others(value: Any, number: int) -> tuple[Any, ...]:
    """Keys like another one, with the number in place of the last one in it, or behind it."""
    if isinstance(value, int):
        return (value + number,)
    return _LAST_NUMBER.sub(lambda match: str(number).zfill(len(match[0])), value), f"{value}-{number}"


def _fits(model: type[Entity], record: Record) -> bool:
    try:
        model.model_validate_json(json.dumps(record))
    except ValidationError:
        return False
    return True


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
    own = getattr(data.domain.part(table, "faults"), "unsure", None)
    try:
        places: Sequence[Place] = own(data, record, path) if own else ()
    except Cannot:
        return None
    return places if all(data.free(*place) for place in places) else None
