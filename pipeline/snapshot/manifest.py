"""The manifest of a dataset: what exactly lies in it.

A table's content hash depends on its values alone, in the order of their rows: not on parts, row groups, encodings,
compression or library versions. The snapshot's identity is the hash of its tables' content hashes and schemas; all
else in the manifest is provenance.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import publish, report, store
from pipeline.build import NOTICE, generator_version
from pipeline.entities.tables import MODELS
from pipeline.errors import UsageError
from pipeline.snapshot.integrity import FORMAT, identity_of
from pipeline.spec.arrow import arrow_schema, arrow_type
from pipeline.spec.record import Entity
from pipeline.spec.tree import tree


def finish(folder: Path) -> None:
    """What makes tables a snapshot: the data of the plots, then the manifest."""
    require_whole(folder)
    report.write_plots(folder)
    write_manifest(folder)


def require_whole(folder: Path) -> None:
    """Raise `UsageError` where tables or the recipe are missing."""
    missing = [table for table in MODELS if not store.parts(folder, table)]
    if not (folder / publish.RECIPE).is_file():
        missing.append(publish.RECIPE)
    if missing:
        raise UsageError(f"{folder}: no whole dataset lies here; missing: {', '.join(missing)}")


def write_manifest(folder: Path) -> dict[str, Any]:
    """Describe the dataset in `folder` and write `snapshot.json` there, last of all; returns the manifest."""
    manifest = describe(folder)
    aside = folder / f".{publish.MANIFEST}"
    aside.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / publish.MANIFEST)
    return manifest


def describe(folder: Path) -> dict[str, Any]:
    """The manifest of the dataset in `folder`."""
    recipe = (folder / publish.RECIPE).read_bytes()
    tables = [_table(folder, table, model) for table, model in MODELS.items()]
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "profile": json.loads(recipe)["profile"],
        "generator": generator_version(),
        "recipe": hashlib.sha256(recipe).hexdigest(),
        "identity": identity_of(tables),
        "rows": {table["table"]: table["rows"] for table in tables},
        "tables": tables,
    }


def _table(folder: Path, table: str, model: type[Entity]) -> dict[str, Any]:
    files = store.parts(folder, table)
    text = folder / publish.JSON_FOLDER / f"{table}.json"
    rows, content = content_hash(files, model)
    return {
        "table": table,
        "rows": rows,
        "schema": schema_fingerprint(model),
        "content": content,
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


def content_hash(files: list[Path], model: type[Entity]) -> tuple[int, str]:
    """A table's rows and the hash of its values.

    Every leaf column has streams of its own, so the borders between parts leave no trace: the values' bytes (little
    endian; nulls as zeros), where they are valid, and for text and lists their lengths.
    """
    streams: dict[str, Any] = {}
    rows = 0
    schema = pa.schema([_nullable(field) for field in arrow_schema(model)])
    for batch in store.batches(files, 65_536):
        rows += batch.num_rows
        table = pa.Table.from_batches([batch]).cast(schema)
        for field, column in zip(schema, table.columns, strict=True):
            for chunk in column.chunks:
                _feed(streams, field.name, chunk)
    total = hashlib.sha256(f"{rows}\n".encode())
    for name in sorted(streams):
        total.update(f"{name} {streams[name].hexdigest()}\n".encode())
    return rows, total.hexdigest()


def _nullable(field: pa.Field) -> pa.Field:
    """The field as a writer leaves it that knows of no required columns: below a null record all is null."""
    kind = field.type
    if pa.types.is_struct(kind):
        kind = pa.struct([_nullable(below) for below in kind])
    elif pa.types.is_list(kind):
        kind = pa.list_(_nullable(kind.value_field))
    return pa.field(field.name, kind)


def _feed(streams: dict[str, Any], name: str, array: pa.Array) -> None:
    def stream(kind: str, values: Any) -> None:
        place = f"{name}:{kind}"
        if place not in streams:
            streams[place] = hashlib.sha256()
        streams[place].update(np.ascontiguousarray(values))

    kind = array.type
    valid = np.asarray(array.is_valid())
    stream("valid", valid.view(np.uint8))
    if pa.types.is_struct(kind):
        for place, field in enumerate(kind):
            _feed(streams, f"{name}.{field.name}", array.flatten()[place])
    elif pa.types.is_list(kind):
        stream("lengths", np.asarray(array.value_lengths().fill_null(0), dtype="<i8"))
        _feed(streams, f"{name}[]", array.flatten())
    elif pa.types.is_string(kind):
        text = array.fill_null("")
        offsets = np.frombuffer(text.buffers()[1], np.int32)[text.offset : text.offset + len(text) + 1]
        stream("lengths", np.diff(offsets).astype("<i8"))
        if len(offsets) and text.buffers()[2] is not None:
            stream("values", np.frombuffer(text.buffers()[2], np.uint8)[offsets[0] : offsets[-1]])
    else:
        stream("values", _plain(array))


def _plain(array: pa.Array) -> Any:
    kind = array.type
    if pa.types.is_boolean(kind):
        return np.asarray(array.fill_null(False)).view(np.uint8)
    if pa.types.is_floating(kind):
        return np.asarray(array.fill_null(0.0), dtype="<f8") + 0.0
    whole = array.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(kind) else array.cast(pa.int64())
    return np.asarray(whole.fill_null(0), dtype="<i8")
