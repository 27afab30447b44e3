"""A dataset as plain records that faults are planted in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import wraps
from typing import Any, NoReturn, TypeVar

from demo_data.common.errors import UsageError, nearest
from demo_data.domain import Domain
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import RECIPE, Change, Fault, Place
from demo_data.faults.paths import at, carry_out, no_field
from demo_data.schema.tree import tree

Record = dict[str, Any]
Item = TypeVar("Item")
Result = TypeVar("Result")


class Cannot(Exception):
    """The dataset has no room for a fault; the message says why."""


def first(items: Iterator[Item], reason: str = "no record is left that would break this rule alone") -> Item:
    """The first of the items. Raises Cannot, with the reason, where there is none."""
    for item in items:
        return item
    raise Cannot(reason)


def moment(text: str) -> datetime:
    """A moment of JSON."""
    return datetime.fromisoformat(text)


def written(value: date | time) -> str:
    """A moment as JSON has it."""
    return value.isoformat().replace("+00:00", "Z")


def require_json(field: str, value: Any) -> None:
    """Raise `UsageError` for a value of a field that JSON cannot hold, with the form that it has there."""

    def refuse(each: Any) -> NoReturn:
        item = written(each) if isinstance(each, date | time) else getattr(each, "item", lambda: None)()
        hint = "" if item is None else f": write {item!r}"
        raise UsageError(f"{field}: JSON holds no {type(each).__name__}, and records are as in JSON{hint}")

    json.dumps(value, default=refuse)


@dataclass(frozen=True)
class State:
    """What `Data.restore` brings back: sizes of tables, the recipe and so on; and the records changed since."""

    sizes: dict[str, int]
    recipe: Record
    keys: dict[str, set[tuple[Any, ...]]]
    repeated: dict[Place, str]
    places: tuple[set[Any], ...]
    records: dict[Place, Record]


class Data:
    """Records by table, the recipe (empty where there is none), and which places are locked or required.

    Faults are placed in the records that the dataset came with, never in what another fault has added; so what is
    derived from them stays true of all records that are free.
    """

    def __init__(self, domain: Domain, tables: dict[str, list[Record]], recipe: Record) -> None:
        self.domain, self.tables, self.recipe = domain, tables, recipe
        self.sizes = {name: len(records) for name, records in tables.items()}
        self.partial: frozenset[str] = frozenset()
        """The tables of which a sample is held, and not all."""
        self.repeated: dict[Place, str] = {}
        """The field that stands twice in the text of a record."""
        self._derived: dict[object, Any] = {}
        self._known_keys: dict[str, set[tuple[Any, ...]]] = {}
        self._state: State | None = None
        self._pristine: dict[Place, Record] = {}
        self._locked: set[Place] = set()
        self._required: set[Place] = set()
        self._values: set[tuple[str, int | None, str]] = set()

    def __getitem__(self, table: str) -> list[Record]:
        """The records of a table; none where it is not there. Raises `UsageError` where there is no such table."""
        if table not in self.tables:
            self.require(table)
        return self.tables.get(table, [])

    def require(self, table: str, path: str | None = None) -> None:
        """Raise `UsageError` where the domain has no such table, or its class no such field."""
        models = self.domain.models
        if table not in models:
            raise UsageError(f"no table is called {table!r}; {nearest(table, models)}")
        if path is not None and (fault := no_field(models[table], path)):
            raise UsageError(fault)

    @property
    def names(self) -> set[str]:
        """The names of all fields of all tables."""
        models = self.domain.models.values()
        return self.once("names", lambda: {node.name for model in models for node in tree(model).walk()})

    def pristine(self, table: str, row: int) -> Record:
        """A copy of a record as it came, whatever faults have changed since."""
        return deepcopy(self._pristine.get((table, row), self[table][row]))

    def any_pristine(self, draw: Draw, table: str, fits: Callable[[Record], Any] = lambda _: True) -> Record:
        """A copy of some record that fits, as it came. Raises Cannot."""
        for row in draw.order(self.sizes.get(table, 0)):
            if fits(record := self.pristine(table, row)):
                return record
        raise Cannot(f"there is no record of {table} to add one like it")

    def unlocked(self, table: str, row: int) -> bool:
        """Whether a fault may require the place: no other one has changed or locked it."""
        return (table, row) not in self._locked

    def free(self, table: str, row: int) -> bool:
        """Whether a fault may change or lock the place: no other one requires it either."""
        return self.unlocked(table, row) and (table, row) not in self._required

    def touched(self, table: str, row: int | None, field: str) -> bool:
        """Whether a fault of a whole table has changed the value."""
        return (table, row, field) in self._values

    def rows(self, draw: Draw, table: str, fits: Callable[[Record], Any] = lambda _: True) -> Iterator[int]:
        """The numbers of free records that fit, in a random order."""
        self.require(table)
        for row in draw.order(self.sizes.get(table, 0)):
            if self.free(table, row) and fits(self[table][row]):
                yield row

    def row(self, draw: Draw, table: str, fits: Callable[[Record], Any] = lambda _: True) -> int:
        """The number of a free record that fits. Raises Cannot."""
        return first(self.rows(draw, table, fits), f"no record of {table} is left that would break this rule alone")

    def key(self, table: str, row: int | None) -> str | None:
        """What a record is called."""
        if row is None or table not in self.domain.models:
            return None
        parts = [self[table][row].get(name) for name in self.domain.key_fields(table)]
        return " ".join(str(part) for part in parts) if all(parts) else None

    def number(self, table: str, row: int) -> int:
        """The number of a record in all of its table."""
        return row

    def taken(self, table: str, path: str, texts: Sequence[str]) -> set[Any]:
        """Which of some texts stand at a path, in any record of a table."""
        return {at(record, path) for record in self[table]}.intersection(texts)

    def fitting(self, fault: Fault) -> Fault:
        """The fault. Raises Cannot where the form that its table is written in cannot hold it: JSON holds all."""
        return fault

    def planted(self, table: str) -> tuple[dict[int, Record], list[Record]]:
        """The records of a table that faults have changed, by number, and those that they have added."""
        size = self.sizes.get(table, 0)
        changed = sorted(row for name, row in self._pristine if name == table and row < size)
        return {row: self[table][row] for row in changed}, self[table][size:]

    def once(self, name: object, make: Callable[[], Result]) -> Result:
        """What `make` gives, computed once under the name."""
        if name not in self._derived:
            self._derived[name] = make()
        result: Result = self._derived[name]
        return result

    def index(self, table: str) -> Mapping[str, int]:
        """The number of each record by its key, which is one field, in the dataset as it came."""
        (name,) = self.domain.key_fields(table)
        records = self[table][: self.sizes.get(table, 0)]
        return self.once(("index", table), lambda: {record[name]: row for row, record in enumerate(records)})

    def put(self, table: str, row: int, field: str, new: Any) -> Change:
        """The change that sets one value, or inserts it where there is none.

        Raises `UsageError` for no field, and for what JSON cannot hold.
        """
        self.require(table, field)
        require_json(field, new)
        above, _, name = field.rpartition(".")
        there = name in (at(self[table][row], above) if above else self[table][row])
        return Change("set" if there else "insert", table, row, field, at(self[table][row], field), new)

    def append(self, table: str, row: int, field: str, new: Any) -> Change:
        """The change that adds an item to a list. Raises `UsageError` for what JSON cannot hold."""
        require_json(field, new)
        return Change("insert", table, row, f"{field}[{len(at(self[table][row], field))}]", None, new)

    def add(self, table: str, record: Record, *, after: int = 0) -> Change:
        """The change that adds a record, `after` others that the same fault adds.

        Raises `UsageError` for what JSON cannot hold.
        """
        for field, value in record.items():
            require_json(field, value)
        return Change("add", table, len(self[table]) + after, None, None, record)

    def fault(self, table: str, row: int, field: str, new: Any, sentence: str, *more: Change, **rest: Any) -> Fault:
        """A fault that is one value, with what `more` must change; `rest` are further fields of the fault."""
        change = self.put(table, row, field, new)
        return Fault(table, row, field, change.old, new, sentence, (change, *more), **rest)

    def plant(self, fault: Fault, *, whole: bool = False, key_again: bool = False) -> None:
        """Carry out a fault's changes, and lock what it needs. Raises Cannot, with nothing changed, if it collides.

        `whole`: it is one of a table as a whole; `key_again`: the record that it adds is to have the key of another.
        """
        if any(self.touched(change.table, change.record, change.field or "") for change in fault.changes):
            raise Cannot("another fault has changed the same values")
        added = [
            (change.table, self._key(change.table, change.new)) for change in fault.changes if change.field is None
        ]
        if not key_again and any(key in self._keys(table) for table, key in added):
            raise Cannot("there is a record of that key already")
        for table, key in added:
            self._keys(table).add(key)
        for change in fault.changes:
            self._carry_out(change)
            if whole:
                self._values.add((change.table, change.record, change.field or ""))
            elif change.record is not None and not (change.field or "").endswith("]"):
                self._locked.add((change.table, change.record))
        self._locked.update(fault.locks)
        self._required.update(fault.requires)
        if fault.record is not None:
            self._locked.add((fault.table, fault.record))

    def state(self) -> State:
        """The state that `restore` brings back, of which there is one at a time."""
        sizes = {table: len(records) for table, records in self.tables.items()}
        keys = {table: set(keys) for table, keys in self._known_keys.items()}
        places = set(self._locked), set(self._required), set(self._values)
        self._state = State(sizes, deepcopy(self.recipe), keys, dict(self.repeated), places, {})
        return self._state

    def restore(self, state: State) -> None:
        """Take back all that was planted since."""
        for (table, row), record in state.records.items():
            self.tables[table][row] = record
            if self._pristine.get((table, row)) is record:
                del self._pristine[table, row]
        for table, size in state.sizes.items():
            del self.tables[table][size:]
        self.recipe, self._known_keys, self.repeated = state.recipe, state.keys, state.repeated
        self._locked, self._required, self._values = state.places
        self._state = None

    def _keys(self, table: str) -> set[tuple[Any, ...]]:
        """The keys of all records."""
        if table not in self._known_keys:
            self._known_keys[table] = {self._key(table, record) for record in self[table]}
        return self._known_keys[table]

    def _key(self, table: str, record: Record) -> tuple[Any, ...]:
        return tuple(record.get(name) for name in self.domain.key_fields(table))

    def _carry_out(self, change: Change) -> None:
        if change.operation == "add":
            self.tables[change.table].append(change.new)
        elif change.table == RECIPE:
            carry_out(change, self.recipe)
        else:
            place = change.table, change.record or 0
            self._keep(place)
            if change.operation == "repeat":
                self.repeated[place] = change.field or ""
            else:
                carry_out(change, self[change.table][place[1]])

    def _keep(self, place: Place) -> None:
        """Keep the record as it came, and as it was when `state` was called."""
        kept = [self._pristine, *([self._state.records] if self._state else [])]
        if any(place not in records for records in kept):
            record = deepcopy(self.tables[place[0]][place[1]])
            for records in kept:
                records.setdefault(place, record)


def derived(function: Callable[[Data], Result]) -> Callable[[Data], Result]:
    """Of a function of the dataset as it came: computed once for each, as faults leave what they do not lock."""
    return wraps(function)(lambda data: data.once(function, lambda: function(data)))
