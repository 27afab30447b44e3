"""The seam: what the framework knows of the world that a dataset shows. All else of a domain lies in its own package.

A domain's package has a folder a table, and in it the modules that the table needs:

    model.py     the Pydantic class (an `Entity` whose `table` is the table's name)
    recipe.py    `recipe`: how its columns come about
    rules.py     what must hold of it: functions under `@rule` and `@row_rule`
    faults.py    how each of these rules is broken: functions under `@planter`
    objects.py   its Polyfactory class
    certificate.py  what is claimed of it in SQL, beyond what its class says: a value of `Claims`

The package itself may have what is no one table's:

    profiles/    the profiles that come with it, as YAML
    settings.py  `conflicts(values)`: what settings that are each allowed cannot be together
    summary.py   what `demo-data show` tells besides: `spans(folder, tables)` and `names(folder, table)`; of a record,
                 `story(table, record, rows)`, where there is one
    costs.py     `COSTS`: what a row of each table costs, by which `demo-data explain` tells sizes, time and memory
    pictures.py  a function per picture, which makes its data of a dataset; `PLOTS`: how DVC draws them
    rules.py     and faults.py, certificate.py, where they are about several tables

Nothing is imported before it is asked for: who validates never loads a recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from demo_data.common.errors import UsageError

if TYPE_CHECKING:
    from demo_data.recipes.recipe import Recipe
    from demo_data.schema.record import Entity

T = TypeVar("T")


@dataclass(frozen=True)
class Sink:
    """Where a table's records go in MongoDB, where that is not the collection of its own name in the first database.

    `looked_up_by`: fields with an index of their own. `server_ids`: the server makes the `_id`; else it is the key.
    """

    database: str | None = None
    collection: str | None = None
    looked_up_by: tuple[str, ...] = ()
    server_ids: bool = False


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain: its tables, and what the framework must be told of them.

    `reference`: where this value is found, as `package:NAME`; other processes find it there.
    `tables`: the folder of each table below the package, by the table's name; parents come before their children.
    `title`: what its datasets are, in a few words; `notice`: what everybody who gets one must be told; `keywords`: by
    which they are found; `licence`: an SPDX expression.
    `facts`: the module whose `sources()` are the published sources of what its recipes know of the world.
    `schema_version`: raised with the tables, their columns, types or nullability: the first number where readers may
    break, else the second, as for a table more.
    `default_profile`: what objects follow where no profile is set, without its scenarios.
    `seeded`: what is seeded along with objects, as `module:NAME` below the package: it has `seed()` and `isolated()`.
    `earliest`, `latest`: the last day that a profile may have (`as_of`) lies between; `most_days`: of history.
    `external_tables`: tables of somebody else's that may lie beside: the first field is their key, the others are the
    targets of references; all else in them passes untouched.
    `pictures`: the names of the data that pictures are drawn from, each a CSV file in `plots/` of a snapshot: a
    function of the module `pictures`, but for `rows` (per table); its `COLUMNS` tells what each reads, by table.
    `database`: the stem of the database's name that tables go to in MongoDB; `sinks`: what differs from that by table.
    """

    reference: str
    tables: Mapping[str, str]
    title: str
    notice: str
    keywords: tuple[str, ...] = ("synthetic data", "test data")
    licence: str = "Apache-2.0"
    facts: str | None = None
    schema_version: str = "1.0"
    default_profile: str = "demo"
    seeded: tuple[str, ...] = ()
    earliest: date = date(1970, 1, 1)
    latest: date = date(2100, 12, 31)
    most_days: int = 20_000
    external_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ("rows",)
    database: str = "datasets"
    sinks: Mapping[str, Sink] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return domain_at, (self.reference,)

    def __str__(self) -> str:
        return self.reference

    @property
    def package(self) -> str:
        """The package that the domain lies in."""
        return self.reference.partition(":")[0]

    @property
    def folder(self) -> Path:
        """Where the package lies, with `profiles/` in it."""
        return Path(str(import_module(self.package).__file__)).parent

    def module(self, name: str) -> ModuleType | None:
        """A module below the package (`orders.rules`); None where the domain has none of that name."""
        full = f"{self.package}.{name}"
        try:
            there = find_spec(full)
        except ModuleNotFoundError as error:
            if error.name is None or not full.startswith(f"{error.name}."):
                raise
            return None  # no such folder
        return import_module(full) if there else None

    def modules(self, name: str) -> list[ModuleType]:
        """A module below the package and, where it is a package, those in it; none where there is none."""
        module = self.module(name)
        names = sorted(part.name for part in iter_modules(getattr(module, "__path__", ())))
        return [module, *(import_module(f"{module.__name__}.{part}") for part in names)] if module else []

    def sources(self) -> tuple[str, ...]:
        """The published sources of its facts, each once."""
        facts = self.module(self.facts) if self.facts else None
        return tuple(facts.sources()) if facts else ()

    def part(self, table: str, kind: str) -> ModuleType | None:
        """A table's module of a kind (`model`, `recipe`, `rules`, `faults`, `objects`), where it has one."""
        return self.module(f"{self.tables[table]}.{kind}")

    def stated(self, kind: str, of: type[T]) -> list[tuple[str | None, T]]:
        """The values of a type in the modules of a kind, each with its table; None where it is no table's.

        A large module may be a package: then its modules' values count.
        """
        places = ((None, kind), *((table, f"{folder}.{kind}") for table, folder in self.tables.items()))
        modules = ((table, module) for table, name in places for module in self.modules(name))
        return [(table, value) for table, module in modules for value in vars(module).values() if isinstance(value, of)]

    @cached_property
    def models(self) -> dict[str, type[Entity]]:
        """The Pydantic class of each table. Raises `UsageError` with all that is wrong with any of them."""
        from demo_data.domain_check import entities, require, table_faults

        require(self, table_faults)
        return entities(self)[0]

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """How the columns of each table come about."""
        modules = ((table, self.part(table, "recipe")) for table in self.tables)
        return {table: module.recipe for table, module in modules if module}

    @cached_property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Tables by level: each is one above the highest table that it needs. Raises `UsageError` for a circle."""
        depth: dict[str, int] = {}

        def of(table: str, above: tuple[str, ...] = ()) -> int:
            if table in above:
                raise UsageError(f"tables need each other: {' -> '.join((*above[above.index(table) :], table))}")
            if table not in depth:
                sources = self.recipes[table].sources()
                depth[table] = 1 + max((of(source, (*above, table)) for source in sources), default=-1)
            return depth[table]

        for table in self.recipes:
            of(table)
        return tuple(tuple(t for t in self.recipes if depth[t] == level) for level in range(max(depth.values()) + 1))

    @cached_property
    def hours_ahead(self) -> int:
        """How far the calendar of its events is ahead of UTC: where any of them says so, that of all."""
        from demo_data.schema.marks import EventTime
        from demo_data.schema.tree import event_time

        marks = (node.mark(EventTime) for model in self.models.values() if (node := event_time(model)))
        return max((mark.hours for mark in marks if mark), key=abs, default=0)

    def key_fields(self, table: str) -> tuple[str, ...]:
        """The fields of a table's primary key, of one of the domain's own or of one beside them."""
        from demo_data.schema.tree import primary_key

        if table in self.external_tables:
            return self.external_tables[table][:1]
        return primary_key(self.models[table])


def domain_at(reference: str) -> Domain:
    """The domain that `package:NAME` names. Raises ImportError, AttributeError, and TypeError where it is none."""
    module, _, name = reference.partition(":")
    domain = getattr(import_module(module), name)
    if not isinstance(domain, Domain):
        raise TypeError(f"{reference} is no Domain")
    return domain


def default_domain() -> Domain:
    """The domain that this package comes with."""
    return domain_at(import_module(__package__).DEFAULT_DOMAIN)
