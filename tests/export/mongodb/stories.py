"""Loads of a few records in each way, one after the other, onto databases of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.export.mongodb.killing import load_as_if_checked
from tests.export.mongodb.serving import Databases

DOCUMENTS, RECORDS = 59, 164
"""How many quality documents `minimal` has, and records in all."""

TABLES = ("weather_observations", "farmers")


def source(folder: Path, minimal: Path, mark: str, days: slice, farmers: slice) -> Path:
    """A directory of some records of two tables, with a mark in every other one."""
    folder.mkdir()
    for table, part in zip(TABLES, (days, farmers), strict=True):
        records = json.loads((minimal / "json" / f"{table}.json").read_text(encoding="utf-8"))[part]
        for record in records[::2]:
            record["last_name" if table == "farmers" else "source"] = mark
        (folder / f"{table}.json").write_text(json.dumps(records), encoding="utf-8")
    return folder


MODES = {"merge": ("there", False, 0), "swap": ("there", True, 0), "transaction": ("replica", False, 1000)} | {
    "clearing transaction": ("replica", True, 1000)
}
"""The server, whether to clear, and how many documents go into a transaction."""


class Story:
    """Loads of the sources in one mode, into databases of their own."""

    def __init__(self, mode: str, request: pytest.FixtureRequest, sources: dict[str, Path]) -> None:
        name, self.clear, self.most = MODES[mode]
        self.databases: Databases = request.getfixturevalue(name)
        self.sources = sources

    def arguments(self, name: str) -> tuple[Any, ...]:
        """What a load is called with. The third never clears, so that what an earlier one left shows."""
        folder = self.sources[name]
        files = {table: folder / f"{table}.json" for table in TABLES}
        rows = {
            table: len(json.loads(file.read_text(encoding="utf-8"))) for table, file in files.items() if file.exists()
        }
        clear = self.clear and name != "third"
        return (folder, self.databases.uri, self.databases.suffix, clear, self.most, rows)

    def load(self, name: str) -> str | None:
        return load_as_if_checked(*self.arguments(name))

    def after(self, *names: str) -> dict[str, Any]:
        """Everything that lies there after undisturbed loads into nothing."""
        self.databases.drop()
        for name in names:
            self.load(name)
        return self.databases.content()
