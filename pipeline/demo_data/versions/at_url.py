"""A dataset at a URL: its manifest tells which files it has; they come into the cache, each once and verified.

The manifest alone is asked for every time. What it names is looked for in the cache by its SHA-256, and whatever was
fetched before a connection broke need not come again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from demo_data.common.errors import COMPLETED, DataError, UsageError
from demo_data.common.files import file_hash
from demo_data.common.program import program
from demo_data.common.rendering import counted, few
from demo_data.dataset.layout import MANIFEST, RECIPE
from demo_data.dataset.manifest import Manifest, parsed_manifest, read_manifest
from demo_data.dataset.receipt import BUILD
from demo_data.storage import storage_of
from demo_data.storage.objects import Objects
from demo_data.versions import cache

if TYPE_CHECKING:
    from demo_data.storage import Storage

SMALL = 1 << 20
"""Bytes of the largest file of a table that `show` fetches."""

NOTHING: Mapping[str, str] = MappingProxyType({})
_AT_ONCE = 4
_RECEIPT = re.compile(r"receipts/[0-9]+-of-[0-9]+\.json")
_LOOKED_AT = 10_000
"""Names that are looked at where there is no manifest, to say what lies there instead."""


@dataclass(frozen=True)
class Fetched:
    """Where a URL's dataset lies on this machine, and in a few words where it was had from."""

    url: str
    path: Path
    origin: str

    def __str__(self) -> str:
        return f"{self.url}: {self.origin}"


def fetched(url: str, *, fetch: bool = True, progress: Callable[[str], None] | None = None) -> Fetched:
    """The dataset at a URL, in the cache, every file as the manifest tells.

    Raises `UsageError` where no finished dataset is there, it cannot be had, or, without `fetch`, the cache does not
    have it; `DataError` for a manifest that is none, and for files that are not what it tells, which are not kept.
    """
    storage = storage_of(url)
    manifest, content = read_at(storage)
    if (place := cache.kept(manifest)) and not content.faults(place):
        return Fetched(storage.shown, place, "from the cache")
    if not fetch:
        raise UsageError(f"{storage.shown}: its data is not on this machine, and must not be fetched")
    with cache.scratch() as own:
        came = _bring(storage, content, content.hashes, own, progress)
        place = cache.keep(own / "dataset", manifest)
    cache.sweep_files()
    return Fetched(storage.shown, place, f"fetched {came} of {counted(len(content.hashes), 'file')}")


@contextmanager
def outlined(url: str) -> Iterator[Path]:
    """A directory with manifest, recipe and small tables of the dataset at a URL, for as long as it is open.

    Raises as `fetched`.
    """
    storage = storage_of(url)
    manifest, content = read_at(storage)
    small = [table for table in content.tables if sum(file.bytes for file in table.parquet) <= SMALL]
    with cache.scratch() as own:
        _bring(storage, content, [RECIPE, *(file.path for table in small for file in table.parquet)], own, None)
        (own / "dataset" / MANIFEST).write_bytes(manifest)
        yield own / "dataset"


def put(folder: Path, url: str, source: Objects | None = None, known: Mapping[str, str] = NOTHING) -> None:
    """Put the dataset in `folder` at a URL, the manifest last and over nothing; the same one may be there already.

    `known`: files of another dataset in the same bucket, `source`, by SHA-256: the server copies them. Raises
    `DataError` where another dataset is, and `UsageError` where anything else is in the way, or it cannot be put.
    """
    COMPLETED.clear()  # it is no more than the dataset in `folder` that is complete
    storage, content = Objects(url), read_manifest(folder)
    manifest, sizes = (folder / MANIFEST).read_bytes(), {file.path: file.bytes for file in content.every_file}
    there = dict(storage.names())
    if MANIFEST not in there:
        if strangers := sorted(name for name, size in there.items() if sizes.get(name) != size):
            raise UsageError(f"{storage.shown}: other files are there: {few(strangers, 5)}; choose a prefix of its own")
        copies = {path: known[digest] for path, digest in content.hashes.items() if digest in known}
        if source:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(partial(storage.copy, source), copies.values(), copies))
        for path in content.hashes:
            if path not in copies:
                storage.put(path, folder / path)
    storage.put_new(MANIFEST, manifest)
    COMPLETED.append(storage.shown)


def read_at(storage: Storage) -> tuple[bytes, Manifest]:
    """The manifest at a URL, its bytes and what they say. Raises `UsageError` where none is there, and `DataError`."""
    try:
        text = storage.read(MANIFEST)
    except FileNotFoundError:
        raise UsageError(f"{storage.shown}: {_instead(storage)}") from None
    return text, parsed_manifest(text, f"{storage.shown}/{MANIFEST}")


def _instead(storage: Storage) -> str:
    """What lies where no finished dataset does."""
    found = [name for name, _ in islice(storage.names(), _LOOKED_AT)]
    if not found:
        return "no finished dataset is there; nothing is"
    receipts = sum(map(bool, map(_RECEIPT.fullmatch, found)))
    what = f"no finished dataset is there (no {MANIFEST})"
    if BUILD in found:
        seal = f"`{program()} seal {storage.shown}` finishes it when all are made"
        return f"{what}: shards are under way, {counted(receipts, 'receipt')} so far; {seal}"
    return f"{what}: {counted(len(found), 'file')} of something else, or of a build under way"


def _bring(
    storage: Storage,
    content: Manifest,
    paths: Iterable[str],
    own: Path,
    progress: Callable[[str], None] | None,
) -> int:
    """Let files stand in `own/dataset`, from the cache or else from the storage: how many came from there.

    What has come stays in the cache, whatever happens to the others.
    """
    hashes = {path: content.hashes[path] for path in paths}
    sizes = {content.hashes[file.path]: file.bytes for file in content.every_file}
    lacking = {digest: path for path, digest in hashes.items() if not _has(digest)}
    faults: list[str] = []

    def come(digest: str, path: str) -> None:
        waiting = own / digest
        try:
            storage.fetch(path, waiting)
        except FileNotFoundError:
            raise DataError(f"{storage.shown}/{path}: missing") from None
        size = waiting.stat().st_size
        if size != sizes.get(digest, size):
            raise DataError(f"{storage.shown}/{path}: {size:,} bytes, where the manifest tells {sizes[digest]:,}")
        if file_hash(waiting) != digest:
            raise DataError(f"{storage.shown}/{path}: damaged: its SHA-256 is not the manifest's")
        cache.keep_file(waiting, digest)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = [pool.submit(come, digest, path) for digest, path in lacking.items()]
        try:
            for done, future in enumerate(as_completed(running), 1):
                try:
                    future.result()
                except DataError as error:
                    faults += error.messages
                if progress:
                    progress(f"{storage.shown}: {done} of {counted(len(running), 'file')}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if faults:
        raise DataError([*sorted(faults), f"{storage.shown}: not what its manifest tells"])
    for path, digest in hashes.items():
        cache.link_file(digest, own / "dataset" / path)
    return len(lacking)


def _has(digest: str) -> bool:
    """Whether the cache has a file, undamaged."""
    place = cache.file_of(digest)
    return place.is_file() and file_hash(place) == digest
