"""Which files in a directory are this program's: those that its manifest names, or its list of what it has written.

Nothing in a file itself is believed: a table that bears our mark may be somebody's copy, changed since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from demo_data.common.errors import DataError, UsageError
from demo_data.common.files import LARGEST, file_hash, parsed_object
from demo_data.common.rendering import few
from demo_data.dataset.layout import MANIFEST, VALIDATION, WRITTEN, on_demand, place_of
from demo_data.dataset.manifest import parsed_manifest

_FORMAT = 1
_ABOUT = "Files here that demo-data wrote, beside those that snapshot.json lists. It replaces these, and no others."


def listed(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file that the manifest in `folder` lists, by its path; empty where none is whole."""
    return _read(folder / MANIFEST, lambda text, name: parsed_manifest(text, name).hashes) or {}


def named(folder: Path) -> set[str]:
    """The paths in `folder` that are this program's to replace."""
    names = set(listed(folder))
    if names:
        names.add(MANIFEST)
    written = _read(folder / WRITTEN, parsed_object)
    if written and written.get("about") == _ABOUT and isinstance(written.get("files"), list):
        names |= {WRITTEN, *(path for path in written["files"] if isinstance(path, str) and _inside(path))}
    report = _read(folder / VALIDATION, parsed_object)
    if report and set(report) == {"ok", "rows", "violations", "skipped"}:
        names.add(VALIDATION)
    return names


def _read(path: Path, parsed: Callable[[bytes, str], dict[str, Any]]) -> dict[str, Any] | None:
    """What a file says, None where it is not what it should be: such a file owns nothing. Raises `OSError`."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    text = path.read_bytes()  # an error of the disk is no word on whose files these are
    try:
        return parsed(text, path.name)
    except DataError:
        return None


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts


def written_text(paths: Iterable[str]) -> str:
    """The list of what was written."""
    return json.dumps({"about": _ABOUT, "format": _FORMAT, "files": sorted(paths)}, indent=2) + "\n"


def files_at(folder: Path, place: str) -> list[str]:
    """The paths of the files that stand in a place: one, a table's parts, or none."""
    path = folder / place
    if path.is_dir() and not path.is_symlink():
        return sorted(f"{place}/{entry.name}" for entry in path.iterdir())
    return [place] if os.path.lexists(path) else []


def require_own(folder: Path, places: Iterable[str]) -> set[str]:
    """The names that are this program's. Raises `UsageError` where something else stands in any of these places."""
    names = named(folder)
    if strangers := sorted({path for place in places for path in _strangers(folder, place, names)}):
        raise UsageError(
            f"{folder}: files would be replaced that are not listed as this program's: {few(strangers, 5)}; "
            "move them away, or name another directory"
        )
    return names


def _strangers(folder: Path, place: str, names: set[str]) -> Iterator[str]:
    above, slash, _ = place.partition("/")
    if slash and os.path.lexists(folder / above) and ((folder / above).is_symlink() or not (folder / above).is_dir()):
        yield _named(folder, above)
        return
    path = folder / place
    if path.is_dir():
        parts = [] if path.is_symlink() or not place.endswith(".parquet") else files_at(folder, place)
        own = [part for part in parts if part in names and not (folder / part).is_dir()]
        if not parts:
            yield _named(folder, place)
        yield from sorted(set(parts) - set(own))
    elif os.path.lexists(path) and place not in names and place != VALIDATION:
        yield place


def _named(folder: Path, path: str) -> str:
    return f"{path} (a symbolic link)" if (folder / path).is_symlink() else path


def still_holds(folder: Path, staging: Path) -> bool:
    """Whether the manifest in `folder` lists just the files in `staging`, with just their bytes."""
    if (staging / MANIFEST).exists():
        return False
    known = listed(folder)
    new = {path.relative_to(staging).as_posix(): file_hash(path) for path in staging.rglob("*") if path.is_file()}
    if not known:
        return False
    new = {path: hash_ for path, hash_ in new.items() if path in known or path not in on_demand(known)}
    tables = {place_of(path) for path in new if ".parquet" in path}
    return new == {path: hash_ for path, hash_ in known.items() if path in new or place_of(path) in tables}
