"""What cannot go on is told in one clear message, that says what to do; nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.manifest import read_manifest
from tests.advance.going import go
from tests.running import called, contents


def edited(path: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        content = json.loads((folder / path).read_text())
        change(content)
        (folder / path).write_text(json.dumps(content))

    return edit


def damaged(pattern: str) -> Callable[[Path], object]:
    """The last file of a pattern, its last byte another one."""

    def damage(folder: Path) -> None:
        *_, path = sorted(folder.glob(pattern))
        text = path.read_bytes()
        path.write_bytes(text[:-1] + bytes([text[-1] ^ 1]))

    return damage


def shorter(folder: Path) -> None:
    """The first month's file, by a byte."""
    path = min((folder / "documents.parquet").iterdir())
    path.write_bytes(path.read_bytes()[:-1])


def of_another_world(folder: Path) -> None:
    """A month's file from another seed, of the size that the manifest tells."""
    path = min((folder / "documents.parquet").iterdir())
    metadata = path.read_bytes()
    world = read_manifest(folder).world or ""
    path.write_bytes(metadata.replace(world.encode(), world[::-1].encode()))


FEBRUARY = date(2026, 2, 1)
REFUSALS: dict[str, tuple[Callable[[Path], object], date, str]] = {
    "no manifest": (lambda folder: (folder / "snapshot.json").unlink(), FEBRUARY, "no snapshot lies here"),
    "no directory": (shutil.rmtree, FEBRUARY, "no such directory"),
    "the past": (lambda _: None, date(2026, 1, 19), "has come to 2026-01-20 already.*build demo --as-of 2026-01-19"),
    "before the history": (lambda _: None, date(2025, 11, 2), "before the history in .*begins on 2025-11-03"),
    "after the calendar": (lambda _: None, date(2999, 1, 1), "the last day that there can be"),
    "another version": (
        edited("snapshot.json", lambda manifest: manifest.update(generator="0.3.0")),
        FEBRUARY,
        (
            "made by demo-data 0.3.0, and this is .*: advance it with what has made it, or make it anew: "
            "`demo-data build demo --as-of DATE`"
        ),
    ),
    "another schema": (
        edited("snapshot.json", lambda manifest: manifest.update(schema="0.9")),
        FEBRUARY,
        "made by another state of demo-data",
    ),
    "an old manifest": (
        edited("snapshot.json", lambda manifest: (manifest.update(format=2), manifest.pop("world"))),
        FEBRUARY,
        "made by another state of demo-data",
    ),
    "another seed": (
        edited("recipe.json", lambda recipe: recipe.update(seed=5)),
        FEBRUARY,
        r"recipe.json: not what snapshot.json tells: other settings make another world",
    ),
    "a table damaged": (
        damaged("farmers.parquet/*"),
        FEBRUARY,
        "farmers.parquet/part-.*: not what snapshot.json tells",
    ),
    "its JSON damaged": (damaged("json/regions.json"), FEBRUARY, "json/regions.json: not what snapshot.json tells"),
    "this month damaged": (damaged("documents.parquet/2026-01*"), FEBRUARY, "2026-01.*: not what snapshot.json tells"),
    "a month shorter": (shorter, FEBRUARY, "2025-11.*: not what snapshot.json tells"),
    "a month missing": (
        lambda folder: min((folder / "documents.parquet").iterdir()).unlink(),
        FEBRUARY,
        "2025-11.*: missing",
    ),
    "a month of another world": (of_another_world, FEBRUARY, "2025-11.*: of another world"),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_refused(why: str, old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear message, that says what to do; nothing is written."""
    spoil, day, says = REFUSALS[why]
    spoil(old)
    before = contents(old) if old.exists() else {}
    with pytest.raises((UsageError, DataError), match=says):
        go(old, day)
    code, out, err = called(capsys, "advance", old, "--to", day)

    assert code == (1 if "not what" in says or "missing" in says or "another world" in says else 2)
    assert out == ""
    assert err.startswith("demo-data: ")
    assert (contents(old) if old.exists() else {}) == before


def test_a_strange_file(old: Path) -> None:
    """A file of others where a new one would go is named, and stays."""
    (old / "documents.parquet" / "2026-02.parquet").write_text("mine")
    before = contents(old)
    with pytest.raises(UsageError, match=r"not listed as this program's: documents.parquet/2026-02.parquet"):
        go(old, date(2026, 2, 1))

    assert contents(old) == before
