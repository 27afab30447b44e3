"""How faults are planted: functions under `@planter`, beside the rule that each of them breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from demo_data.domain import Domain
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault
from demo_data.faults.paths import at
from demo_data.validation.rules import rules_of

NOT_PLANTED = {
    "readable": "finds files that cannot be read, which hides every other fault in them",
    "table-name": "is about the names of files, not about data",
    "unread": "is about files that are not read, and a copy has only such as are",
    "table-missing": "finds tables that are not there, which hides every fault that needs them",
    "columns": "is about the columns of Parquet files, and what is written is JSON",
    "models": "is about other people's models",
    "json-form": "compares JSON with the Parquet file beside it, and what is written is JSON alone",
}
"""Rules of every domain that have no kind, with the reason."""

Plant = Callable[[Data, Draw], Fault]
Way = TypeVar("Way")


@dataclass(frozen=True)
class Planter:
    """One way to break a rule: the rule, the tables without which it cannot be, and a function that finds the place.

    A `whole` fault lies in a table as a whole, and is planted at most once. `path`: the field of the first table that
    it breaks, where it says so. `every`: the tables of which it must see every record; a `whole` one, of all it needs.
    """

    rule: str
    needs: tuple[str, ...]
    whole: bool
    plant: Plant
    path: str | None = None
    every: tuple[str, ...] = ()

    def absent(self, data: Data) -> str | None:
        """Why the dataset cannot have such a fault, if it has not the tables, or not all of their records in memory."""
        missing = [table for table in self.needs if not data.sizes.get(table)]
        if missing:
            return f"there is no table {' and no table '.join(missing)} with records"
        partial = [table for table in (self.needs if self.whole else self.every) if table in data.partial]
        return f"it takes all records of {' and '.join(partial)}, which are too many" if partial else None


def planter(rule: str, *needs: str, whole: bool = False, every: tuple[str, ...] = ()) -> Callable[[Plant], Planter]:
    """Make a planter of a function; it raises Cannot, or LookupError, where the dataset has no place for the fault."""
    return lambda plant: Planter(rule, needs, whole, plant, every=every)


def value_planter(rule: str, table: str, path: str, new: Callable[[Any], Any], sentence: str, *needs: str) -> Planter:
    """A planter of another value at the path of some record, made of the one that is there."""

    def plant(data: Data, draw: Draw) -> Fault:
        row = data.row(draw, table, lambda record: at(record, path) is not None)
        return data.fault(table, row, path, new(at(data[table][row], path)), sentence)

    return Planter(rule, (table, *needs), False, plant, path)


def first_way(ways: Iterable[Way], plant: Callable[[Way], Fault]) -> Fault:
    """The fault by the first of the ways that has room. Raises Cannot, with the last one's reason."""
    reason = "no table that is there has room for such a fault"
    for way in ways:
        try:
            return plant(way)
        except Cannot as cannot:
            reason = str(cannot)
    raise Cannot(reason)


@dataclass(frozen=True)
class Kind:
    """The faults that one rule finds, and all ways to plant them."""

    name: str
    planters: tuple[Planter, ...]

    @property
    def whole(self) -> bool:
        return self.planters[0].whole

    def absent(self, data: Data) -> str | None:
        """Why the dataset cannot have such faults, if that is so."""
        reasons = [planter.absent(data) for planter in self.planters]
        return None if None in reasons else reasons[0]

    def room(self, data: Data) -> int:
        """Records of the smallest table that the kind needs: where there are few, it goes first."""
        needs = [table for planter in self.planters for table in planter.needs]
        return min((data.sizes.get(table, 0) for table in needs), default=sum(data.sizes.values()))

    def plant(self, data: Data, draw: Draw) -> Fault:
        """A fault, by the first way that has room, in a random order. Raises Cannot, or LookupError."""
        ways = [planter for planter in self.planters if planter.absent(data) is None]
        return first_way(
            draw.shuffled(ways) if len(ways) > 1 else ways, lambda way: data.fitting(way.plant(data, draw))
        )


def kinds(domain: Domain) -> dict[str, Kind]:
    """Every kind: those of all domains, the domain's own that are no table's, then those of its tables in order."""
    from demo_data.faults import schema

    ours = [value for value in vars(schema).values() if isinstance(value, Planter)]
    by_rule: dict[str, list[Planter]] = {}
    for one in (*ours, *(own for _, own in domain.stated("faults", Planter))):
        by_rule.setdefault(one.rule, []).append(one)
    return {rule: Kind(rule, tuple(planters)) for rule, planters in by_rule.items()}


def not_planted(domain: Domain) -> dict[str, str]:
    """The rules that have no kind, with the reason: some of every domain, and those of this one without a planter."""
    known = kinds(domain)
    return NOT_PLANTED | {rule.name: "has no planter" for rule in rules_of(domain) if rule.name not in known}
