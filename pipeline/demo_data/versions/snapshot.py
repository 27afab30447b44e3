"""A snapshot as one uses it: its tables as Polars frames, as records and as Pydantic objects, its story, its keys.

What is heavy comes when it is asked for: to open a snapshot costs hashing its files, and nothing else. The files are
trusted not to change while they are open; nothing locks them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from demo_data.common.errors import DataError, UsageError, nearest
from demo_data.common.files import FileError, require_regular
from demo_data.common.program import program
from demo_data.dataset.layout import RECIPE
from demo_data.dataset.manifest import Manifest, read_manifest
from demo_data.dataset.recipe_file import RecipeFile, whole_recipe
from demo_data.domain import Domain, default_domain
from demo_data.versions import cache
from demo_data.versions.pin import Pin, looks_like_a_pin
from demo_data.versions.remote.repository import option, rebuilding, repository

if TYPE_CHECKING:
    import polars as pl

    from demo_data.objects.registry import FKRegistry


class SnapshotMissing(UsageError):
    """The version exists, but its data lies nowhere near; the message names the commands that bring it."""


def open_snapshot(
    name: str | Path, *, repo: str | Path | None = None, fetch: bool = True, domain: Domain | None = None
) -> Snapshot:
    """The snapshot in a directory (`data/demo`) or of a version (`demo@v1.0.0`), once every file is found whole.

    A version is looked up in the git repository `repo`, a directory or a URL; by default that of the working directory.
    Where its files lie neither there nor in the cache, they are fetched, unless `fetch` is false. `domain` is what its
    tables are of.

    Raises `UsageError` where there is no such snapshot, and `DataError` that names every damaged file.
    """
    folder = located(name, repo=repo, fetch=fetch)
    pin = Pin.parse(name) if isinstance(name, str) and looks_like_a_pin(name) else None
    manifest = read_manifest(folder)
    if faults := manifest.faults(folder):
        if pin is None:
            cure = f"{folder}: not what its manifest tells; build it again, or bring it back by `dvc pull --force`"
        else:
            fetch_it = f"`{program()} snapshot fetch {pin}{option(repository(repo))}`"
            cure = f"{pin} is damaged in {folder}: {fetch_it} brings it whole"
        raise DataError([*faults, cure])
    return Snapshot(folder, manifest, domain or default_domain(), pin)


def located(name: str | Path, *, repo: str | Path | None = None, fetch: bool = False) -> Path:
    """The directory of a snapshot, named by a path or by a pin (`demo@v1.0.0`) of a repository.

    A pin's data is looked for in the cache and in the repository's `data/`; with `fetch`, DVC then fetches it into the
    cache. Files are looked at by their names and sizes only: who opens them verifies.

    Raises `UsageError` where the directory, the repository or the tag does not exist, `SnapshotMissing` where the
    data does not, and what `versions.fetch` raises.
    """
    if isinstance(name, Path) or not looks_like_a_pin(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise UsageError(f"{name}: no such directory")
        return folder
    pin = Pin.parse(name)
    where = repository(repo)
    manifest = where.manifest(pin)
    if near := cache.kept(manifest) or where.checked_out(pin, manifest):
        return near
    if not fetch:
        bring = f"`{program()} snapshot fetch {pin}{option(where)}` brings it, or {rebuilding(pin, where)}"
        raise SnapshotMissing(f"{pin}: its data is not on this machine: {bring}")
    from demo_data.versions import fetch as fetching

    return fetching.fetch(pin, where)


@dataclass(frozen=True, repr=False)
class Snapshot:
    """A dataset that does not change. Each table is an attribute, a `polars.LazyFrame`: `demo.orders`.

    `path` is its directory, `manifest` what snapshot.json says, `pin` its version where it was opened by one.
    """

    path: Path
    manifest: Manifest = field(compare=False)
    domain: Domain
    pin: Pin | None = None

    # The tables

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables' names, parents before children."""
        return tuple(table.table for table in self.manifest.tables)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table.table: table.rows for table in self.manifest.tables}

    def __getattr__(self, name: str) -> pl.LazyFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as unknown:
            raise AttributeError(*unknown.args) from None

    def __getitem__(self, table: str) -> pl.LazyFrame:
        """A table's rows, lazily. Raises KeyError that names the nearest table."""
        import polars as pl

        files = self.files(table)
        for path in files:
            require_regular(path)
        return pl.scan_parquet(files, glob=False, hive_partitioning=False)

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table, in order of its rows. Raises KeyError that names the nearest table."""
        if table not in self:
            raise UnknownTable(f"{self._name} has no table {table!r}; {nearest(str(table), self.tables)}")
        return [self.path / file.path for file in self.manifest.by_table[table].parquet]

    def records(self, table: str, *, limit: int | None = None) -> list[dict[str, Any]]:
        """A table's records, or the first `limit`, in their JSON form: what lies in json/<table>.json."""
        return [json.loads(line) for line in self._lines(table, limit)]

    def models(self, table: str, *, limit: int | None = None) -> list[Any]:
        """A table's records, or the first `limit`, as validated objects of its Pydantic class.

        Raises `DataError` where they are none, as in a snapshot of a version with other fields.
        """
        objects: list[Any] = []
        for line in self._lines(table, limit):
            try:
                objects.append(self.domain.models[table].model_validate_json(line, strict=True))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(map(str, first["loc"]))
                raise self._misfit(table, f"record {len(objects)}: {where}: {first['msg']}") from None
        return objects

    def registry(self) -> FKRegistry:
        """A registry of the snapshot's keys and records, a new one each time: objects made under it refer to these."""
        from demo_data.versions.snapshot_registry import SnapshotRegistry

        keys = {table: self._keys(table) for table in self if table in self.domain.models}
        return SnapshotRegistry(self.domain, keys, self.models)

    def _lines(self, table: str, limit: int | None) -> Iterator[str]:
        """The first `limit` records, or all, each as JSON text. Raises `DataError` where the columns are others."""
        from demo_data.dataset import store

        files, model = self.files(table), self.domain.models.get(table)
        if model is None:
            raise self._misfit(table, "there is no such table")
        try:
            yield from islice(chain.from_iterable(store.json_lines(files, model, known=True)), limit)
        except FileError as error:
            raise self._misfit(table, error.reason) from None

    def _misfit(self, table: str, reason: str) -> DataError:
        from demo_data.build import generator_version

        versions = f"(made by {self.manifest.generator}; this is {generator_version()})"
        return DataError(f"{self.path}: {table} does not fit this version's models {versions}: {reason}")

    def _keys(self, table: str) -> list[Any]:
        fields = self.domain.key_fields(table)
        rows = self[table].select(fields).collect().rows()
        return [row[0] for row in rows] if len(fields) == 1 else rows

    # What is known of it

    @property
    def identity(self) -> str:
        """The hash of all values and schemas: who has the same identity has the same data."""
        return self.manifest.identity

    @property
    def recipe(self) -> RecipeFile:
        """What recipe.json says: the profile with every setting, and who has which scenario."""
        return whole_recipe(self.path / RECIPE)

    @property
    def scenarios(self) -> dict[str, list[str]]:
        """The keys of those who show each scenario; in the last season, where they change."""
        return self.recipe.stories

    @property
    def _name(self) -> str:
        return str(self.pin or self.path)

    # How it shows itself

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __contains__(self, table: object) -> bool:
        return table in self.tables

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self.tables])

    def __repr__(self) -> str:
        rows = ", ".join(f"{count:,} {table}" for table, count in self.rows.items())
        return f"<Snapshot {self._name}, identity {self.identity[:16]}: {rows}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{escape(table)}</code></td><td style='text-align: right'>{count:,}</td></tr>"
            for table, count in self.rows.items()
        )
        return (
            f"<table><caption>{escape(self._name)}, identity <code>{self.identity[:16]}</code></caption>"
            f"<thead><tr><th>table</th><th>rows</th></tr></thead><tbody>{rows}</tbody></table>"
        )


class UnknownTable(KeyError):
    """Shows its message as it is, where a KeyError shows it quoted."""

    def __str__(self) -> str:
        return str(self.args[0])
