"""What a certificate claims of a dataset, in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """Something that holds of a table, told in a sentence, and SQL for its violations.

    `needs`: the tables that the SQL reads; the first is the one that the claim is about.
    """

    says: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class RowClaim(Claim):
    """`holds`: a condition on the columns of a row. As in a CHECK constraint, a row breaks it where it is false."""

    holds: str


@dataclass(frozen=True)
class QueryClaim(Claim):
    """`violations`: a query that gives a row for each violation."""

    violations: str


@dataclass(frozen=True)
class Definition:
    """SQL that claims build on, run before them: a view, a table or a macro. `needs`: the tables that it reads."""

    needs: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Claims:
    """What a domain's module `certificate` states, in one value of this class; `definitions` are run in their order."""

    claims: tuple[Claim, ...]
    definitions: tuple[Definition, ...] = ()


def each_row(says: str, table: str, holds: str) -> RowClaim:
    """A claim on every row of a table."""
    return RowClaim(says, (table,), holds)


def no_row(says: str, *needs: str, violations: str) -> QueryClaim:
    """A claim that a query over tables, the first of which it is about, gives no row."""
    return QueryClaim(says, needs, violations)


def column(path: str) -> str:
    """A dotted path as SQL has it: `"a"."b"`."""
    return ".".join(f'"{name}"' for name in path.split("."))


def text(value: object) -> str:
    """A value as a text of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: Iterable[object]) -> str:
    """Values as a list in parentheses."""
    return f"({', '.join(map(text, values))})"
