"""`snapshot.json`: what exactly lies in a dataset. Here it is read, held to its shape, and written.

A table's content hash depends on its values alone, in the order of their rows: not on parts, row groups, encodings,
compression or library versions. The snapshot's identity is the hash of its tables' content hashes and schemas; all
else in the manifest is provenance.

What comes from somebody else's repository is believed in nothing. Above all, a manifest names files by a few fixed
forms of path, so that none lies outside the snapshot's directory, and each stands once, with its table.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import FileError, file_hash, parsed_object, read_regular
from demo_data.common.written import require_name
from demo_data.dataset.digest import Digest, Month
from demo_data.dataset.layout import MANIFEST, PLOTS_FOLDER, RECIPE, descriptions, json_form, on_demand, tables_files
from demo_data.dataset.strict import Count, Hash, Strict, explained, require_known_format

FORMAT = 3
"""The newest form of a manifest: what this version writes, and the last that it reads."""

_PICTURE = re.compile(rf"{PLOTS_FOLDER}/[a-z][a-z0-9_-]*\.csv")


class _Entry(Strict):
    model_config = ConfigDict(extra="forbid")


class FileEntry(_Entry):
    """A file: its path from the dataset's directory, its size and its SHA-256."""

    path: str
    bytes: Count
    sha256: Hash

    @classmethod
    def of(cls, folder: Path, path: str) -> FileEntry:
        """What there is to say of a file in `folder`."""
        return cls(path=path, bytes=(folder / path).stat().st_size, sha256=file_hash(folder / path))


class MonthEntry(_Entry):
    """The events of a month: their number, and the hash of their values."""

    rows: Annotated[int, Field(ge=1)]
    content: Hash


_Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class TableEntry(_Entry):
    """A table: its rows, the hashes of its schema and of its values, and its files: Parquet, then the JSON form.

    `months`: of a table of events, whose content hash follows from theirs.
    """

    table: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    rows: Count
    fingerprint: Hash = Field(alias="schema")
    content: Hash
    months: dict[_Month, MonthEntry] | None = None
    files: tuple[FileEntry, ...]

    @classmethod
    def of(cls, table: str, fingerprint: str, digest: Digest, files: Iterable[FileEntry]) -> TableEntry:
        """What there is to say of a table with these values and files."""
        told: dict[str, Any] = {"table": table, "rows": digest.rows, "schema": fingerprint, "content": digest.content}
        if digest.months:
            told["months"] = {each.month: MonthEntry(rows=each.rows, content=each.content) for each in digest.months}
        return cls(**told, files=tuple(files))

    @property
    def digest(self) -> Digest:
        """What is told of its values."""
        months = (self.months or {}).items()
        return Digest(self.rows, self.content, tuple(Month(name, each.rows, each.content) for name, each in months))

    @property
    def parquet(self) -> list[FileEntry]:
        """The Parquet files, in order of the rows."""
        return [file for file in self.files if file is not self.json_form]

    @property
    def json_form(self) -> FileEntry | None:
        """The JSON form, where the snapshot has one."""
        return next((file for file in self.files if file.path == json_form(self.table)), None)

    @model_validator(mode="after")
    def _own_files(self) -> TableEntry:
        paths = [file.path for file in self.parquet]
        own = re.compile(rf"{self.table}\.parquet(/[A-Za-z0-9][\w.-]*\.parquet)?", re.ASCII)
        if paths != sorted(paths) or not all(map(own.fullmatch, paths)):
            raise ValueError("files that are not the table's, or in another order")
        months = [*(self.months or ())]
        if months != sorted(months):
            raise ValueError("months in another order than the calendar's")
        return self


