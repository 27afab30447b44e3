"""Where the files of a dataset are put and read: a local folder, or a store of objects. One interface for both.

A name is a path relative to the dataset, with `/`. What is put is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from demo_data.storage.local import LocalFolder
from demo_data.storage.objects import Objects
from demo_data.storage.url import is_url

__all__ = ["Storage", "storage_of"]


class Storage(Protocol):
    """A place for one dataset. All raise `UsageError` where the place cannot be read or written."""

    @property
    def shown(self) -> str:
        """The place as people are told it, without secrets."""

    @property
    def near(self) -> bool:
        """Whether reading all of it costs little: a folder. Of a store of objects, sizes are believed."""

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """Every file's name and its bytes, in no certain order; `below`: only those in this folder."""

    def read(self, name: str) -> bytes:
        """A small file's bytes. Raises `FileNotFoundError`."""

    def put(self, name: str, file: Path) -> None:
        """Let a local file stand under a name, in the stead of what stood there; it may be gone from where it was."""

    def put_new(self, name: str, data: bytes) -> None:
        """Let these bytes stand under a name where none does yet, or these. Raises `DataError` where others stand."""

    def fetch(self, name: str, to: Path) -> None:
        """Let a file's bytes be at a local path that is free, to be read only. Raises `FileNotFoundError`."""

    def fetch_columns(self, name: str, size: int, to: Path, columns: Collection[str]) -> None:
        """Let a Parquet file of this size be at a local path that is free, as far as these columns are read.

        Raises `FileNotFoundError`, and `FileError` where it is no Parquet file.
        """

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; one that is gone already is no error."""

    def aside(self, *, alone: bool = False) -> AbstractContextManager[Path]:
        """A new local directory in which files wait until they are put, for as long as it is open.

        `alone`: nobody else may write to the place meanwhile, as far as this machine can tell. Raises `UsageError`
        where another process writes there that must not.
        """


def storage_of(out: str | Path) -> Storage:
    """The storage that a path or a URL means. Raises `UsageError` for a URL of an unknown kind."""
    return Objects(str(out)) if is_url(out) else LocalFolder(Path(out))
