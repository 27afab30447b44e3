"""The two datasets that a feed leads between, and the files in which they differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo_data.common.errors import DataError
from demo_data.common.files import file_hash
from demo_data.compare.dataset_side import Side, opened
from demo_data.dataset import content_hash, store
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import Manifest, TableEntry, identity_of, read_manifest
from demo_data.domain import Domain
from demo_data.feed.header import End


@dataclass(frozen=True)
class Files:
    """Some of a table's files, in order of the rows: the first row of each, and where it begins among these alone.

    `passed`: the first rows of the table's other files, which are not read, by their SHA-256.
    """

    paths: tuple[Path, ...] = ()
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    places: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    passed: Mapping[str, int] = field(default_factory=dict)

    def rows(self, places: NDArray[Any]) -> NDArray[np.int64]:
        """The rows, in the whole table, of places among the rows of these files."""
        file = np.searchsorted(self.places, places, side="right") - 1
        rows: NDArray[np.int64] = places - self.places[file] + self.starts[file] if len(places) else self.starts[:0]
        return rows


@dataclass(frozen=True)
class Dataset:
    """A dataset that a feed leads from or to; `manifest` where it has one."""

    side: Side
    manifest: Manifest | None
    end: End

    def listed(self, table: str) -> TableEntry | None:
        return self.side.listed.get(table)

    def files(self, table: str, but: Collection[str] = ()) -> Files:
        """A table's files but for those of some SHA-256. Raises `DataError` where one is not what the manifest says."""
        listed = self.listed(table)
        known = {self.side.folder / file.path: file.sha256 for file in listed.parquet} if listed else {}
        paths = self.side.tables.get(table, [])
        if self.manifest and list(known) != paths:
            raise DataError(f"{self.side.folder}: the files of {table} are not those that {MANIFEST} lists")
        kept, starts, places, passed, row = [], [], [0], {}, 0
        for path in paths:
            count = store.rows_of([path])
            if known and file_hash(path) != known[path]:
                raise DataError(f"{path}: damaged: its SHA-256 is not the one that {MANIFEST} lists")
            if known.get(path) in but:
                passed[known[path]] = row
            else:
                kept.append(path)
                starts.append(row)
                places.append(places[-1] + count)
            row += count
        return Files(tuple(kept), np.array(starts, np.int64), np.array(places[:-1], np.int64), passed)


def dataset(folder: Path, domain: Domain) -> Dataset:
    """The dataset in a directory. Without a manifest its identity is taken of its values, which reads all of them.

    Raises `UsageError` where there is none, `DataError` where it cannot be read.
    """
    side = opened(folder)
    if side.origin.identity is None:
        files = ((table, side.tables[table]) for table in domain.models if table in side.tables)
        contents = ((table, content_hash.of_files(paths, domain.models[table])) for table, paths in files)
        identity = identity_of(table_entry(domain, table, content) for table, content in contents)
        as_of = side.recipe.get("as_of")
        return Dataset(side, None, End(profile=None, as_of=as_of, identity=identity, world=None, generator=None))
    manifest = read_manifest(folder)
    end = End(
        profile=manifest.profile,
        as_of=side.recipe.get("as_of"),
        identity=manifest.identity,
        world=manifest.world,
        generator=manifest.generator,
    )
    return Dataset(side, manifest, end)


def table_entry(domain: Domain, table: str, content: content_hash.Content) -> TableEntry:
    """What a manifest would say of a table's values."""
    fingerprint = content_hash.schema_fingerprint(domain.models[table])
    return TableEntry.of(table, fingerprint, content.digest(), ())


def differing(old: Dataset, new: Dataset, table: str) -> tuple[Files, Files] | None:
    """The files of a table that may hold differences, on both sides; None where its values are known to be equal.

    A file that lies on both sides, by its SHA-256, has the same rows on both, and is read on neither.

    Raises `DataError` where a file is not what its manifest says.
    """
    before, after = old.listed(table), new.listed(table)
    if before is None or after is None:
        return old.files(table), new.files(table)
    left, right = ([file.sha256 for file in side.parquet] for side in (before, after))
    both = [digest for digest in left if left.count(digest) == right.count(digest) == 1]
    files = old.files(table, both), new.files(table, both)
    equal = (before.content, before.fingerprint) == (after.content, after.fingerprint)
    return None if equal else files
