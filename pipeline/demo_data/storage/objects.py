"""Object storage as a place of datasets: `s3://`, `gs://` and `az://`, by obstore.

An object is there whole or not at all, by itself. What a killed run has sent of a large one is not seen; a rule of the
bucket's should remove such incomplete uploads.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import LARGEST, require_regular
from demo_data.dataset.atomic.scratch import scratch
from demo_data.storage.connection import connected
from demo_data.storage.url import Url
from demo_data.storage.wording import told

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from demo_data.storage.columns import Range

CHUNK = 8 << 20
"""Bytes that are sent or received at once: larger files go up in so many parts, of which S3 takes 10,000."""
_AT_ONCE = 4
_GAP = 64 << 10
"""Bytes between two ranges that are fetched with them, rather than asking twice."""


class _NotPartial(Exception):
    """A server answers with a range as if it were the whole."""


class Objects:
    """All below a URL. It is cheap to send to a worker: each connects for itself, by its own environment."""

    near = False

    def __init__(self, url: str) -> None:
        """Raises `UsageError` where it is no URL of object storage."""
        self.url = Url.parse(url)

    @property
    def shown(self) -> str:
        """How messages name it."""
        return str(self.url)

    def __repr__(self) -> str:
        return f"Objects({self.shown!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {"url": self.url}

    @cached_property
    def _store(self) -> ObjectStore:
        return connected(self.url)

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """The files in the directory `below`, or all, with their sizes in bytes, in no order that is promised."""
        store = self._store
        import obstore

        with self._telling(""):
            chunks = iter(obstore.list(store, below or None))
        while True:
            with self._telling(""):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield from ((meta["path"], meta["size"]) for meta in chunk)

    def read(self, name: str) -> bytes:
        """A small file's bytes. Raises `FileNotFoundError` where it is not there."""
        store = self._store
        import obstore

        with self._telling(name):
            found = obstore.get(store, name)
            if (size := found.meta["size"]) <= LARGEST:
                return bytes(found.bytes())
        raise DataError(f"{self.shown}/{name}: {size:,} bytes are more than the {LARGEST:,} that are read")

    def put(self, name: str, file: Path) -> None:
        """Put a local file there, whole or not at all, whatever was there; it is gone here afterwards."""
        store = self._store
        import obstore

        require_regular(file)
        with self._putting(name):
            obstore.put(store, name, file, chunk_size=CHUNK, max_concurrency=_AT_ONCE)
        file.unlink()

    def beside(self, other: Objects) -> bool:
        """Whether another place is in the same bucket, so that the server can copy from there."""
        return (self.url.scheme, self.url.bucket) == (other.url.scheme, other.url.bucket)

    def copy(self, source: Objects, known: str, name: str) -> None:
        """Have the server put a copy of a file there that stands as `known` in another place of the same bucket.

        Raises `UsageError` where it does not.
        """
        store = connected(replace(self.url, prefix=""))
        import obstore

        try:
            with self._telling(name):
                obstore.copy(store, source.url.key(known), self.url.key(name))
        except FileNotFoundError:
            raise UsageError(f"{source.shown}/{known}: not there any more") from None

    def put_new(self, name: str, data: bytes) -> None:
        """Put a small file there that is not there yet. Equal bytes are success; raises `DataError` for others.

        Of two that do so at once, one is first, as far as the server obeys `If-None-Match`. It is looked for before,
        too: there are servers that do not.
        """
        store = self._store
        import obstore
        from obstore.exceptions import AlreadyExistsError

        with suppress(FileNotFoundError):
            return self._require_equal(name, data)
        try:
            with self._putting(name, but=AlreadyExistsError):
                obstore.put(store, name, data, mode="create")
        except AlreadyExistsError:
            self._require_equal(name, data)

    def _require_equal(self, name: str, data: bytes) -> None:
        if self.read(name) != data:
            raise DataError(
                f"{self.shown}/{name}: another one is there already, and what is finished does not change: "
                "choose a prefix of its own for this dataset"
            )

    def fetch(self, name: str, to: Path) -> None:
        """Bring a file here, whole or not at all. Raises `FileNotFoundError` where it is not there."""
        store = self._store
        import obstore

        aside = to.with_name(f".{to.name}.{os.getpid()}")
        try:
            with aside.open("wb") as file:
                with self._telling(name):
                    found = obstore.get(store, name)
                    size, chunks = found.meta["size"], iter(found.stream(CHUNK))
                while True:
                    with self._telling(name):
                        chunk = next(chunks, None)
                    if chunk is None:
                        break
                    size -= file.write(chunk)
            if size:
                raise DataError(f"{self.shown}/{name}: it ended {size:,} bytes early")
            aside.replace(to)
        finally:
            aside.unlink(missing_ok=True)

    def fetch_columns(self, name: str, size: int, to: Path, columns: Collection[str]) -> None:
        """Bring the columns of a Parquet file of this size, and its footer; the rest of the file here is a hole.

        All of it comes from servers that do not say of a part that it is one (rclone's).
        """
        store = self._store
        import obstore
        from obstore.exceptions import GenericError

        from demo_data.storage.columns import write_columns

        def read(ranges: Sequence[Range]) -> list[bytes]:
            starts, lengths = [start for start, _ in ranges], [length for _, length in ranges]
            with self._telling(name):
                try:
                    found = obstore.get_ranges(store, name, starts=starts, lengths=lengths, coalesce=_GAP)
                except GenericError as error:
                    if "non-partial" in str(error):
                        raise _NotPartial from None
                    raise
                return [bytes(each) for each in found]

        try:
            write_columns(to, size, columns, read)
        except _NotPartial:
            self.fetch(name, to)

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are not there are no error."""
        store = self._store
        import obstore

        doomed = list(names)
        try:
            with self._telling(""):
                obstore.delete(store, doomed)
        except FileNotFoundError:  # by the kind of storage: then nothing is told of the others
            for name in doomed:
                with suppress(FileNotFoundError), self._telling(name):
                    obstore.delete(store, name)

    @contextmanager
    def aside(self, *, alone: bool = False) -> Iterator[Path]:
        """A directory among this machine's temporary ones. Who else writes to the URL cannot be told, and need not be:
        objects come whole, and equal ones of equal shards.
        """
        with scratch() as place:
            yield place

    @contextmanager
    def _putting(self, name: str, but: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """As `_telling`, where nothing need be there: then a server that knows no such place is none of objects."""
        try:
            with self._telling(name, but):
                yield
        except FileNotFoundError:
            raise UsageError(
                f"{self.shown}/{name}: the endpoint knows no such place (404): is it the right one?"
            ) from None

    @contextmanager
    def _telling(self, name: str, but: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Tell obstore's errors in the language of people; what it is about stands in a line of `told`."""
        from obstore.exceptions import BaseError

        try:
            yield
        except but:
            raise
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error) or "ContainerNotFound" in str(error):
                raise told(error, self.url, name) from None
            raise FileNotFoundError(f"{self.shown}/{name}: not there") from None
        except (BaseError, ValueError) as error:
            raise told(error, self.url, name) from None
