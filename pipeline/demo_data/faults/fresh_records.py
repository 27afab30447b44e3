"""Records that can be added to a dataset without breaking anything: faults that need a place of their own use them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import ValidationError

from demo_data.faults.data import Cannot, Data, Record
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change
from demo_data.faults.reach import may_grow
from demo_data.schema.marks import ForeignKey
from demo_data.schema.record import Entity
from demo_data.schema.tree import tree

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


def fresh_record(data: Data, draw: Draw, table: str) -> Fresh:
    """A record of a table that may be at fault in any field but its key, and no rule minds. Raises Cannot.

    It is what `fresh_record` in the table's faults makes; else, where no rule sees more of the table than single
    records, a copy of another record under a key of its own.
    """
    own = getattr(data.domain.parts("faults").get(table), "fresh_record", None)
    if own is not None:
        found: Fresh = own(data, draw)
        return found
    if not may_grow(data, table):
        raise Cannot(f"records of {table} cannot be added without breaking other rules")
    return Fresh(data.add(table, renamed(data, draw, table)))


def renamed(data: Data, draw: Draw, table: str) -> Record:
    """A copy of some record under another key of the same look. Raises Cannot."""
    record = data.any_pristine(draw, table)
    model, names = data.domain.models[table], data.domain.key_fields(table)
    known = {tuple(each.get(name) for name in names) for each in data[table]}
    own = [node.name for node in tree(model).children if node.name in names and not node.mark(ForeignKey)]
    for name, number in product(own, range(9999, 0, -1)):
        for value in _others(record[name], number):
            other = record | {name: value}
            if tuple(other[each] for each in names) not in known and _fits(model, other):
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
