"""The records of an open snapshot: in the platform's JSON form, and as Pydantic objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from polars.exceptions import PolarsError
from pydantic import ValidationError

from pipeline.build import generator_version
from pipeline.entities.tables import MODELS
from pipeline.errors import DataError, first_line
from pipeline.store import json_text

if TYPE_CHECKING:
    from pipeline.snapshot.opened import Snapshot


def models(snapshot: Snapshot, table: str, limit: int | None = None) -> list[Any]:
    """The first `limit` records, or all, as validated objects. Raises `DataError` where they are none."""
    found = []
    for line in lines(snapshot, table, limit):
        try:
            found.append(MODELS[table].model_validate_json(line, strict=True))
        except ValidationError as error:
            raise _misfit(snapshot, table, f"record {len(found)}: {_first(error)}") from None
    return found


def lines(snapshot: Snapshot, table: str, limit: int | None = None) -> Iterator[str]:
    """The first `limit` records, or all, each as JSON text. Raises `DataError` where the columns are others."""
    frame = snapshot[table]
    if table not in MODELS:
        raise _misfit(snapshot, table, "there is no such table")
    try:
        chosen = frame if limit is None else frame.head(limit)
        text = chosen.select(json_text(MODELS[table])).collect().to_series()
    except PolarsError as error:
        raise _misfit(snapshot, table, first_line(error)) from None
    return iter(text)


def _misfit(snapshot: Snapshot, table: str, what: str) -> DataError:
    versions = f"(made by {snapshot.manifest['generator']}; this is {generator_version()})"
    return DataError(f"{snapshot.path}: {table} does not fit this version's models {versions}: {what}")


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
