"""A dataset as plain records that faults are planted in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from demo_data.faults.draw import Draw
from demo_data.faults.ledger import RECIPE, Change, Fault
from demo_data.schema.tree import primary_key
from demo_data.tea.tables import MODELS

Record = dict[str, Any]
KENYA = timedelta(hours=3)
SUMS = "sums of farmers"
"""What stands for a farmer's documents as a whole, in place of a table's name."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Cannot(Exception):
    """The dataset has no room for a fault; the message says why."""


def at(record: Any, path: str) -> Any:
    """The value at a path such as `contact.phone` or `farmer_ids[3]`; None where there is none."""
    for step in _steps(path):
        try:
            record = record[step]
        except (LookupError, TypeError):
            return None
    return record


def _steps(path: str) -> list[str | int]:
    return [name or int(place) for name, place in _STEP.findall(path)]


def moment(text: str) -> datetime:
    """A moment of JSON."""
    return datetime.fromisoformat(text)


def written(value: datetime) -> str:
    """A moment as JSON has it."""
    return value.isoformat().replace("+00:00", "Z")


def local_day(text: str) -> date:
    """The day of a moment by Kenya's calendar."""
    return (moment(text) + KENYA).date()


class Data:
    """Records by table, the recipe (empty where there is none), and which records are taken.

    Faults are placed in the records that the dataset came with, never in what another fault has added; so what is
    derived from them below stays true of all records that are free.
    """

    def __init__(self, tables: dict[str, list[Record]], recipe: Record) -> None:
        self.tables, self.recipe = tables, recipe
        self.sizes = {name: len(records) for name, records in tables.items()}
        self.changed: set[str] = set()
        """Names of tables that differ from the source."""
        self.repeated: dict[tuple[str, int], str] = {}
        """The field that stands twice in the text of a record."""
        self._pristine: dict[tuple[str, int], Record] = {}
        self._taken: set[tuple[str, int]] = set()
        self._leaned: set[tuple[str, int]] = set()
        self._values: set[tuple[str, int | None, str | None]] = set()

    def __getitem__(self, table: str) -> list[Record]:
        """The records of a table; none where it is not there."""
        return self.tables.get(table, [])

    def pristine(self, table: str, row: int) -> Record:
        """A copy of a record as it came, whatever faults have changed since."""
        return deepcopy(self._pristine.get((table, row), self[table][row]))

    def free(self, table: str, row: int) -> bool:
        """Whether a fault may change the record."""
        return (table, row) not in self._taken and (table, row) not in self._leaned

    def sums(self, document: int) -> tuple[str, int]:
        """What faults in sums over a farmer's documents lean on: that each of these can be read."""
        who = at(self["documents"][document], "linkage_fields.farmer_id")
        return SUMS, self.farmer_rows.get(who, -1)

    def firm(self, table: str, row: int) -> bool:
        """Whether a fault may lean on the record: no other one has changed it."""
        return (table, row) not in self._taken

    def touched(self, table: str, row: int | None, field: str) -> bool:
        """Whether a fault of a whole table has changed the value."""
        return (table, row, field) in self._values

    def rows(self, draw: Draw, table: str, fits: Callable[[Record], Any] = lambda _: True) -> Iterator[int]:
        """The numbers of free records that fit, in a random order. Raises Cannot after the last."""
        if not self.sizes.get(table):
            raise Cannot(f"there are no {table}")
        for row in draw.order(self.sizes[table]):
            if self.free(table, row) and fits(self[table][row]):
                yield row
        raise Cannot(f"no record of {table} is left that would break this rule alone")

    def row(self, draw: Draw, table: str, fits: Callable[[Record], Any] = lambda _: True) -> int:
        """The number of a free record that fits. Raises Cannot."""
        return next(self.rows(draw, table, fits))

    def key(self, table: str, row: int | None) -> str | None:
        """What a record is called."""
        if row is None or table not in MODELS:
            return None
        parts = [self[table][row].get(name) for name in primary_key(MODELS[table])]
        return " ".join(str(part) for part in parts) if all(parts) else None

    def plant(self, fault: Fault, *, whole: bool) -> None:
        """Carry out a fault's changes, and take what it needs. Raises Cannot, with nothing changed, if it collides."""
        for change in fault.changes:
            if self.touched(change.table, change.record, change.field or ""):
                raise Cannot("another fault has changed the same values")
        for change in fault.changes:
            self._carry_out(change)
            if whole:
                self._values.add((change.table, change.record, change.field))
            elif change.record is not None and not (change.field or "").endswith("]"):
                self._taken.add((change.table, change.record))
        self._taken.update(fault.takes)
        self._leaned.update(fault.leans)
        if fault.record is not None:
            self._taken.add((fault.table, fault.record))

    def _carry_out(self, change: Change) -> None:
        self.changed.add(change.table)
        if change.operation == "add":
            self.tables[change.table].append(change.new)
            return
        if change.operation == "repeat":
            self.repeated[change.table, change.record or 0] = change.field or ""
            return
        place: Any = self.recipe
        if change.table != RECIPE:
            row = change.record or 0
            place = self[change.table][row]
            self._pristine.setdefault((change.table, row), deepcopy(place))
        *way, last = _steps(change.field or "")
        for step in way:
            place = place[step]
        if change.operation == "remove":
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(change.new)
        else:
            place[last] = change.new

    def index(self, table: str, field: str) -> Mapping[str, int]:
        """The number of the record by a field's value, in the dataset as it came."""
        return {each[field]: row for row, each in enumerate(self[table][: self.sizes.get(table, 0)])}

    @cached_property
    def farmer_rows(self) -> Mapping[str, int]:
        return self.index("farmers", "id")

    @cached_property
    def point_rows(self) -> Mapping[str, int]:
        return self.index("collection_points", "id")

    @cached_property
    def factory_rows(self) -> Mapping[str, int]:
        return self.index("factories", "id")

    @cached_property
    def region_rows(self) -> Mapping[str, int]:
        return self.index("regions", "region_id")

    @cached_property
    def performance_rows(self) -> Mapping[str, int]:
        return self.index("farmer_performance", "farmer_id")

    @cached_property
    def histories(self) -> Mapping[str, list[int]]:
        """Each farmer's documents, oldest first."""
        found: dict[str, list[int]] = {}
        for row, each in enumerate(self["documents"]):
            found.setdefault(str(at(each, "linkage_fields.farmer_id")), []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: moment(self["documents"][row]["ingestion"]["received_at"]))
        return found

    @cached_property
    def enrolled(self) -> Mapping[str, list[int]]:
        """The collection points that each farmer was listed on."""
        found: dict[str, list[int]] = {}
        for row, each in enumerate(self["collection_points"]):
            for who in each["farmer_ids"]:
                found.setdefault(who, []).append(row)
        return found

    @cached_property
    def scenarios(self) -> Mapping[str, str]:
        """Who has which scenario."""
        return {who: name for name, farmers in self.recipe.get("scenarios", {}).items() for who in farmers}

    @cached_property
    def models(self) -> Mapping[str, int]:
        """The grading model (its record's number) that is active at each factory."""
        found = {}
        for row, each in enumerate(self["grading_models"]):
            found.update(dict.fromkeys(each["active_at_factory"], row))
        return found

    @cached_property
    def days(self) -> int:
        """Days of history. Raises Cannot without a recipe."""
        if "days" not in self.recipe:
            raise Cannot("there is no recipe.json")
        return int(self.recipe["days"])

    @cached_property
    def as_of(self) -> date:
        """The last day. Raises Cannot where nothing tells it."""
        if "as_of" in self.recipe:
            return date.fromisoformat(self.recipe["as_of"])
        told = [at(each, "historical.computed_at") for each in self["farmer_performance"]]
        days = [local_day(text) for text in told if text]
        if not days:
            raise Cannot("nothing tells the dataset's last day")
        return max(days)