class Manifest(_Entry):
    """What a snapshot holds. `files` are those of no table; those of format 1 tell neither these, nor schema nor lock.

    `generator` is the version that made it, `schema_version` that of all schemas, `lock` the SHA-256 of the lock file
    that the generator came with, `recipe` that of recipe.json, and `world` that of all settings but the last day, which
    formats 1 and 2 do not tell.
    """

    format: Count
    notice: str | None = None
    profile: Annotated[str, AfterValidator(require_name)]
    generator: Annotated[str, Field(pattern=r"^[A-Za-z0-9_ .+-]+$")]
    schema_version: str | None = Field(None, alias="schema")
    lock: str | None = None
    recipe: Hash
    world: Hash | None = None
    identity: Hash
    rows: dict[str, Count]
    tables: tuple[TableEntry, ...]
    files: tuple[FileEntry, ...] = ()

    @property
    def by_table(self) -> dict[str, TableEntry]:
        """The tables by name; of a name that stands twice the last one."""
        return {table.table: table for table in self.tables}

    @property
    def every_file(self) -> tuple[FileEntry, ...]:
        """The files of all tables, then the others."""
        return (*(file for table in self.tables for file in table.files), *self.files)

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every file of the snapshot, by path; the recipe's is known, whether it is listed or not."""
        return {RECIPE: self.recipe} | {file.path: file.sha256 for file in self.every_file}

    def text(self) -> str:
        """What stands in snapshot.json."""
        return json.dumps(self.model_dump(by_alias=True, exclude_unset=True), indent=2) + "\n"

    def faults(self, folder: Path) -> list[str]:
        """What is wrong with the files in `folder`, by their bytes alone: a line each; empty where all is as it says.

        No table is read, so this is quick: it is what stands between files from anywhere and those who open them.
        """
        return [f"{folder / path}: {what}" for path, what in self._faults(folder)]

    def _faults(self, folder: Path) -> Iterator[tuple[str, str]]:
        if identity_of(self.tables) != self.identity:
            yield MANIFEST, "its identity is not that of its tables"
        for table in self.tables:
            if self.rows.get(table.table) != table.rows:
                yield MANIFEST, f"tells two numbers of rows of {table.table}"
        sizes = {entry.path: entry.bytes for entry in self.every_file}
        for path, digest in self.hashes.items():
            file = folder / path
            if not file.is_file():
                yield path, "is not a regular file" if os.path.lexists(file) else "missing"
            elif (size := file.stat().st_size) != sizes.get(path, size):
                yield path, f"{size:,} bytes, where the manifest tells {sizes[path]:,}"
            elif file_hash(file) != digest:
                yield path, "damaged: its SHA-256 is not the manifest's"
        for extra in sorted(tables_files(folder) - set(self.hashes) - on_demand(self.hashes)):
            yield extra, "not in the manifest"

    @model_validator(mode="after")
    def _only_a_snapshots(self) -> Manifest:
        paths = [file.path for file in self.every_file]
        if len(set(paths)) < len(paths):
            raise ValueError("a file stands twice")
        for file in self.files:
            known = file.path in (RECIPE, *descriptions(())) or _PICTURE.fullmatch(file.path)
            if not known or (file.path == RECIPE and file.sha256 != self.recipe):
                raise ValueError("a file that is none of a snapshot's")
        return self


def read_manifest(folder: Path) -> Manifest:
    """The manifest in `folder`. Raises `UsageError` where there is none, `DataError` where it is none."""
    path = folder / MANIFEST
    if not os.path.lexists(path):
        what = "no snapshot lies here (no snapshot.json)" if folder.is_dir() else "no such directory"
        raise UsageError(f"{folder}: {what}")
    return parsed_manifest(read_regular(path), str(path))


def parsed_manifest(text: bytes, name: str) -> Manifest:
    """A manifest's text as what it says. Raises `DataError`, calling it `name`."""
    try:
        content = parsed_object(text, name)
    except FileError as error:
        raise DataError(f"{name}: not a whole manifest: {error.reason}") from None
    require_known_format(content, FORMAT, name)
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise DataError(f"{name}: not a whole manifest: {explained(error)}") from None


def identity_of(tables: Iterable[TableEntry]) -> str:
    """A snapshot's identity: the hash of its tables' schemas and content hashes."""
    identity = hashlib.sha256()
    for table in tables:
        identity.update(f"{table.table} {table.fingerprint} {table.content}\n".encode())
    return identity.hexdigest()
