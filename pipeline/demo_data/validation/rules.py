"""How rules are written: what they read, and what they say of it.

A rule names what it reads beside its own name, as a recipe's functions do; its function gets that, in this order:

    @rule("point-region", columns("collection_points", "region_id", "factory_id"), columns("factories", "id", ...))
    def point_region(data: Dataset, points: pl.DataFrame, factories: pl.DataFrame) -> Violations:
        '''A collection point lies in its factory's region.'''

What several rules share is a view: it names what it reads in the same way, and is computed once per dataset. A rule
lies in the folder of the table that it accuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast

import polars as pl
from pydantic import BaseModel

from demo_data.domain import Domain
from demo_data.validation.dataset import Dataset
from demo_data.validation.violation import RowViolation, Violation

RowViolations = Iterable[RowViolation]
Violations = Iterable[Violation]
T = TypeVar("T")


class Source(Protocol):
    """What a rule or a view reads."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which there is nothing to read."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns, as `table.path`; `*` stands for anything."""
        ...

    def __call__(self, data: Dataset) -> Any:
        """What is read. Raises Absent and Skip."""
        ...


@dataclass(frozen=True)
class Columns:
    """Columns of a table, and the number `row` of each record; null where a field is at fault."""

    table: str
    paths: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.table,)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(f"{self.table}.{path}" for path in (*self.paths, *self.names.values()))

    def __call__(self, data: Dataset) -> pl.DataFrame:
        paths: list[str] = []
        for path in self.paths:
            paths += data.columns(self.table, path.removesuffix("*")) if path.endswith("*") else [path]
        frame = data.frame(self.table, *paths, *self.names.values())
        return frame.rename({path: name for name, path in self.names.items()}) if self.names else frame


def columns(table: str, *paths: str, **names: str) -> Columns:
    """Columns by their paths, or by other names; `attributes.*` stands for all whose paths begin so."""
    return Columns(table, paths, names)


@dataclass(frozen=True, eq=False)
class View(Generic[T]):
    """What several rules share, computed once per dataset, unless it is not to be `kept`.

    `may_read` is read by the function itself, if need be.
    """

    function: Callable[..., T]
    sources: tuple[Source, ...]
    may_read: tuple[Source, ...] = ()
    kept: bool = True

    @property
    def needs(self) -> tuple[str, ...]:
        return _together(source.needs for source in self.sources)

    @property
    def reads(self) -> tuple[str, ...]:
        return _together(source.reads for source in (*self.sources, *self.may_read))

    def __call__(self, data: Dataset) -> T:
        if self in data.views:
            return cast("T", data.views[self])
        found = self.function(data, *(source(data) for source in self.sources))
        if self.kept:
            data.views[self] = found
        return found


def view(*sources: Source, may_read: tuple[Source, ...] = ()) -> Callable[[Callable[..., T]], View[T]]:
    """Decorate a function that makes a view of a dataset from what it reads."""
    return lambda function: View(function, sources, may_read)


@dataclass(frozen=True, eq=False)
class Rule:
    """A named rule. `statement` says what holds; `table` is the one that it accuses, None where these are several.

    One that is `by_row` says by expressions which records are at fault, for the one pass over a table; `fields` are the
    columns in them (`table.path` where there is no one table). Any other finds rows at fault in whatever way.
    """

    name: str
    function: Callable[..., Iterable[Any]]
    sources: tuple[Source, ...]
    may_read: tuple[Source, ...] = ()
    fields: tuple[str, ...] = ()
    by_row: bool = False
    table: str | None = None

    @property
    def statement(self) -> str:
        return " ".join((self.function.__doc__ or "").split())

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which it does not apply."""
        own = (self.table,) if self.by_row and self.table else ()
        return _together((own, *(source.needs for source in self.sources)))

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns, as `table.path`; `*` stands for anything."""
        own = tuple(f"{self.table}.{path}" if self.table else path for path in self.fields)
        return _together((own, *(source.reads for source in (*self.sources, *self.may_read))))

    def __call__(self, data: Dataset) -> Iterator[Any]:
        """The violations, each with its table. Raises Absent and Skip."""
        for each in self.function(data, *(source(data) for source in self.sources)):
            yield each if each.table else replace(each, table=self.table)


def rule(name: str, *sources: Source, may_read: tuple[Source, ...] = ()) -> Callable[[Callable[..., Violations]], Rule]:
    """Decorate a function that finds the rows at fault in whatever way."""
    return lambda function: Rule(name, function, sources, may_read)


def row_rule(name: str, *reads: str | Source) -> Callable[[Callable[..., RowViolations]], Rule]:
    """Decorate a function that says by expressions over the record's columns which single records are at fault."""
    fields = tuple(each for each in reads if isinstance(each, str))
    sources = tuple(each for each in reads if not isinstance(each, str))
    return lambda function: Rule(name, function, sources, fields=fields, by_row=True)


@dataclass(frozen=True, eq=False)
class ModelRule:
    """What a class within a record demands beyond single fields, said in columns: `bad` is true where it is broken."""

    model: type[BaseModel]
    fields: tuple[str, ...]
    message: str
    bad: Callable[..., pl.Expr]


@cache
def rules_of(domain: Domain) -> tuple[Rule, ...]:
    """Every rule of a domain: those of several tables, then table by table."""
    return tuple(replace(rule, table=table) for table, rule in domain.stated("rules", Rule))


def _together(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group))
