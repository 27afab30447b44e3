"""A snapshot as one uses it: its tables as Polars frames, as records and as Pydantic objects, its story, its keys.

What is heavy comes when it is asked for: to open a snapshot costs hashing its files, and nothing else. The files are
trusted not to change while they are open; nothing locks them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
from demo_data.storage.url import is_url
from demo_data.versions.pin import Pin, looks_like_a_pin
from demo_data.versions.remote.repository import option, repository
from demo_data.versions.repository import NoRepository
from demo_data.versions.resolve import Means, SnapshotMissing, resolve

if TYPE_CHECKING:
    import polars as pl

    from demo_data.objects.registry import FKRegistry

__all__ = ["Snapshot", "SnapshotMissing", "UnknownTable", "directory", "open_snapshot"]


def open_snapshot(
    name: str | Path,
    *,
    repo: str | Path | None = None,
    fetch: bool = True,
    rebuild: bool = True,
    trust: bool = False,
    domain: Domain | None = None,
    progress: Callable[[str], None] | None = None,
) -> Snapshot:
    """The snapshot in a directory (`data/demo`), of a pin (`demo@v1.0.0`), or at a URL (`s3://bucket/demo`), once every
    file is found whole.

    A pin names a version, or the first digits of an identity or a commit (`demo@9f86d081884c7d65`), and maybe a day
    that it is advanced to (`demo@v1.0.0+2026-02-28`). It is looked up in the git repository `repo`, a directory or a
    URL; by default that of the working directory. Where its data lies neither there nor in the cache, it is fetched, or
    else made by the code of its commit; `fetch=False` forbids both, and `rebuild=False` to run that code. The code of a
    URL runs only where you say `trust=True`. `progress` is told what takes a while; `origin` of the snapshot says where
    it came from. `domain` is what its tables are of. What is at a URL is fetched into the cache.

    Raises `UsageError` where there is no such snapshot, and `DataError` that names every damaged file.
    """
    if not isinstance(name, Path) and is_url(name):
        from demo_data.versions.at_url import fetched

        came = fetched(name, fetch=fetch, progress=progress)
        manifest = read_manifest(came.path)
        return Snapshot(came.path, manifest, domain or default_domain(), origin=came.origin, url=came.url)
    if isinstance(name, Path) or not looks_like_a_pin(name):
        found, folder = None, directory(name)
    else:
        means = Means(fetch, rebuild, trust, progress)
        found = resolve(Pin.parse(name), repo, means, domain=domain or default_domain())
        folder = found.path
    manifest = read_manifest(folder)
    if faults := manifest.faults(folder):
        if found is None:
            cure = f"{folder}: not what its manifest tells; build it again, or bring it back by `dvc pull --force`"
        else:
            fetch_it = f"`{program()} snapshot fetch {found.pin}{_option(repo)}`"
            cure = f"{found.pin} is damaged in {folder}: {fetch_it} brings it whole"
        raise DataError([*faults, cure])
    return Snapshot(folder, manifest, domain or default_domain(), *((found.pin, found.origin) if found else ()))


def _option(repo: str | Path | None) -> str:
    try:
        return option(repository(repo))
    except NoRepository:
        return " --repo REPO"


def directory(name: str | Path) -> Path:
    """The directory of that name. Raises `UsageError` where there is none."""
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{name}: no such directory")
    return folder


@dataclass(frozen=True, repr=False)
class Snapshot:
    """A dataset that does not change. Each table is an attribute, a `polars.LazyFrame`: `demo.orders`.

    `path` is its directory, `manifest` what snapshot.json says. Where it was opened by a `pin` or at a `url`, `origin`
    says where the data was had from: `from the cache`, say.
    """

    path: Path
    manifest: Manifest = field(compare=False)
    domain: Domain
    pin: Pin | None = None
    origin: str = field(default="", compare=False)
    url: str = field(default="", compare=False)

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
        return str(self.pin or self.url or self.path)

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
