"""The documents of a table, from Parquet or JSON, batch by batch, as BSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bson import encode
from bson.errors import InvalidDocument
from bson.raw_bson import RawBSONDocument
from pydantic import BaseModel, ValidationError

from demo_data.common.errors import DataError, first_line
from demo_data.dataset import store
from demo_data.domain import Domain
from demo_data.export.mongodb.targets import Target
from demo_data.schema.record import Entity, Record
from demo_data.validation.discover import Source, discover
from demo_data.validation.errors import Unreadable
from demo_data.validation.jsontable import DROPPED, stripped
from demo_data.validation.jsontext import json_records

ROWS = 1000
"""Records that are compared and written together."""

BYTES = 1 << 23
"""And no more than this many bytes of them, but for one record that is larger."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document: its identity, its BSON, and the moments that its record does not state (paths of fields)."""

    key: tuple[Any, ...]
    document: RawBSONDocument
    unstated: tuple[tuple[str, ...], ...] = ()


def sources(folder: Path, domain: Domain) -> dict[str, Source]:
    """Where the tables of a directory lie; Parquet where both forms are there. Raises `UsageError`."""
    found = discover(folder, domain)
    return found.json | found.parquet | found.external


def batches(domain: Domain, target: Target, source: Source) -> Iterator[list[Item]]:
    """A table's documents, some at a time. Raises `DataError` for one that MongoDB cannot hold."""
    batch: list[Item] = []
    size = 0
    for number, (values, unstated) in enumerate(_values(domain, target.table, source)):
        try:
            item = _item(values, unstated, target)
        except KeyError as error:
            raise DataError(f"{source.shown}[{number}]: {error.args[0]}: is needed, or each load adds a copy") from None
        except (InvalidDocument, OverflowError, UnicodeError) as error:
            raise DataError(f"{source.shown}[{number}]: cannot be a MongoDB document: {first_line(error)}") from None
        batch.append(item)
        size += len(item.document.raw)
        if len(batch) == ROWS or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _item(values: dict[str, Any], unstated: tuple[tuple[str, ...], ...], target: Target) -> Item:
    if any((field,) in unstated for field in target.key):
        raise KeyError(target.key[0])
    key = tuple(values[name] for name in target.key)
    document = {"_id": key[0], **values} if target.own_id else values
    return Item(key, RawBSONDocument(encode(document)), unstated)


Values = tuple[dict[str, Any], tuple[tuple[str, ...], ...]]


def _values(domain: Domain, table: str, source: Source) -> Iterator[Values]:
    """Each record's JSON form, and the moments and keys that it does not state."""
    if table in domain.external_tables:
        return _as_they_are(source)
    read = _from_parquet if source.parquet else _from_json
    return read(domain.models[table], source)


def _from_parquet(model: type[Entity], source: Source) -> Iterator[Values]:
    import polars as pl

    form = store.json_text(model)
    for batch in store.batches(source.files, ROWS, model):
        for text in pl.DataFrame(pl.from_arrow(batch)).select(form).to_series():
            yield json.loads(text), ()


def _from_json(model: type[Entity], source: Source) -> Iterator[Values]:
    may_be_unstated = _made_up(model)
    for number, (raw, text) in enumerate(_read(source)):
        try:
            values = model.model_validate_json(stripped(raw, text), strict=True).model_dump(mode="json")
        except ValidationError as error:
            raise DataError(f"{source.shown}[{number}]: changed since it was checked: {first_line(error)}") from None
        yield values, tuple(path for path in may_be_unstated if not _states(raw, path))


def _as_they_are(source: Source) -> Iterator[Values]:
    for raw, _ in _read(source):
        yield {name: value for name, value in raw.items() if name not in DROPPED}, ()


def _read(source: Source) -> Iterator[tuple[Any, str]]:
    try:
        for item in json_records(source.files[0]):
            yield item[0], item[1]
    except Unreadable as error:
        raise DataError(f"{source.shown}: {error}") from None


@cache
def _made_up(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    """The fields whose default is another at every reading: moments that are now, and random keys."""
    found: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Record):
            found += [(name, *path) for path in _made_up(kind)]
        elif field.default_factory and (kind in (date, datetime) or (kind is str and issubclass(model, Entity))):
            found.append((name,))
    return tuple(found)


def _states(raw: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if not isinstance(raw, dict) or name not in raw:
            return False
        raw = raw[name]
    return True
