"""One side of a comparison: a directory of tables, its manifest and its recipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import file_hash
from demo_data.compare.result import Origin, Setting
from demo_data.dataset.layout import MANIFEST, RECIPE, parts
from demo_data.dataset.manifest import TableEntry, read_manifest
from demo_data.dataset.recipe_file import read_recipe


@dataclass(frozen=True)
class Side:
    """`tables` has the Parquet files of each table, in order of their rows; `listed` what the manifest says of it."""

    folder: Path
    origin: Origin
    recipe: dict[str, Any]
    tables: dict[str, list[Path]]
    listed: dict[str, TableEntry]

    def intact(self, table: str) -> bool | None:
        """Whether the table's files are what the manifest lists; None where it lists none, or there are none."""
        if table not in self.listed or table not in self.tables:
            return None
        files = [(self.folder / file.path, file) for file in self.listed[table].parquet]
        return (
            [path for path, _ in files] == self.tables[table]
            and all(path.is_file() and path.stat().st_size == file.bytes for path, file in files)
            and all(file_hash(path) == file.sha256 for path, file in files)
        )

    def listed_values(self, table: str) -> tuple[str, str]:
        """The hashes of the table's values and schema, as the manifest lists them."""
        return self.listed[table].content, self.listed[table].fingerprint


def opened(folder: Path) -> Side:
    """The dataset in a directory. Raises `UsageError` where none is there, `DataError` where it cannot be read."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: {'is not a directory' if folder.exists() else 'no such directory'}")
    names = sorted(path.stem for path in folder.glob("*.parquet") if not path.name.startswith("."))
    tables = {name: parts(folder, name) for name in names}
    if not tables:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    empty = [name for name, files in tables.items() if not files]
    if empty:
        raise DataError([f"{folder / name}.parquet: is a directory without any .parquet file" for name in empty])
    manifest = read_manifest(folder) if os.path.lexists(folder / MANIFEST) else None
    recipe = read_recipe(folder / RECIPE)
    return Side(
        folder,
        Origin(str(folder), *((manifest.identity, manifest.profile, manifest.generator) if manifest else ())),
        recipe.as_json() if recipe else {},
        tables,
        manifest.by_table if manifest else {},
    )


def settings(old: Side, new: Side) -> tuple[Setting, ...]:
    """The settings that differ, where both sides have a recipe; of lists of more than 3 items, their lengths."""
    if not (old.recipe and new.recipe):
        return ()
    before, after = dict(_flat(old.recipe)), dict(_flat(new.recipe))
    changed = []
    for path in before | after:
        was, now = before.get(path), after.get(path)
        if path in ("format", "notice", "profile") or was == now:
            continue
        lists = [value if isinstance(value, list) else [] for value in (was, now)]
        if max(map(len, lists)) > 3:
            others = len({str(item) for item in now or ()} - {str(item) for item in was or ()})
            was, now = f"{len(lists[0]):,} items", f"{len(lists[1]):,} items, {others:,} of them new"
        changed.append(Setting(path.removeprefix("settings."), was, now))
    return tuple(changed)


def _flat(value: dict[str, Any], base: str = "") -> Iterator[tuple[str, Any]]:
    for name, below in value.items():
        if isinstance(below, dict):
            yield from _flat(below, f"{base}{name}.")
        elif isinstance(below, list) and below and all(isinstance(item, dict) for item in below):
            for place, item in enumerate(below):
                yield from _flat(item, f"{base}{name}[{place}].")
        else:
            yield base + name, below
