"""Whether the files of a storage are what they should be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from demo_data.common.files import FileError, file_hash
from demo_data.dataset.manifest import FileEntry
from demo_data.storage import Storage
from demo_data.storage.columns import TAIL


def fault_of(
    entry: FileEntry,
    storage: Storage,
    there: Mapping[str, int],
    to: Path,
    columns: Collection[str] | None = None,
    *,
    teller: str = "receipt",
) -> str | None:
    """What is wrong with a file, in words; None where it is as told, and then it has been fetched.

    `there`: the names and sizes of the storage's files. `columns`: all that is needed of it. Of a store of objects no
    more comes, and the rest is held to be what was put, by its size alone; where none are, an empty file stands for it.
    """
    size = there.get(entry.path)
    if size is None:
        return "missing"
    if size != entry.bytes:
        return f"{size:,} bytes, where the {teller} tells {entry.bytes:,}"
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        if columns is None or storage.near or (columns and entry.bytes <= TAIL):
            storage.fetch(entry.path, to)
            return None if file_hash(to) == entry.sha256 else f"damaged: its SHA-256 is not the {teller}'s"
        if columns:
            storage.fetch_columns(entry.path, entry.bytes, to, columns)
        else:
            to.touch()
    except FileNotFoundError:
        return "missing"
    except FileError as error:
        return f"damaged: {error.reason}"
    return None
