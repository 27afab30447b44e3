"""A dataset as plain records that a test may damage, and as a directory again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl

Records = list[dict[str, Any]]


class Damaged:
    """Tables of a dataset, read when asked for; `write` stores those that were asked for, and links the others."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.recipe: dict[str, Any] = json.loads((source / "recipe.json").read_text(encoding="utf-8"))
        self._records: dict[str, Records] = {}

    def __getitem__(self, table: str) -> Records:
        if table not in self._records:
            self._records[table] = pl.read_parquet(self.source / f"{table}.parquet").to_dicts()
        return self._records[table]

    def write(self, target: Path, only: str = "*") -> Path:
        """The damaged dataset, without its JSON form; or one table of it."""
        target.mkdir(parents=True, exist_ok=True)
        (target / "recipe.json").write_text(json.dumps(self.recipe), encoding="utf-8")
        for path in self.source.glob(f"{only}.parquet"):
            records = self._records.get(path.stem)
            if records is None:
                shutil.copy(path, target)
            else:
                schema = pl.read_parquet_schema(path)
                pl.DataFrame(records, schema=schema, orient="row").write_parquet(target / path.name)
        return target

    def row(self, table: str, **wanted: Any) -> int:
        """The number of the first record with these values."""
        return next(
            number
            for number, record in enumerate(self[table])
            if all(record[name] == value for name, value in wanted.items())
        )


def at(record: dict[str, Any], path: str) -> Any:
    """The value at a dotted path."""
    for step in path.split("."):
        record = record[step]
    return record


def put(record: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path."""
    *way, last = path.split(".")
    for step in way:
        record = record[step]
    record[last] = value
