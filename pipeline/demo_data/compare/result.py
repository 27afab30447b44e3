"""The result of a comparison: plain values, ready to be written as text or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["added", "removed", "changed", "same"]

Value = Any
"""A value as JSON has it: moments and dates as ISO text; what is not finite, and bytes, as text too."""


@dataclass(frozen=True)
class Origin:
    """Where one side lies, and what its manifest says of it; None where there is no manifest."""

    path: str
    identity: str | None = None
    profile: str | None = None
    generator: str | None = None


@dataclass(frozen=True)
class Setting:
    """A setting of the recipe that differs; `settings.` is left out of its path. None: not there."""

    path: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Column:
    """A column that was added or removed, or whose type or nullability changed.

    `old` and `new` are types, such as `int64`, with a `?` where nulls are allowed; None where there is no column.
    `[]` in a path is each item of a list.
    """

    path: str
    change: Literal["added", "removed", "type", "nullability"]
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Field:
    """In how many rows, of those on both sides, a field's value changed."""

    path: str
    rows: int


@dataclass(frozen=True)
class Example:
    """One changed value. `key`: the key's fields and values, or `row` (from 0) where the table has no known key."""

    key: dict[str, Value]
    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Distribution:
    """How a field's values moved. `score` is by how much, from 0; see `stats` for what `old` and `new` hold.

    `old` is None for a column that was added: its values are all new.
    """

    path: str
    kind: Literal["number", "time", "shares", "list", "other"]
    score: float
    old: dict[str, Value] | None
    new: dict[str, Value]


@dataclass(frozen=True)
class Table:
    """One table. Rows are None where the table is not there; the counts are None where rows were not paired.

    `changed` and `same` count the rows that are on both sides. `reordered`: those do not follow each other as before.
    """

    table: str
    status: Status
    key: tuple[str, ...] = ()
    old_rows: int | None = None
    new_rows: int | None = None
    added: int | None = None
    removed: int | None = None
    changed: int | None = None
    same: int | None = None
    reordered: bool = False
    columns: tuple[Column, ...] = ()
    fields: tuple[Field, ...] = ()
    examples: tuple[Example, ...] = ()
    added_keys: tuple[dict[str, Value], ...] = ()
    removed_keys: tuple[dict[str, Value], ...] = ()
    distributions: tuple[Distribution, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """Two datasets compared: both origins, settings that differ, and every table by name."""

    old: Origin
    new: Origin
    settings: tuple[Setting, ...]
    tables: dict[str, Table]
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether all tables are the same: values, order and schema. Settings are provenance and do not count."""
        return all(table.status == "same" for table in self.tables.values())


def bump(difference: Difference) -> str:
    """Which part of the version must grow: `major` (schema), `minor` (rows, values, their order), or `none`."""
    if any(table.columns or table.status in ("added", "removed") for table in difference.tables.values()):
        return "major"
    return "none" if difference.equal else "minor"
