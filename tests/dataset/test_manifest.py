"""A manifest from somebody else names files of a snapshot only, each once; whatever else it says is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import DataError
from demo_data.dataset.manifest import FORMAT, identity_of, parsed_manifest, read_manifest

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
    "another key": lambda told: told.update(more=1),
    "another key of a table": lambda told: farmers(told).update(more=1),
    "another key of a file": lambda told: told["files"][0].update(more=1),
    "no format": lambda told: told.pop("format"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_refused(edit: Edit, minimal_dir: Path) -> None:
    """What is not a manifest's is refused in a line."""
    with pytest.raises(DataError, match="m: not a whole manifest"):
        parsed_manifest(edited(minimal_dir, edit), "m")


def test_what_is_wrong(minimal_dir: Path) -> None:
    """Each fault is told by its place; the value itself, which may be anything, is not repeated."""

    def spoil(told: dict[str, Any]) -> None:
        told["identity"] = "\x1b[31m"
        told["rows"]["\x1b[32m"] = "many"
        farmers(told)["more"] = 1
        del farmers(told)["rows"]
        del told["recipe"]

    with pytest.raises(DataError) as refused:
        parsed_manifest(edited(minimal_dir, spoil), "m")

    (said,) = refused.value.messages
    assert said == (
        "m: not a whole manifest: recipe: missing; "
        "identity: String should match pattern '^[0-9a-f]{64}$'; "
        "rows.\\x1b[32m: Input should be a valid integer; and 2 more"
    )


def test_bytes(minimal_dir: Path) -> None:
    """What is read is written as it was, of the format before as well."""

    def older(told: dict[str, Any]) -> None:
        told["format"] = 1
        for key in ("schema", "lock", "files"):
            del told[key]

    now = (minimal_dir / "snapshot.json").read_bytes()
    before = json.dumps(json.loads(edited(minimal_dir, older)), indent=2).encode() + b"\n"
    assert parsed_manifest(now, "m").text().encode() == now
    assert parsed_manifest(before, "m").text().encode() == before


def test_newer(minimal_dir: Path) -> None:
    """One of a newer format is not read, whatever else is in it."""
    text = edited(minimal_dir, lambda told: told.update(format=FORMAT + 1, more=1))
    with pytest.raises(DataError, match=rf"m: of format {FORMAT + 1}, newer than this version knows \({FORMAT}\)"):
        parsed_manifest(text, "m")


def test_depth() -> None:
    """Nesting without end is refused, too."""
    with pytest.raises(DataError, match="not a whole manifest"):
        parsed_manifest(b'{"tables":' + b"[" * 100_000, "m")


def test_ours(crowd_dir: Path, minimal_dir: Path, demo_large_dir: Path) -> None:
    """What this version writes is taken, tables in parts included."""
    for folder in (minimal_dir, demo_large_dir):
        manifest = read_manifest(folder)
        assert identity_of(manifest.tables) == manifest.identity
        assert manifest.faults(folder) == []
    parts = {"path": "farmers.parquet/part-00000.parquet"}
    parsed_manifest(edited(minimal_dir, lambda told: farmers(told)["files"][0].update(parts)), "m")


def test_hidden_files(minimal_dir: Path, tmp_path: Path) -> None:
    """What a desktop leaves in a directory is no fault of the snapshot."""
    folder = Path(shutil.copytree(minimal_dir, tmp_path / "set"))
    (folder / "json" / ".DS_Store").write_bytes(b"x")

    assert read_manifest(folder).faults(folder) == []
