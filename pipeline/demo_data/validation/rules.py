"""How rules are written: what they read, and what they say of it.

A rule names what it reads beside its own name, as a recipe's functions do; its function gets that, in this order:

    @rule("customer-first", columns("orders", "customer_id", "day"), columns("customers", "id", "since"))
    def customer_first(data: Dataset, orders: pl.DataFrame, customers: pl.DataFrame) -> Violations:
        '''Nobody orders before being a customer.'''

What several rules share is a view: it names what it reads in the same way, and is computed once per dataset. A rule
lies in the folder of the table that it accuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, cast

import polars as pl
from pydantic import BaseModel

from demo_data.domain import Domain
from demo_data.validation.dataset import Dataset
from demo_data.validation.memory import Frames

_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class RowViolation:
    """Records for which `when` is true. The message names columns in braces: `{address.street} is ...`.

    `table` is given where it is another than the rule's own.
    """

    field: str
    when: pl.Expr
    message: str
    table: str | None = None

    @property
    def reads(self) -> set[str]:
        """The columns that the expression and the message need."""
        return {*self.when.meta.root_names(), *_PLACE.findall(self.message)}


@dataclass(frozen=True)
class Violation:
    """Rows at fault, found by whatever means.

    `rows` holds the columns that the message names; where it has the columns `row` (the record's number in the table)
    or `field` these say where each one lies, else the whole table or dataset is meant.
    `table` is given where it is another than the rule's own.
    """

    field: str | None
    rows: pl.DataFrame
    message: str
    table: str | None = None


RowViolations = Iterable[RowViolation]
Violations = Iterable[Violation]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Source(Generic[T]):
    """What a function makes of a dataset: it gets what the `sources` give, in this order.

    `columns` are those that it reads beside them (as `table.path`; `*` stands for anything), and `may_read` is what it
    reads itself, if need be.
    """

    function: Callable[..., T]
    sources: tuple[Source[Any], ...] = ()
    may_read: tuple[Source[Any], ...] = ()
    columns: tuple[str, ...] = ()
    whole: bool = False
    """Whether it is made of the whole dataset, also for a rule that is asked of a part."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which there is nothing to read."""
        own = [each.partition(".")[0] for each in self.columns]
        return tuple(dict.fromkeys((*own, *(table for source in self.sources for table in source.needs))))

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns that count for what it gives, as `table.path`."""
        others = (each for source in (*self.sources, *self.may_read) for each in source.reads)
        return tuple(dict.fromkeys((*self.columns, *others)))

    def __call__(self, data: Dataset) -> T:
        """What is made. Raises Absent and Skip."""
        return self.function(data, *(source(data) for source in self.sources))


class View(Source[T]):
    """What several rules share, computed once per dataset, or once per part of one."""

    def __call__(self, data: Dataset) -> T:
        home = data.home(self)
        with home.lock:
            if self not in home.views:
                home.views[self] = super().__call__(home)
            return cast("T", home.views[self])


@dataclass(frozen=True, eq=False)
class Gathered(Source[Any]):
    """What is made of a dataset part by part: a frame of each. `each` is the table by whose keys it is parted."""

    each: str = ""

    def __call__(self, data: Dataset) -> Frames:
        if self not in data.views:
            data.views[self] = Frames()
            data.views[self].add(self.of(data))
        if isinstance(data.views[self], Exception):
            raise data.views[self]
        return cast("Frames", data.views[self])

    def of(self, part: Dataset) -> pl.DataFrame:
        """The frame of a part. Raises what its function does."""
        return cast("pl.DataFrame", self.function(part, *(source(part) for source in self.sources)))


def columns(table: str, *paths: str, **names: str) -> Source[pl.DataFrame]:
    """Columns of a table by their paths, or by other names; `attributes.*` stands for all whose paths begin so.

    The frame has the number of each record in `row`, and null where a field is at fault.
    """

    def read(data: Dataset) -> pl.DataFrame:
        own: list[str] = []
        for path in paths:
            own += data.columns(table, path.removesuffix("*")) if path.endswith("*") else [path]
        frame = data.frame(table, *own, *names.values())
        return frame.rename({path: name for name, path in names.items()}) if names else frame

    return Source(read, columns=tuple(f"{table}.{path}" for path in (*paths, *names.values())))


def view(
    *sources: Source[Any], may_read: tuple[Source[Any], ...] = (), whole: bool = False
) -> Callable[[Callable[..., T]], View[T]]:
    """Decorate a function that makes a view of a dataset from what it reads."""
    return lambda function: View(function, sources, may_read, whole=whole)


def gathered(each: str, *sources: Source[Any]) -> Callable[[Callable[..., pl.DataFrame]], Gathered]:
    """Decorate a function that makes a frame of records of a table, `each`, and of those that name them.

    Rules and views get the frames of all parts of the dataset: see `demo_data.validation.memory.Frames`.
    """
    return lambda function: Gathered(function, sources, each=each)


@dataclass(frozen=True, eq=False)
class Rule(Source[Iterable[Any]]):
    """A named rule. `statement` says what holds; `table` is the one that it accuses, None where these are several.

    One that is `by_row` says by expressions over the table's `columns` which records are at fault, for the one pass
    over it. Any other finds rows at fault in whatever way. One that looks at `each` record of a table alone, with
    those that name it, may be asked part by part; it says the same kinds of violations of every part.
    """

    name: str = ""
    by_row: bool = False
    table: str | None = None
    each: str | None = None

    @property
    def statement(self) -> str:
        return " ".join((self.function.__doc__ or "").split())

    def at(self, table: str | None) -> Rule:
        """The rule of a table, or of several: the columns of its records are that table's."""
        return replace(self, table=table, columns=tuple(f"{table}.{path}" if table else path for path in self.columns))

    @property
    def needs(self) -> tuple[str, ...]:
        return super().needs if self.table else tuple(table for source in self.sources for table in source.needs)

    def __call__(self, data: Dataset) -> Iterator[Any]:
        """The violations, each with its table. Raises Absent and Skip."""
        for each in super().__call__(data):
            yield each if each.table else replace(each, table=self.table)


def rule(
    name: str, *sources: Source[Any], may_read: tuple[Source[Any], ...] = (), each: str | None = None
) -> Callable[[Callable[..., Violations]], Rule]:
    """Decorate a function that finds the rows at fault in whatever way."""
    return lambda function: Rule(function, sources, may_read, name=name, each=each)


def row_rule(name: str, *reads: str | Source[Any]) -> Callable[[Callable[..., RowViolations]], Rule]:
    """Decorate a function that says by expressions over the record's columns which single records are at fault.

    Where a rule is of several tables, columns are `table.path`.
    """
    own = tuple(each for each in reads if isinstance(each, str))
    sources = tuple(each for each in reads if isinstance(each, Source))
    return lambda function: Rule(function, sources, columns=own, name=name, by_row=True)


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
    return tuple(rule.at(table) for table, rule in domain.stated("rules", Rule))


def said(rule: Rule, domain: Domain, views: Mapping[Source[Any], Any]) -> Iterator[Any]:
    """What a rule says of views that are given; there is nothing else that it could read. Raises Absent and Skip."""
    data = Dataset(domain, {}, None)
    data.views.update(views)
    return rule(data)


def rendered(template: str, row: Mapping[str, Any]) -> str:
    """The message with the row's values. What is no column stays: names in other people's data may have braces."""
    return _PLACE.sub(lambda match: _text(row[match[1]]) if match[1] in row else match[0], template)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if value.tzinfo else "")
    return repr(value) if isinstance(value, str) else str(value)
