"""Damaged files of a dataset: told by name, with exit code 1; nothing written; no traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import called, contents


def cut(path: Path, keep: int) -> None:
    with path.open("r+b") as file:
        file.truncate(keep)


def scratch(path: Path) -> None:
    """Overwrite the first column's pages, and leave the footer."""
    with path.open("r+b") as file:
        file.seek(4)
        file.write(b"\xff" * 200)


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


DAMAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "cut": ("farmers.parquet", lambda path: cut(path, 2000)),
    "emptied": ("weather_observations.parquet", lambda path: cut(path, 0)),
    "other": ("documents.parquet", lambda path: put(path, b"[]")),
    "recipe": ("recipe.json", lambda path: cut(path, 100)),
    "recipe emptied": ("recipe.json", lambda path: cut(path, 0)),
    "recipe other": ("recipe.json", lambda path: put(path, b"[]")),
    "recipe without keys": ("recipe.json", lambda path: put(path, b'{"profile": "minimal"}')),
}


READERS = ("json", "snapshot write", "show")


@pytest.mark.parametrize(
    ("command", "damage"),
    [(name, damage) for name in READERS for damage in DAMAGES if not (name == "json" and "recipe" in damage)],
)
def test_damaged_files(
    command: str, damage: str, minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A truncated or foreign file is told by name, with exit code 1; the directory stays as it was."""
    file, break_it = DAMAGES[damage]
    shutil.copytree(minimal_dir, here / "set")
    break_it(here / "set" / file)
    before = contents(here)
    code, _, err = called(capsys, *command.split(), "set")

    assert code == 1
    assert f"set/{file}" in err
    assert len(err.splitlines()) == 1
    assert before == contents(here)


@pytest.mark.parametrize(
    ("command", "table"),
    [(name, table) for name in ("json", "snapshot write") for table in ("farmers", "documents", "weather_observations")]
    + [("show", "weather_observations")],  # of the others it reads no column that is damaged here
)
def test_damaged_pages(
    command: str, table: str, minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged pages under a sound footer are told by the file's name, where the values are read."""
    shutil.copytree(minimal_dir, here / "set")
    scratch(here / "set" / f"{table}.parquet")
    before = contents(here)
    code, _, err = called(capsys, *command.split(), "set")

    assert code == 1
    assert f"set/{table}.parquet" in err
    assert len(err.splitlines()) == 1
    assert before == contents(here)


def test_truncated_manifest(minimal_dir: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` tells a truncated manifest."""
    shutil.copytree(minimal_dir, here / "set")
    cut(here / "set" / "snapshot.json", 500)
    code, _, err = called(capsys, "show", "set")

    assert code == 1
    assert "set/snapshot.json: not a whole manifest: not valid JSON" in err
