"""How the columns of a table come about, stated beside its class.

A recipe names every published column (by dotted path) and any latent column (a fact that is needed and not
published, such as a customer's age). A column is drawn from a distribution or derived by a small function whose
parameters name what it needs:

- a column of the same table; `__` stands for the dot (`address__street`);
- `<link>__<column>`: a column of the parent row that `links` names (`customer__address__street`);
- `all_<link>__<column>`: that column over the whole parent table;
- `<children>`: for a table computed from its children, their columns (`demo_data.recipes.columns.Columns`), or, where
  they are events, what gives those of any days (`demo_data.recipes.columns.Events`);
- `later_<table>`: rows of a table of a later level, for deferred references (`demo_data.recipes.columns.Rows`);
- `drawn__<column>`: what the column's distribution gives, before a function has its say (or what the caller has given);
- `weights__<column>`: the weights of that distribution, as the profile has them;
- `every__<column>`: that column over all rows of the same (small) table;
- `rows`: this block's row numbers; `cells`: the numbers by which noise tells rows apart;
- `earlier`: for what is carried on, the table as of an earlier day (`demo_data.recipes.columns.Earlier`);
- `settings`: the profile (`demo_data.recipes.columns.Settings`); `noise`: stateless noise of this table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from demo_data.recipes.calendar import WEEKDAYS
from demo_data.recipes.columns import Settings
from demo_data.recipes.distributions import Distribution
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, event_time, references, tree

Function = TypeVar("Function", bound=Callable[..., Any])


LATER = "later_"
"""How the parameters begin by which functions read tables of later levels."""


@dataclass(frozen=True)
class Derived:
    """A function that gives the columns `names` (a tuple of columns where there are several)."""

    names: tuple[str, ...]
    function: Callable[..., Any]
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """Rows that a profile sets (`<table>.count`): `default` where it does not; at most `most`, because of `why`.

    `joining`: how many per cent of them join in a year after the world's `born`, where a table grows; a profile may say
    otherwise (`<table>.joining`). Their rows come after the others, in order of the day, which is one of the weekdays
    `joins_on`.
    """

    default: int = 1
    most: int | None = None
    why: str = ""
    joining: float | None = None
    joins_on: Collection[str] = WEEKDAYS


@dataclass(eq=False)
class Recipe:
    """The columns of one table.

    `count`: the table's rows: what a profile may set, or a function of other settings.
    `links`: parent tables by the name of the latent column that holds the parent's row number.
    `within`: the (link, parent) whose row ranges cut this table, as an order belongs to a customer. One row per
    parent row, or as many as `expand` says.
    `id_prefix`: what the ids begin with, where a profile may choose it (`<table>.id_prefix`).
    `options`: settings that are one of a few words (`<table>.<name>`), the first of them where a profile says nothing.
    `scenarios`: names of stories that a profile may give to some of the rows (`<table>.scenarios`, by name a number of
    rows or a percentage); the latent column `scenario`, shape (rows, seasons), has each row's place in the profile's
    list, or -1. `season_days`: stories are dealt anew after so many days, first on the day after `born`; 0 for never.
    `per_parent`: about how many rows each parent row has under given settings; parts are cut by it. Of a table of
    events, in a day; of one without parents, the rows of a day, in order of the days.
    `children`: tables that this one is computed from, cut by the same ranges.
    `reference`: the rows of a reference table; only columns stated otherwise are derived.
    """

    model: type[Entity]
    count: Count | Callable[[Settings], int] = Count()
    links: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, str] | None = None
    per_parent: Callable[[Settings], float] = lambda settings: 1
    id_prefix: str | None = None
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scenarios: Collection[str] = ()
    season_days: int = 0
    children: Sequence[str] = ()
    reference: Callable[[], Sequence[Entity]] | None = None
    columns: dict[str, Distribution | Derived] = field(default_factory=dict)
    fan_out: Derived | None = None
    carried: Derived | None = None
    drawn: dict[str, Distribution] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return self.model.table

    @property
    def has_events(self) -> bool:
        """Whether its rows are events: each happens on a day, which its latent column `day` tells (since 1970)."""
        return event_time(self.model) is not None

    @property
    def key(self) -> tuple[Node, ...]:
        """The fields of the primary key."""
        return tuple(node for node in tree(self.model).children if node.mark(PrimaryKey))

    @property
    def published(self) -> tuple[Node, ...]:
        """The leaf columns of the Parquet file, in order."""
        return tuple(tree(self.model).leaves())

    def draw(self, name: str, distribution: Distribution) -> None:
        """State that `name` is drawn from `distribution`."""
        self._add(name, distribution)
        self.drawn[name] = distribution

    def derive(self, *names: str) -> Callable[[Function], Function]:
        """Decorate the function that gives the columns `names`; without names, the function's own name."""

        def add(function: Function) -> Function:
            outputs = names or (function.__name__,)
            derived = Derived(outputs, function, tuple(inspect.signature(function).parameters))
            for name in outputs:
                self._add(name, derived)
            return function

        return add

    def copy(self, name: str, source: str) -> None:
        """State that the column `name` is another one: `source`, as a function's parameter names it."""
        self._add(name, Derived((name,), itself, (source,)))

    def expand(self, *names: str) -> Callable[[Function], Function]:
        """Decorate the function that says how many rows each parent row has.

        It reads the parent's columns and returns their counts, then the columns `names` of the new rows.
        """

        def add(function: Function) -> Function:
            self.fan_out = Derived(names, function, tuple(inspect.signature(function).parameters))
            return function

        return add

    def carry(self, *names: str) -> Callable[[Function], Function]:
        """Decorate the function that gives the columns `names` sooner where the table is known as of an earlier day."""

        def add(function: Function) -> Function:
            self.carried = Derived(names, function, tuple(inspect.signature(function).parameters))
            return function

        return add

    def _add(self, name: str, column: Distribution | Derived) -> None:
        if isinstance(self.columns.get(name), Derived):
            raise ValueError(f"{self.table}.{name} is stated twice")
        self.columns[name] = column

    def sources(self) -> frozenset[str]:
        """The tables that must exist before this one: its foreign keys' targets and what it is derived from."""
        keys = {
            reference.key.table
            for reference in references(self.model)
            if not (reference.key.deferred or reference.key.if_present)
        }
        within = {self.within[1]} if self.within else set()
        return frozenset(keys | set(self.links.values()) | within | set(self.children)) - {self.table}

    def ahead(self) -> frozenset[str]:
        """The tables of later levels that its functions read, by `later_<table>`."""
        functions = [each for each in (*self.columns.values(), self.fan_out, self.carried) if isinstance(each, Derived)]
        names = (name for function in functions for name in function.parameters)
        return frozenset(name.removeprefix(LATER) for name in names if name.startswith(LATER))


def itself(column: Any) -> Any:  # of copies; a docstring would stand with each on the page on tables
    return column
