"""What a dataset's directory holds, by name: where a table's files lie, and all others.

A table is one Parquet file, `<table>.parquet`, or a directory of that name with parts, when it is large.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

MANIFEST = "snapshot.json"
RECIPE = "recipe.json"
VALIDATION = "validation.json"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"
CERTIFICATE = "certificate.sql"
LEDGER = "defects.json"
JSON_FOLDER = "json"
PLOTS_FOLDER = "plots"
WRITTEN = ".demo-data.json"
"""Names what was written here and stands in no manifest: see `own`."""
RECEIPTS = "receipts"
"""Holds what the shards of a dataset tell of what they have made, until it is sealed."""
STAGING = ".building-dataset"
"""Where new files wait, in the directory that they are for; for the time of an exchange, in the one above."""


def belongings(tables: Iterable[str], pictures: Iterable[str] = ()) -> Iterator[str]:
    """The places of all that a dataset of these tables and pictures may hold, but for the manifest."""
    yield from (RECIPE, VALIDATION, *descriptions(pictures))
    for table in tables:
        yield from (f"{table}.parquet", json_form(table))


def descriptions(pictures: Iterable[str]) -> Iterator[str]:
    """The places of what is made of the tables: for other tools, and the data of the pictures."""
    yield from (DATAPACKAGE, CROISSANT, CERTIFICATE, *(f"{PLOTS_FOLDER}/{name}.csv" for name in pictures))


def json_form(table: str) -> str:
    """The place of a table's JSON form."""
    return f"{JSON_FOLDER}/{table}.json"


def on_demand(paths: Iterable[str]) -> set[str]:
    """The places of the JSON forms, among the tables of these files, that no manifest tells of: of those in parts."""
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    return {json_form(top.removesuffix(".parquet")) for top in tops if top.endswith(".parquet")}


def place_of(path: str) -> str:
    """The place that a file takes: a table's, for one of its parts; its own path, for all others."""
    top, _, _ = path.partition("/")
    return top if top.endswith(".parquet") else path


def parts(folder: Path, table: str) -> list[Path]:
    """The Parquet files of a table, in order of their rows; empty where there are none.

    Entries that begin with `.` or `_` are no parts. All else that bears a part's name is one, be it a pipe:
    `open_part` tells.
    """
    path = folder / f"{table}.parquet"
    if path.is_dir():
        return sorted(part for part in path.glob("*.parquet") if part.name[0] not in "._")
    return [path] if os.path.lexists(path) else []


def in_parts(folder: Path, table: str) -> bool:
    """Whether a table lies in a directory of files."""
    return (folder / f"{table}.parquet").is_dir()


def part_path(folder: Path, file: str) -> Path:
    """Where a part of this name goes; its directory is made."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    return path


def tables_files(folder: Path) -> set[str]:
    """The paths of all that lies where tables' files do, in Parquet and JSON; not what begins with `.` or `_`."""
    paths = [*folder.glob("*.parquet"), *folder.glob("*.parquet/*"), *folder.glob(f"{JSON_FOLDER}/*")]
    return {path.relative_to(folder).as_posix() for path in paths if not path.is_dir() and path.name[0] not in "._"}
