"""What goes where: database, collection, identity and indexes of every table."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from demo_data.common.errors import UsageError
from demo_data.domain import Domain, Sink

JOURNAL = "demo_data"

_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Index:
    """Fields in order, and whether no two documents may agree in them."""

    fields: tuple[str, ...]
    unique: bool

    @property
    def name(self) -> str:
        """The name that MongoDB would give it."""
        return "_".join(f"{field}_1" for field in self.fields)

    @property
    def specification(self) -> dict[str, Any]:
        """The index as the server takes it."""
        return {"key": dict.fromkeys(self.fields, 1), "name": self.name, "unique": self.unique}


@dataclass(frozen=True)
class Target:
    """A table's place. `key` are the record's key fields; `own_id` says that their value is the document's `_id`.

    Elsewhere the server makes the `_id`, and a document is known by its key fields.
    """

    table: str
    database: str
    collection: str
    key: tuple[str, ...]
    own_id: bool
    indexes: tuple[Index, ...]

    def __str__(self) -> str:
        return f"{self.database}.{self.collection}"

    @property
    def place(self) -> tuple[str, str]:
        """Database and collection."""
        return self.database, self.collection

    @property
    def identity(self) -> tuple[str, ...]:
        """The fields that a document is found by."""
        return ("_id",) if self.own_id else self.key

    def any_of(self, keys: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """The filter that finds all of some documents, by index."""
        *first, last = self.identity
        if not first:
            return {last: {"$in": [key[0] for key in keys]}}
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for key in keys:
            groups.setdefault(key[:-1], []).append(key[-1])
        return {"$or": [dict(zip(first, group, strict=True)) | {last: {"$in": ends}} for group, ends in groups.items()]}


def tables_of(domain: Domain) -> tuple[str, ...]:
    """All tables that can be loaded, in the order in which they are: what is referred to comes first."""
    return (*domain.tables, *domain.external_tables)


def targets(domain: Domain, tables: Container[str], suffix: str) -> list[Target]:
    """The places of some tables, in the order in which they are loaded.

    Raises `UsageError` where no database can be named so, or a table would go to the journal's.
    """
    if not _SUFFIX.fullmatch(suffix):
        raise UsageError(f"--suffix {suffix!r}: 1 to 40 letters, digits, '_' or '-' are expected")
    return [_target(domain, table, suffix) for table in tables_of(domain) if table in tables]


def _target(domain: Domain, table: str, suffix: str) -> Target:
    key, sink = domain.key_fields(table), domain.sinks.get(table, Sink())
    database = sink.database or domain.database
    if database == JOURNAL:
        raise UsageError(f"{domain}: {table} cannot go to the database {JOURNAL}, where loads keep their journal")
    return Target(
        table=table,
        database=f"{database}_{suffix}",
        collection=sink.collection or table,
        key=key,
        own_id=len(key) == 1 and not sink.server_ids,
        indexes=(Index(key, unique=True), *(Index((path,), unique=False) for path in sink.looked_up_by)),
    )
