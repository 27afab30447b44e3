"""Changing a snapshot by hand, as an accident or a cheat would; and letting its manifest tell the new files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def flip(path: Path, place: float = 0.5, bit: int = 0) -> None:
    """Flip one bit of a file, at a fraction of its length."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1 << bit
    path.write_bytes(content)


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table] = lambda table: table, **options: Any) -> None:
    """Write a Parquet file again with PyArrow's own settings, its key-value metadata kept."""
    said = pq.ParquetFile(path).metadata.metadata
    table = change(pq.read_table(path))
    rows = options.pop("row_group_size", None)
    with pq.ParquetWriter(path, table.schema, store_schema=False, **options) as writer:
        writer.add_key_value_metadata({key.decode(): value.decode() for key, value in said.items()})
        writer.write_table(table, row_group_size=rows)


def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "snapshot.json").read_text())
    return found


def tell(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / "snapshot.json").write_text(json.dumps(manifest))


def table_of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """A table's entry in a manifest."""
    found: dict[str, Any] = next(table for table in manifest["tables"] if table["table"] == name)
    return found


def mend_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Let a manifest tell sizes and hashes of the files as they are; its rows, contents and identity stay."""
    for entry in _entries(manifest):
        path = folder / entry["path"]
        if path.is_file():
            entry |= {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest["recipe"] = hashlib.sha256((folder / "recipe.json").read_bytes()).hexdigest()
    tell(folder, manifest)


def _entries(manifest: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for table in manifest["tables"]:
        yield from table["files"]
    yield from manifest.get("files", ())


def identity(manifest: dict[str, Any]) -> str:
    """The identity that a manifest should tell."""
    lines = (f"{table['table']} {table['schema']} {table['content']}\n" for table in manifest["tables"])
    return hashlib.sha256("".join(lines).encode()).hexdigest()
