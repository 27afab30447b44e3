"""A fault: where it is, what stood there, what else is changed for it, what must be found; and the ledger of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Operation = Literal["set", "insert", "remove", "add", "repeat"]
RECIPE = "recipe"
"""The table name that stands for recipe.json."""

Place = tuple[str, int]
"""A record, by table and number; or what a domain's planters agree upon, under a name that is no table's."""


@dataclass(frozen=True)
class Change:
    """One value of one record: `set` where another stood, `insert` where none did (at a list's end too), `remove`, or
    `repeat`: the field stands twice in the file, with the same value; or `add`, with no field: a whole record at the
    table's end. `record` is None in recipe.json.
    """

    operation: Operation
    table: str
    record: int | None
    field: str | None
    old: Any
    new: Any

    def as_json(self, parquet: Collection[str]) -> dict[str, Any]:
        """The change as the ledger has it; `parquet` are the tables that lie in that form."""
        return {
            "operation": self.operation,
            "file": _file(self.table, parquet),
            "record": self.record,
            "field": self.field,
            "old": self.old,
            "new": self.new,
        }


@dataclass(frozen=True)
class Also:
    """A further rule that cannot but fire with a fault, and the record where it does."""

    kind: str
    table: str
    record: int | None


@dataclass(frozen=True)
class Fault:
    """A fault as it is to be planted. `record` is None where the whole table is at fault.

    `changes` are all changes, in order. `requires` are places that must stay as they are for the fault to be found;
    `locks` are places that no other fault may change or require, beside the records that are changed.
    """

    table: str
    record: int | None
    field: str | None
    old: Any
    new: Any
    sentence: str
    changes: Sequence[Change]
    also: Sequence[Also] = ()
    requires: Sequence[Place] = ()
    locks: Sequence[Place] = ()

    @classmethod
    def added(cls, change: Change, sentence: str, *more: Change, **rest: Any) -> Fault:
        """A record that should not be, or not be so; with what `more` comes with it."""
        return cls(change.table, change.record, None, None, change.new, sentence, (change, *more), **rest)

    @classmethod
    def listed(cls, item: Change, sentence: str, *before: Change, **rest: Any) -> Fault:
        """An item too many in a list; with what is changed `before`."""
        return cls(item.table, item.record, item.field, None, item.new, sentence, (*before, item), **rest)

    @classmethod
    def of_table(cls, table: str, field: str | None, sentence: str, changes: Sequence[Change]) -> Fault:
        """A fault of a table as a whole."""
        return cls(table, None, field, None, None, sentence, changes)

    def numbered(self, number: Callable[[str, int], int]) -> Fault:
        """The fault with records numbered otherwise, as `number` tells of a table and a record in it."""

        def of(table: str, record: int | None) -> int | None:
            return None if record is None else number(table, record)

        return replace(
            self,
            record=of(self.table, self.record),
            changes=[replace(each, record=of(each.table, each.record)) for each in self.changes],
            also=[replace(each, record=of(each.table, each.record)) for each in self.also],
        )


def _file(table: str, parquet: Collection[str]) -> str:
    return f"{table}.parquet" if table in parquet else f"{table}.json"


@dataclass(frozen=True)
class PlantedFault:
    """A fault that was planted, as the ledger has it."""

    number: int
    kind: str
    key: str | None
    fault: Fault

    def as_json(self, parquet: Collection[str]) -> dict[str, Any]:
        """The fault as the ledger has it; `parquet` are the tables that lie in that form."""
        fault = self.fault
        return {
            "number": self.number,
            "kind": self.kind,
            "table": fault.table,
            "file": _file(fault.table, parquet),
            "record": fault.record,
            "key": self.key,
            "field": fault.field,
            "old": fault.old,
            "new": fault.new,
            "sentence": fault.sentence,
            "also": [{"kind": each.kind, "table": each.table, "record": each.record} for each in fault.also],
            "changes": [change.as_json(parquet) for change in fault.changes],
        }


@dataclass
class Ledger:
    """How many faults were asked for, all that were planted, and the kinds that were left out with the reason.

    `parquet` are the tables of the copy that lie in that form, and not as JSON.
    """

    seed: int
    asked: int
    faults: list[PlantedFault] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    parquet: Collection[str] = ()

    def as_json(self) -> Mapping[str, Any]:
        """The ledger as it is written."""
        return {
            "format": 1,
            "seed": self.seed,
            "asked": self.asked,
            "defects": [fault.as_json(self.parquet) for fault in self.faults],
            "left_out": [{"kind": kind, "reason": reason} for kind, reason in sorted(self.left_out.items())],
        }
