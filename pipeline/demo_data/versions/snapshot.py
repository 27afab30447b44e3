"""A snapshot as one uses it: its tables as Polars frames, as records and as Pydantic objects, its story, its keys.

What is heavy comes when it is asked for: to open a snapshot costs hashing its files, and nothing else. The files are
trusted not to change while they are open; nothing locks them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.common.errors import DataError, nearest
from demo_data.common.files import require_regular
from demo_data.common.program import program
from demo_data.dataset.layout import RECIPE
from demo_data.dataset.manifest import Manifest, read_manifest
from demo_data.dataset.recipe_file import RecipeFile, whole_recipe
from demo_data.domain import Domain, default_domain
from demo_data.versions.pin import Pin, looks_like_a_pin
from demo_data.versions.remote.repository import option, repository
from demo_data.versions.resolve import located

if TYPE_CHECKING:
    import polars as pl

    from demo_data.objects.registry import FKRegistry
    from demo_data.versions.records import Records


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
    if found := manifest.faults(folder):
        raise DataError([*found, _what_to_do(folder, pin, repo)])
    return Snapshot(folder, manifest, domain or default_domain(), pin)


def _what_to_do(folder: Path, pin: Pin | None, repo: str | Path | None) -> str:
    if pin is None:
        return f"{folder}: not what its manifest tells; build it again, or bring it back by `dvc pull --force`"
    return f"{pin} is damaged in {folder}: `{program()} snapshot fetch {pin}{option(repository(repo))}` brings it whole"


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
            raise _Unknown(f"{self._name} has no table {table!r}; {nearest(str(table), self.tables)}")
        return [self.path / file.path for file in self.manifest.by_table[table].parquet]

    def records(self, table: str, *, limit: int | None = None) -> list[dict[str, Any]]:
        """A table's records, or the first `limit`, in their JSON form: what lies in json/<table>.json."""
        return [json.loads(line) for line in self._records(table).lines(limit)]

    def models(self, table: str, *, limit: int | None = None) -> list[Any]:
        """A table's records, or the first `limit`, as validated objects of its Pydantic class.

        Raises `DataError` where they are none, as in a snapshot of a version with other fields.
        """
        return list(self._records(table).objects(limit))

    def registry(self) -> FKRegistry:
        """A registry of the snapshot's keys and records, a new one each time: objects made under it refer to these."""
        from demo_data.versions.keys import SnapshotRegistry

        keys = {table: self._keys(table) for table in self if table in self.domain.models}
        return SnapshotRegistry(self.domain, keys, self.models)

    def _records(self, table: str) -> Records:
        from demo_data.versions.records import Records

        model = self.domain.models.get(table)
        return Records(self.files(table), model, f"{self.path}: {table}", self.manifest.generator)

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
        """The keys of those who show each scenario."""
        return self.recipe.scenarios

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


class _Unknown(KeyError):
    """Shows its message as it is, where a KeyError shows it quoted."""

    def __str__(self) -> str:
        return str(self.args[0])
