"""Whether the files of a storage are what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from demo_data.common.files import file_hash
from demo_data.dataset.manifest import FileEntry
from demo_data.storage import Storage


def fault_of(entry: FileEntry, storage: Storage, there: Mapping[str, int], to: Path) -> str | None:
    """What is wrong with a file, in words; None where it is as told, and then it has been fetched.

    `there`: the names and sizes of the storage's files.
    """
    size = there.get(entry.path)
    if size is None:
        return "missing"
    if size != entry.bytes:
        return f"{size:,} bytes, where the receipt tells {entry.bytes:,}"
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        storage.fetch(entry.path, to)
    except FileNotFoundError:
        return "missing"
    return None if file_hash(to) == entry.sha256 else "damaged: its SHA-256 is not the receipt's"
