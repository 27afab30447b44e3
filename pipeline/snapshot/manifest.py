"""The manifest of a dataset: what exactly lies in it.

A table's content hash depends on its values alone, in the order of their rows: not on parts, row groups, encodings,
compression or library versions. The snapshot's identity is the hash of its tables' content hashes and schemas; all
else in the manifest is provenance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import content, publish, report, store
from pipeline.build import NOTICE, generator_version, lock_hash
from pipeline.entities.tables import MODELS, SCHEMA_VERSION
from pipeline.errors import UsageError
from pipeline.snapshot.integrity import FORMAT, identity_of
from pipeline.spec.arrow import arrow_type
from pipeline.spec.record import Entity
from pipeline.spec.tree import tree


def finish(folder: Path, runs: Mapping[str, content.Run] | None = None) -> None:
    """What makes tables a snapshot: the data of the plots, then the manifest.

    `runs`: each table's, where they are known from making it; else the files are read.
    """
    require_whole(folder)
    report.write_plots(folder)
    write_manifest(folder, runs)


def require_whole(folder: Path) -> None:
    """Raise `UsageError` where tables or the recipe are missing."""
    missing = [table for table in MODELS if not store.parts(folder, table)]
    if not (folder / publish.RECIPE).is_file():
        missing.append(publish.RECIPE)
    if missing:
        raise UsageError(f"{folder}: no whole dataset lies here; missing: {', '.join(missing)}")


def write_manifest(folder: Path, runs: Mapping[str, content.Run] | None = None) -> dict[str, Any]:
    """Describe the dataset in `folder` and write `snapshot.json` there, last of all; returns the manifest."""
    manifest = describe(folder, runs)
    aside = folder / f".{publish.MANIFEST}"
    aside.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / publish.MANIFEST)
    return manifest


def describe(folder: Path, runs: Mapping[str, content.Run] | None = None) -> dict[str, Any]:
    """The manifest of the dataset in `folder`. Raises `DataError` where a table's files cannot be read."""
    recipe = (folder / publish.RECIPE).read_bytes()
    tables = [_table(folder, table, model, (runs or {}).get(table)) for table, model in MODELS.items()]
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "profile": json.loads(recipe)["profile"],
        "generator": generator_version(),
        "schema": SCHEMA_VERSION,
        "lock": lock_hash(),
        "recipe": hashlib.sha256(recipe).hexdigest(),
        "identity": identity_of(tables),
        "rows": {table["table"]: table["rows"] for table in tables},
        "tables": tables,
    }


def _table(folder: Path, table: str, model: type[Entity], run: content.Run | None) -> dict[str, Any]:
    files = store.parts(folder, table)
    text = folder / publish.JSON_FOLDER / f"{table}.json"
    run = run or content.of_files(files, model)
    return {
        "table": table,
        "rows": run.rows,
        "schema": schema_fingerprint(model),
        "content": run.content(),
        "files": [
            {
                "path": path.relative_to(folder).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": publish.file_hash(path),
            }
            for path in (*files, *([text] if text.is_file() else ()))
        ],
    }


def schema_fingerprint(model: type[Entity]) -> str:
    """A hash of a table's column names, types and nullability."""
    lines = (
        f"{node.path} {arrow_type(node) if node.kind == 'scalar' else node.kind} {node.optional}"
        for node in tree(model).walk()
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
