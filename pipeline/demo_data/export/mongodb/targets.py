"""What goes where: documents, and database, collection, identity and indexes of every table."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson.raw_bson import RawBSONDocument

from demo_data.common.errors import UsageError
from demo_data.domain import Domain, Sink

JOURNAL = "demo_data"

_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,40}")

Index = Mapping[str, Any]
"""An index as a server takes and gives it: `key` has its fields and their order, `name` and `unique` say the rest."""

Key = tuple[Any, ...]
"""The values by which a document is known."""

FieldPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A document: its key, its BSON, and the moments that its record does not state."""

    key: Key
    document: RawBSONDocument
    unstated: tuple[FieldPath, ...] = ()


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

    def any_of(self, keys: Sequence[Key]) -> dict[str, Any]:
        """The filter that finds all of some documents, by index."""
        *first, last = self.identity
        if not first:
            return {last: {"$in": [key[0] for key in keys]}}
        groups: dict[Key, list[Any]] = {}
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
        indexes=(_index(*key, unique=True), *(_index(path, unique=False) for path in sink.looked_up_by)),
    )


def _index(*fields: str, unique: bool) -> Index:
    """An index under the name that MongoDB would give it."""
    return {"key": dict.fromkeys(fields, 1), "name": "_".join(f"{field}_1" for field in fields), "unique": unique}
