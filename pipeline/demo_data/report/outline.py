"""What is in a dataset: as one object, and as lines for people."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from demo_data.common.errors import UsageError
from demo_data.common.terminal import cut, table_lines, wrapped
from demo_data.dataset import layout, store
from demo_data.dataset.manifest import TableEntry, read_manifest
from demo_data.dataset.recipe_file import RecipeFile, Season, whole_recipe
from demo_data.domain import Domain
from demo_data.report import size_text

_EXAMPLES = 8
"""Rows of a scenario that people are told by key and name."""


def outline(folder: Path, domain: Domain, at: str | None = None) -> dict[str, Any]:
    """A dataset's recipe, tables, spans of time and scenarios, in plain values. Raises `UsageError` where none lies.

    `at`: the URL of a dataset of which only some files lie in `folder`; its manifest tells of the others.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: {'is a file; name its directory' if folder.exists() else 'no such directory'}")
    manifest = read_manifest(folder) if os.path.lexists(folder / layout.MANIFEST) else None
    near = [table for table in domain.models if layout.parts(folder, table)]
    listed = manifest.by_table if at and manifest else {}
    tables = [table for table in domain.models if table in near or table in listed]
    if not tables:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    recipe = whole_recipe(path) if os.path.lexists(path := folder / layout.RECIPE) else None
    summary = domain.module("summary")
    far = [entry for table, entry in listed.items() if table not in near and entry.months]
    return {
        "dataset": at or str(folder),
        "recipe": _recipe(recipe) if recipe else None,
        "identity": manifest.identity if manifest else None,
        "tables": [_table(folder, domain, table, listed.get(table)) for table in tables],
        "spans": list(summary.spans(folder, near)) if summary else [],
        "months": {entry.table: [min(entry.months), max(entry.months)] for entry in far if entry.months},
        "scenarios": [
            _scenarios(folder, domain, table, seasons) for table, seasons in (recipe.seasons if recipe else {}).items()
        ],
        "notice": domain.notice,
    }


def _recipe(recipe: RecipeFile) -> dict[str, Any]:
    return {
        "profile": recipe.profile,
        "seed": recipe.seed,
        "born": recipe.birth.isoformat(),
        "first_day": recipe.first_day.isoformat(),
        "as_of": recipe.as_of.isoformat(),
        "days": recipe.days,
    }


def _table(folder: Path, domain: Domain, table: str, listed: TableEntry | None) -> dict[str, Any]:
    """A table's rows and bytes, as the manifest lists them, or as its files have them; its key, and what it is."""
    if listed:
        rows, size = listed.rows, sum(file.bytes for file in listed.parquet)
    else:
        files = layout.parts(folder, table)
        rows, size = store.rows_of(files), sum(path.stat().st_size for path in files)
    about = (domain.models[table].__doc__ or "").split("\n")[0]
    return {"table": table, "rows": rows, "bytes": size, "key": list(domain.key_fields(table)), "about": about}


def _scenarios(folder: Path, domain: Domain, table: str, seasons: Sequence[Season]) -> dict[str, Any]:
    """Who shows which story in the last season; a recipe of format 1 does not tell of which table."""
    season = seasons[-1]
    known = table or next((name for name, stated in domain.recipes.items() if stated.scenarios), "rows")
    summary = domain.module("summary")
    names: Mapping[str, str] = summary.names(folder, known) if summary and layout.parts(folder, known) else {}
    return {
        "table": known,
        "first": season.first.isoformat(),
        "last": season.last.isoformat(),
        "seasons": len(seasons),
        "keys": season.stories,
        "names": {key: names[key] for keys in season.stories.values() for key in keys[:_EXAMPLES] if key in names},
    }


def text(told: Mapping[str, Any], longest: int | None = None) -> str:
    """Lines for people, none longer than that."""
    return "\n".join(line for each in _lines(told) for line in _fitted(each, longest))


def _lines(told: Mapping[str, Any]) -> Iterator[str | list[tuple[str, ...]]]:
    """Lines, and tables of texts."""
    recipe, identity = told["recipe"], told["identity"]
    yield f"{told['dataset']}: {recipe['profile'] if recipe else 'a dataset without a recipe'}"
    if recipe:
        moved = f"born on {recipe['born']}, days from {recipe['first_day']} to {recipe['as_of']}"
        time = f"{recipe['days']} days up to {recipe['as_of']}" if recipe["born"] == recipe["as_of"] else moved
        yield f"  seed {recipe['seed']}, {time}"
    yield f"  identity {identity[:16]}" if identity else "  no manifest: unfinished, or only some tables"
    yield ""
    yield [
        ("table", "rows", "size", "key", "what"),
        *(
            (each["table"], f"{each['rows']:,}", size_text(each["bytes"]), ", ".join(each["key"]), each["about"])
            for each in told["tables"]
        ),
    ]
    if told["spans"]:
        yield ""
        yield from (f"  {line}" for line in told["spans"])
    if told["months"]:
        yield ""
        yield from (f"  {table} from {first} to {last}" for table, (first, last) in told["months"].items())
    for scenarios in told["scenarios"]:
        when = f", {scenarios['first']} to {scenarios['last']}" if scenarios["seasons"] > 1 else ""
        yield ""
        yield f"  {scenarios['table']} by scenario{when}"
        for name, keys in scenarios["keys"].items():
            some = ", ".join(f"{key} {scenarios['names'].get(key, '')}".strip() for key in keys[:_EXAMPLES])
            more = f", and {len(keys) - _EXAMPLES:,} more" if len(keys) > _EXAMPLES else ""
            yield f"    {name} ({len(keys):,}): {some}{more}"
    yield ""
    yield told["notice"]


def _fitted(line: str | list[tuple[str, ...]], longest: int | None) -> Iterator[str]:
    if isinstance(line, list):
        yield from table_lines(line, right=(1, 2), keep=3, longest=longest)
    else:
        margin = line[: len(line) - len(line.lstrip())]
        yield from (cut(each, longest) for each in wrapped(line, longest, f"{margin}  " if margin else ""))
