"""The records of an open snapshot: in the platform's JSON form, and as Pydantic objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from demo_data.build import generator_version
from demo_data.common.errors import DataError
from demo_data.common.files import FileError
from demo_data.dataset import store
from demo_data.tea.tables import MODELS

if TYPE_CHECKING:
    from demo_data.versions.snapshot import Snapshot


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
    files = snapshot.files(table)
    if table not in MODELS:
        raise _misfit(snapshot, table, "there is no such table")
    try:
        for some in store.json_lines(files, MODELS[table], known=True) if limit != 0 else ():
            yield from some if limit is None else some.head(limit)
            limit = None if limit is None else limit - len(some)
            if limit is not None and limit <= 0:
                return
    except FileError as error:
        raise _misfit(snapshot, table, error.reason) from None


def _misfit(snapshot: Snapshot, table: str, what: str) -> DataError:
    versions = f"(made by {snapshot.manifest['generator']}; this is {generator_version()})"
    return DataError(f"{snapshot.path}: {table} does not fit this version's models {versions}: {what}")


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
