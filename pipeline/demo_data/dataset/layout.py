"""What a dataset's directory holds, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MANIFEST = "snapshot.json"
RECIPE = "recipe.json"
VALIDATION = "validation.json"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"
LEDGER = "defects.json"
JSON_FOLDER = "json"
PLOTS_FOLDER = "plots"
WRITTEN = ".demo-data.json"
"""Names what was written here and stands in no manifest: see `own`."""
STAGING = ".building-dataset"
"""Where new files wait, in the directory that they are for; for the time of an exchange, beside it."""


def belongings(tables: Iterable[str], pictures: Iterable[str] = ()) -> Iterator[str]:
    """The places of all that a dataset of these tables and pictures may hold, but for the manifest."""
    yield from (RECIPE, VALIDATION, *descriptions(pictures))
    for table in tables:
        yield from (f"{table}.parquet", json_form(table))


def descriptions(pictures: Iterable[str]) -> Iterator[str]:
    """The places of what is made of the tables: for other tools, and the data of the pictures."""
    yield from (DATAPACKAGE, CROISSANT, *(f"{PLOTS_FOLDER}/{name}.csv" for name in pictures))


def json_form(table: str) -> str:
    """The place of a table's JSON form."""
    return f"{JSON_FOLDER}/{table}.json"


def place_of(path: str) -> str:
    """The place that a file takes: a table's, for one of its parts; its own path, for all others."""
    top, _, _ = path.partition("/")
    return top if top.endswith(".parquet") else path
