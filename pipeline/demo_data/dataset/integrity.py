"""Whether the files of a snapshot are those that its manifest tells, by their bytes alone.

No table is read, so this is quick: it is what stands between files from anywhere and those who open them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import FileError, parsed_object, read_regular
from demo_data.dataset import atomic
from demo_data.dataset.manifest_shape import require_shape

FORMAT = 2
"""The newest form of a manifest: what this version writes, and the last that it reads."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in `folder`. Raises `UsageError` where there is none, `DataError` where it is none."""
    path = folder / atomic.MANIFEST
    if not os.path.lexists(path):
        what = "no snapshot lies here (no snapshot.json)" if folder.is_dir() else "no such directory"
        raise UsageError(f"{folder}: {what}")
    return parsed_manifest(read_regular(path), str(path))


def parsed_manifest(text: bytes, shown: str) -> dict[str, Any]:
    """A manifest's text as what it says. Raises `DataError`, naming it as `shown`.

    The files that it names lie in a snapshot's places, and each stands once: see `shape`.
    """
    try:
        found = parsed_object(text, shown)
        if found["format"] > FORMAT:
            raise DataError(
                f"{shown}: of format {found['format']}, newer than this version knows ({FORMAT}): upgrade demo-data"
            )
        require_shape(found)
    except FileError as error:
        raise DataError(f"{shown}: not a whole manifest: {error.reason}") from None
    except DataError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError):
        raise DataError(f"{shown}: not a whole manifest") from None
    return found


def identity_of(tables: Iterable[dict[str, Any]]) -> str:
    """A snapshot's identity: the hash of its tables' schemas and content hashes."""
    identity = hashlib.sha256()
    for table in tables:
        identity.update(f"{table['table']} {table['schema']} {table['content']}\n".encode())
    return identity.hexdigest()


def listed_files(manifest: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Path, bytes and SHA-256 of every file that a manifest lists."""
    for entry in (*(file for table in manifest["tables"] for file in table["files"]), *manifest.get("files", ())):
        yield str(entry["path"]), int(entry["bytes"]), str(entry["sha256"])


def faults(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """What is wrong with the files in `folder`, a line each; empty where all is as `manifest` tells."""
    return [f"{folder / path}: {what}" for path, what in _faults(folder, manifest)]


def _faults(folder: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if identity_of(manifest["tables"]) != manifest["identity"]:
        yield atomic.MANIFEST, "its identity is not that of its tables"
    for table in manifest["tables"]:
        if manifest["rows"].get(table["table"]) != table["rows"]:
            yield atomic.MANIFEST, f"tells two numbers of rows of {table['table']}"
    listed = {atomic.RECIPE: (None, manifest["recipe"])} | {
        path: (size, digest) for path, size, digest in listed_files(manifest)
    }
    for path, (size, digest) in listed.items():
        file = folder / path
        if not file.is_file():
            yield path, "is not a regular file" if os.path.lexists(file) else "missing"
        elif size is not None and file.stat().st_size != size:
            yield path, f"{file.stat().st_size:,} bytes, where the manifest tells {size:,}"
        elif atomic.file_hash(file) != digest:
            yield path, "damaged: its SHA-256 is not the manifest's"
    for extra in sorted(_tables_files(folder) - set(listed)):
        yield extra, "not in the manifest"


def _tables_files(folder: Path) -> set[str]:
    found = [*folder.glob("*.parquet"), *folder.glob("*.parquet/*"), *folder.glob(f"{atomic.JSON_FOLDER}/*")]
    return {path.relative_to(folder).as_posix() for path in found if not path.is_dir() and path.name[0] not in "._"}
