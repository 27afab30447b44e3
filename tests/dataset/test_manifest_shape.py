"""A manifest from somebody else names files of a snapshot only, each once; whatever else it says is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import DataError
from demo_data.dataset.integrity import faults, identity_of, parsed_manifest, read_manifest

Edit = Callable[[dict[str, Any]], object]
PATHS = (
    *("/etc/passwd", "../farmers.parquet", "farmers.parquet/../../x.parquet", "farmers.parquet/.hidden.parquet"),
    *("evil/farmers.parquet", "regions.parquet", "json/regions.json", "farmers.parquet/a/b.parquet", "", "."),
    *("farmers.parquet\\x", "farmers.parquet/x", "farmers.parquet\0", "C:farmers.parquet", "snapshot.json"),
)


def edited(folder: Path, edit: Edit) -> bytes:
    told = json.loads((folder / "snapshot.json").read_text())
    edit(told)
    return json.dumps(told).encode()


def farmers(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(table for table in told["tables"] if table["table"] == "farmers")
    return found


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("place", ["table", "files"])
def test_paths(place: str, path: str, minimal_dir: Path) -> None:
    """No path leads elsewhere, to another table's files, or to what is no snapshot's."""
    entries: Edit = lambda told: farmers(told)["files"] if place == "table" else told["files"]  # noqa: E731
    text = edited(minimal_dir, lambda told: entries(told)[0].update(path=path))  # type: ignore[index]

    with pytest.raises(DataError, match="m: not a whole manifest"):
        parsed_manifest(text, "m")


EDITS: dict[str, Edit] = {
    "a file twice": lambda told: told["files"].append(told["files"][0]),
    "a table's file beside": lambda told: told["files"].append(farmers(told)["files"].pop(0)),
    "another recipe": lambda told: told["files"][0].update(sha256="0" * 64),
    "a list for a name": lambda told: farmers(told).update(table=["x"]),
    "text for a number": lambda told: farmers(told).update(rows="3"),
    "true for a number": lambda told: farmers(told)["files"][0].update(bytes=True),
    "no end": lambda told: farmers(told)["files"][0].update(bytes=float("inf")),
    "a long path": lambda told: farmers(told)["files"][0].update(path="x" * 300),
    "control characters": lambda told: told.update(profile="demo\x1b[31m"),
    "a line break": lambda told: told.update(profile="demo\ndemo-data: all is well"),
    "text that turns": lambda told: told.update(profile="demo\u202etxt"),
    "half a pair": lambda told: told.update(profile="demo\udcff"),
    "a way out": lambda told: told.update(profile="../demo"),
    "a hidden name": lambda told: told.update(profile=".demo"),
    "a long name": lambda told: told.update(profile="x" * 101),
    "a list for a profile": lambda told: told.update(profile=["demo"]),
    "no hash": lambda told: told.update(identity="x"),
    "a number for a hash": lambda told: farmers(told).update(content=1),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_refused(edit: Edit, minimal_dir: Path) -> None:
    """What is not a manifest's is refused in a line."""
    with pytest.raises(DataError, match="m: not a whole manifest"):
        parsed_manifest(edited(minimal_dir, edit), "m")


def test_depth() -> None:
    """Nesting without end is refused, too."""
    with pytest.raises(DataError, match="not a whole manifest"):
        parsed_manifest(b'{"tables":' + b"[" * 100_000, "m")


def test_ours(crowd_dir: Path, minimal_dir: Path, demo_large_dir: Path) -> None:
    """What this version writes is taken, tables in parts included."""
    for folder in (minimal_dir, demo_large_dir):
        manifest = read_manifest(folder)
        assert identity_of(manifest["tables"]) == manifest["identity"]
        assert faults(folder, manifest) == []
    parts = {"path": "farmers.parquet/part-00000.parquet"}
    assert parsed_manifest(edited(minimal_dir, lambda told: farmers(told)["files"][0].update(parts)), "m")


def test_hidden_files(minimal_dir: Path, tmp_path: Path) -> None:
    """What a desktop leaves in a directory is no fault of the snapshot."""
    import shutil

    folder = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    (folder / "json" / ".DS_Store").write_bytes(b"x")

    assert faults(folder, read_manifest(folder)) == []
