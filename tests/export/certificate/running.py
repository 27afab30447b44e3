"""Runs certificates as anybody would: in the dataset's folder, by DuckDB alone."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from demo_data.tea import DOMAIN


def broken(folder: Path, script: str | None = None) -> dict[str, int]:
    """The claims that do not hold, with the number of violations of each. Raises `duckdb.Error`."""
    script = script or (folder / "certificate.sql").read_text(encoding="utf-8")
    with duckdb.connect(config={"file_search_path": str(folder)}) as database:
        # What is read as text is not searched for.
        database.execute(script.replace("'recipe.json'", f"'{folder / 'recipe.json'}'")).fetchall()
        return dict(database.execute("SELECT claim, violations FROM certificate WHERE violations > 0").fetchall())


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
            described = database.execute(f"DESCRIBE FROM read_parquet('{sound / files}')").fetchall()
        types = {name: kind for name, kind, *_ in described}
        records = json.loads((faulty / f"{table}.json").read_text(encoding="utf-8"))
        types |= {name: "JSON" for record in records for name in record if name not in types}
        columns = ", ".join(f"'{name}': '{kind.replace(chr(39), chr(39) * 2)}'" for name, kind in types.items())
        source = f"read_json('{faulty / table}.json', columns={{{columns}}}, maximum_object_size=100000000)"
        assert f"read_parquet('{files}')" in script
        script = script.replace(f"read_parquet('{files}')", source)
    return script.replace("'recipe.json'", f"'{faulty / 'recipe.json'}'")
