"""Whether the files of a snapshot are those that its manifest tells, by their bytes alone.

No table is read, so this is quick: it is what stands between files from anywhere and those who open them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from demo_data.common.files import file_hash
from demo_data.dataset.layout import JSON_FOLDER, MANIFEST
from demo_data.dataset.manifest import Manifest, identity_of


def faults(folder: Path, manifest: Manifest) -> list[str]:
    """What is wrong with the files in `folder`, a line each; empty where all is as `manifest` tells."""
    return [f"{folder / path}: {what}" for path, what in _faults(folder, manifest)]


def _faults(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    if identity_of(manifest.tables) != manifest.identity:
        yield MANIFEST, "its identity is not that of its tables"
    for table in manifest.tables:
        if manifest.rows.get(table.table) != table.rows:
            yield MANIFEST, f"tells two numbers of rows of {table.table}"
    sizes = {entry.path: entry.bytes for entry in manifest.every_file}
    for path, digest in manifest.hashes.items():
        file, told = folder / path, sizes.get(path)
        if not file.is_file():
            yield path, "is not a regular file" if os.path.lexists(file) else "missing"
        elif told is not None and file.stat().st_size != told:
            yield path, f"{file.stat().st_size:,} bytes, where the manifest tells {told:,}"
        elif file_hash(file) != digest:
            yield path, "damaged: its SHA-256 is not the manifest's"
    for extra in sorted(_tables_files(folder) - set(manifest.hashes)):
        yield extra, "not in the manifest"


def _tables_files(folder: Path) -> set[str]:
    found = [*folder.glob("*.parquet"), *folder.glob("*.parquet/*"), *folder.glob(f"{JSON_FOLDER}/*")]
    return {path.relative_to(folder).as_posix() for path in found if not path.is_dir() and path.name[0] not in "._"}
