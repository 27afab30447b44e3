"""The manifest of a dataset: what exactly lies in it.

A table's content hash depends on its values alone, in the order of their rows: not on parts, row groups, encodings,
compression or library versions. The snapshot's identity is the hash of its tables' content hashes and schemas; all
else in the manifest is provenance.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo_data import report
from demo_data.build import generator_version, lock_hash
from demo_data.common.errors import UsageError
from demo_data.dataset import atomic, content_hash, store
from demo_data.dataset.integrity import FORMAT, identity_of
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.export.croissant import croissant
from demo_data.export.datapackage import datapackage
from demo_data.schema.arrow import arrow_type
from demo_data.schema.record import Entity
from demo_data.schema.tree import tree
from demo_data.tea.tables import MODELS, NOTICE, SCHEMA_VERSION


def write(folder: Path) -> None:
    """Make the tables in `folder` a snapshot, as `finish` does: all that this takes is put in its place at once."""
    require_whole(folder)
    plots = (f"{atomic.PLOTS_FOLDER}/{name}.csv" for name in atomic.PLOTS)
    places = (atomic.MANIFEST, atomic.DATAPACKAGE, atomic.CROISSANT, *plots)
    with atomic.aside(folder, writes=places) as staging:
        finish(folder, into=staging)


def finish(folder: Path, runs: Mapping[str, content_hash.Run] | None = None, *, into: Path | None = None) -> None:
    """What makes tables a snapshot: the data of the plots, the descriptions for other tools, then the manifest.

    `runs`: each table's, where they are known from making it; else the files are read. `into`: the directory that is
    written in, where it is not the tables' own.
    """
    require_whole(folder)
    report.write_plots(folder, into or folder)
    write_manifest(folder, runs, into=into)


def require_whole(folder: Path) -> None:
    """Raise `UsageError` where tables or the recipe are missing."""
    missing = [table for table in MODELS if not store.parts(folder, table)]
    if not os.path.lexists(folder / atomic.RECIPE):
        missing.append(atomic.RECIPE)
    if missing:
        raise UsageError(f"{folder}: no whole dataset lies here; missing: {', '.join(missing)}")


def write_manifest(
    folder: Path, runs: Mapping[str, content_hash.Run] | None = None, *, into: Path | None = None
) -> dict[str, Any]:
    """Describe the dataset in `folder`, for other tools too, and write `snapshot.json` last of all, there or elsewhere.

    Returns the manifest; its `files` are those that are no table's.
    """
    into = into or folder
    manifest = describe(folder, runs)
    _write(into / atomic.DATAPACKAGE, _in_lines(datapackage(folder, manifest)))
    _write(into / atomic.CROISSANT, _in_lines(croissant(folder, manifest)))
    plots = (f"{atomic.PLOTS_FOLDER}/{name}.csv" for name in atomic.PLOTS)
    beside = ((folder, atomic.RECIPE), *((into, name) for name in (atomic.DATAPACKAGE, atomic.CROISSANT, *plots)))
    manifest["files"] = [_listed(at, at / name) for at, name in beside if (at / name).is_file()]
    _write(into / atomic.MANIFEST, json.dumps(manifest, indent=2))
    return manifest


def _in_lines(document: dict[str, Any]) -> str:
    """An object as JSON, with a line for each key, and for each item of a list: fast to write, and fit to compare."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = (
        f"{text(key)}: " + ("[\n" + ",\n".join(map(text, value)) + "\n]" if isinstance(value, list) else text(value))
        for key, value in document.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8")


def _listed(folder: Path, path: Path) -> dict[str, Any]:
    return {
        "path": path.relative_to(folder).as_posix(),
        "bytes": path.stat().st_size,
        "sha256": atomic.file_hash(path),
    }


def describe(folder: Path, runs: Mapping[str, content_hash.Run] | None = None) -> dict[str, Any]:
    """The manifest of the dataset in `folder`. Raises `DataError` where a table's files cannot be read."""
    recipe = whole_recipe(folder / atomic.RECIPE)
    tables = [_table(folder, table, model, (runs or {}).get(table)) for table, model in MODELS.items()]
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "profile": recipe.profile,
        "generator": generator_version(),
        "schema": SCHEMA_VERSION,
        "lock": lock_hash(),
        "recipe": atomic.file_hash(folder / atomic.RECIPE),
        "identity": identity_of(tables),
        "rows": {table["table"]: table["rows"] for table in tables},
        "tables": tables,
    }


def _table(folder: Path, table: str, model: type[Entity], run: content_hash.Run | None) -> dict[str, Any]:
    files = store.parts(folder, table)
    text = folder / atomic.JSON_FOLDER / f"{table}.json"
    run = run or content_hash.of_files(files, model)
    return {
        "table": table,
        "rows": run.rows,
        "schema": schema_fingerprint(model),
        "content": run.content(),
        "files": [_listed(folder, path) for path in (*files, *([text] if text.is_file() else ()))],
    }


def schema_fingerprint(model: type[Entity]) -> str:
    """A hash of a table's column names, types and nullability."""
    lines = (
        f"{node.path} {arrow_type(node) if node.kind == 'scalar' else node.kind} {node.optional}"
        for node in tree(model).walk()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
