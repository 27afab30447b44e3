"""A dataset as the rules see it: its tables, how it was made, and what several rules share."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from demo_data.dataset.recipe_file import RecipeFile
from demo_data.domain import Domain
from demo_data.validation.errors import Absent, Skip
from demo_data.validation.report import Finding
from demo_data.validation.tables import Table

if TYPE_CHECKING:
    from demo_data.validation.rules import Source


class Dataset:
    """Tables of a domain that could be read, and how they were made, where that is told."""

    def __init__(self, domain: Domain, tables: Mapping[str, Table], recipe: RecipeFile | None) -> None:
        self.domain, self.tables, self.recipe = domain, tables, recipe
        self.views: dict[Any, Any] = {}
        """What has been computed for several rules; see `demo_data.validation.rules.View`."""
        self.lock = threading.RLock()
        """Held while one of these is computed: parts of a dataset may ask for it at the same time."""
        self._keys: dict[str, tuple[int, pl.DataFrame]] = {}

    def home(self, source: Source[Any]) -> Dataset:
        """The dataset whose view it is: a part of a dataset has some of its own."""
        return self

    def has(self, table: str) -> bool:
        return table in self.tables

    def table(self, name: str) -> Table:
        """The table. Raises Absent."""
        if name not in self.tables:
            raise Absent(f"there is no table {name}")
        return self.tables[name]

    def frame(self, table: str, *paths: str) -> pl.DataFrame:
        """Columns of a table by their paths, with the record's number in `row`; null where a field is at fault.

        Raises Absent.
        """
        found = self.table(table)
        return found.invalid.masked(found.frame(*paths))

    def pieces(self, table: str, *paths: str) -> Iterator[pl.DataFrame]:
        """The same, piece by piece: a large table is never held whole. Raises Absent."""
        found = self.table(table)
        return map(found.invalid.masked, found.pieces(*paths))

    def columns(self, table: str, prefix: str = "") -> list[str]:
        """The paths of a table's columns that begin with `prefix`.

        Those that cannot be used are among them: what they hold is unknown, not nothing, so reading them raises Absent.
        """
        found = self.table(table)
        return [path for path in (*found.columns, *found.unusable) if path.startswith(prefix)]

    def faulty(self, table: str, *paths: str) -> pl.Series:
        """The numbers of a table's records in which one of the columns is at fault, or an item of a list in it."""
        return self.table(table).invalid.any_of(paths)

    @property
    def known_recipe(self) -> RecipeFile:
        """How the dataset was made. Raises Skip where nothing tells."""
        if self.recipe is None:
            raise Skip("there is no recipe.json")
        return self.recipe

    @property
    def as_of(self) -> date:
        """The last day. Raises Skip without a recipe."""
        return self.known_recipe.as_of

    @property
    def born(self) -> date:
        """The day that the world is born on. Raises Skip without a recipe."""
        return self.known_recipe.birth

    @property
    def days(self) -> int:
        """Days of history from the first to the last, both included. Raises Skip without a recipe."""
        return (self.as_of - self.first_day).days + 1

    @property
    def first_day(self) -> date:
        """The first day of history, whichever is the last. Raises Skip without a recipe."""
        return self.known_recipe.first_day

    def key(self, table: str, row: int) -> str | None:
        """How the record `row` of a table is called."""
        fields = self.domain.key_fields(table)
        if not set(fields) <= set(self.table(table).columns):
            return None
        piece = self.table(table).place(row)
        if table not in self._keys or self._keys[table][0] != piece:
            self._keys[table] = piece, self.table(table).piece(piece, *fields)
        found = self._keys[table][1]
        position = found["row"].search_sorted(row)
        if position >= found.height:
            return None
        parts = found.row(position)[1:]
        return " ".join(str(part) for part in parts) if None not in parts else None

    def finding(
        self,
        rule: str,
        table: Table,
        row: int | None,
        path: str | None,
        value: Any,
        message: str,
        nearest: str | None = None,
    ) -> Finding:
        """A finding on a table of this dataset."""
        name = table.model.table
        key = None if row is None else self.key(name, row)
        return Finding(table.shown, name, row, key, path, rule, value, message, nearest)
