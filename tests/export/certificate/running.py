"""Runs certificates as anybody would: in the dataset's folder, by DuckDB alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from duckdb.sqltypes import DuckDBPyType

from demo_data.tea import DOMAIN


def broken(folder: Path, script: str | None = None) -> dict[str, int]:
    """The claims that do not hold, with the number of violations of each. Raises `duckdb.Error`."""
    script = script or (folder / "certificate.sql").read_text(encoding="utf-8")
    with duckdb.connect(config={"file_search_path": str(folder)}) as database:
        # What is read as text is not searched for.
        database.execute(script.replace("'recipe.json'", f"'{folder / 'recipe.json'}'")).fetchall()
        told = dict(database.execute("SELECT claim, violations FROM certificate").fetchall())
    assert None not in told.values(), "a claim without a number"
    return {claim: violations for claim, violations in told.items() if violations}


def claims(folder: Path) -> list[str]:
    """The certificate's claims in their order."""
    with duckdb.connect(config={"file_search_path": str(folder)}) as database:
        script = (folder / "certificate.sql").read_text(encoding="utf-8")
        database.execute(script.replace("'recipe.json'", f"'{folder / 'recipe.json'}'")).fetchall()
        return [claim for (claim,) in database.execute("SELECT claim FROM certificate ORDER BY number").fetchall()]


def over_json(script: str, sound: Path, faulty: Path) -> str:
    """The certificate of a sound dataset, to be run over another one's JSON records: of the same types, and with the
    fields besides that these have.
    """
    for table in DOMAIN.models:
        files = f"{table}.parquet/*.parquet" if (sound / f"{table}.parquet").is_dir() else f"{table}.parquet"
        with duckdb.connect() as database:
            kind = duckdb.struct_type(dict(_types(database, f"read_parquet('{sound / files}')")))
        kind = _widened(kind, json.loads((faulty / f"{table}.json").read_text(encoding="utf-8")))
        columns = ", ".join(
            f"'{name}': '{str(own).replace(chr(39), chr(39) * 2)}'" for name, own in _below(kind).items()
        )
        source = f"read_json('{faulty / table}.json', columns={{{columns}}}, maximum_object_size=100000000)"
        assert f"read_parquet('{files}')" in script
        script = script.replace(f"read_parquet('{files}')", source)
    return script.replace("'recipe.json'", f"'{faulty / 'recipe.json'}'")


def _types(database: duckdb.DuckDBPyConnection, source: str) -> Iterator[tuple[str, DuckDBPyType]]:
    selected = database.sql(f"FROM {source}")
    yield from zip(selected.columns, selected.types, strict=True)


def _below(kind: DuckDBPyType) -> dict[str, DuckDBPyType]:
    return {name: own for name, own in kind.children if isinstance(own, DuckDBPyType)}


def _widened(kind: DuckDBPyType, values: Iterable[Any]) -> DuckDBPyType:
    """A type with the fields that objects among the values have besides, as JSON."""
    if kind.id == "list":
        items = [item for value in values if isinstance(value, list) for item in value]
        return duckdb.list_type(_widened(_below(kind)["child"], items))
    if kind.id != "struct":
        return kind
    objects = [value for value in values if isinstance(value, dict)]
    fields = {name: _widened(own, [value.get(name) for value in objects]) for name, own in _below(kind).items()}
    more = {name: duckdb.sqltype("JSON") for value in objects for name in value if name not in fields}
    return duckdb.struct_type(fields | more)
