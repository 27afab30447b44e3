"""Parquet files asked by DuckDB, which shares nothing with the comparison."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def leaves(file: Path) -> list[tuple[str, pa.DataType]]:
    """Scalars and lists by dotted path, with their types."""

    def below(path: str, kind: pa.DataType) -> list[tuple[str, pa.DataType]]:
        if pa.types.is_struct(kind):
            return [leaf for field in kind for leaf in below(f"{path}.{field.name}", field.type)]
        return [(path, kind)]

    return [leaf for field in pq.read_schema(file) for leaf in below(field.name, field.type)]


def quoted(path: str) -> str:
    """A dotted path as SQL has it."""
    return ".".join(f'"{step}"' for step in path.split("."))


def rows(query: str) -> list[tuple[Any, ...]]:
    """The rows that a query gives."""
    return _connection().execute(query).fetchall()


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def one(query: str) -> tuple[Any, ...]:
    """The only row that a query gives."""
    (found,) = rows(query)
    return found
