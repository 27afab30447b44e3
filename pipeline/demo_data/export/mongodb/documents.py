"""The documents of a directory's tables, from Parquet or JSON, batch by batch, as BSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from demo_data.export.mongodb.targets import FieldPath, Item, Target
from demo_data.schema.record import Entity, Record
from demo_data.validation.discover import Source, discover
from demo_data.validation.errors import Unreadable
from demo_data.validation.jsontable import DROPPED, stripped
from demo_data.validation.jsontext import json_records

ROWS = 1000
"""Records that are compared and written together."""

BYTES = 1 << 23
"""And no more than this many bytes of them, but for one record that is larger."""


def sources(folder: Path, domain: Domain) -> dict[str, Source]:
    """Where the tables of a directory lie; Parquet where both forms are there. Raises `UsageError`."""
    contents = discover(folder, domain)
    return contents.json | contents.parquet | contents.external


def batches(domain: Domain, target: Target, source: Source) -> Iterator[list[Item]]:
    """A table's documents, some at a time. Raises `DataError` for one that MongoDB cannot hold."""
    read = _from_parquet if source.parquet else _from_json
    batch: list[Item] = []
    size = 0
    for number, (values, unstated) in enumerate(read(domain.models.get(target.table), source)):
        for name in target.key:
            if name not in values or (name,) in unstated:
                raise DataError(f"{source.shown}[{number}]: {name}: is needed, or each load adds a copy")
        batch.append(item := document(target, values, f"{source.shown}[{number}]", unstated))
        size += len(item.document.raw)
        if len(batch) == ROWS or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def document(target: Target, values: dict[str, Any], where: str, unstated: tuple[FieldPath, ...] = ()) -> Item:
    """A record's JSON form as a document. Raises `DataError`, which begins with `where`, if MongoDB cannot hold it."""
    key = tuple(values[name] for name in target.key)
    try:
        raw = encode({"_id": key[0], **values} if target.own_id else values)
    except (InvalidDocument, OverflowError, UnicodeError) as error:
        raise DataError(f"{where}: cannot be a MongoDB document: {first_line(error)}") from None
    return Item(key, RawBSONDocument(raw), unstated)


_Values = Iterator[tuple[dict[str, Any], tuple[FieldPath, ...]]]
"""Each record's JSON form, and the moments and keys that it does not state."""


def _from_parquet(model: Any, source: Source) -> _Values:
    for lines in store.json_lines(source.files, model):
        for line in lines:
            yield json.loads(line), ()


def _from_json(model: type[Entity] | None, source: Source) -> _Values:
    """Without a model, all fields as they are."""
    may_be_unstated = _made_up(model) if model else ()
    read = 0
    try:
        for item in json_records(source.files[0]):
            raw = item.value
            if model is None:
                yield {name: value for name, value in raw.items() if name not in DROPPED}, ()
                continue
            record = model.model_validate_json(stripped(raw, item.text), strict=True)
            unstated = tuple(path for path in may_be_unstated if not _states(raw, path))
            yield record.model_dump(mode="json"), unstated
            read += 1
    except Unreadable as error:
        raise DataError(f"{source.shown}: {error}") from None
    except ValidationError as error:
        raise DataError(f"{source.shown}[{read}]: changed since it was checked: {first_line(error)}") from None


@cache
def _made_up(model: type[BaseModel]) -> tuple[FieldPath, ...]:
    """The fields whose default is another at every reading: moments that are now, and random keys."""
    paths: list[FieldPath] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Record):
            paths += [(name, *path) for path in _made_up(kind)]
        elif field.default_factory and (kind in (date, datetime) or (kind is str and issubclass(model, Entity))):
            paths.append((name,))
    return tuple(paths)


def _states(raw: Any, path: FieldPath) -> bool:
    for name in path:
        if not isinstance(raw, dict) or name not in raw:
            return False
        raw = raw[name]
    return True
