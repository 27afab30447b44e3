"""What a publication is about to replace, noted before it begins, so that the next run can undo or finish it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

from demo_data.dataset.layout import MANIFEST

NOTE = "journal.json"
Identity: TypeAlias = tuple[int, int, int]
"""A file's inode, size and time of change: what it keeps when it is moved."""


@dataclass(frozen=True)
class Journal:
    """The files that go and those that come, by their paths in the directory, in the order in which that is done.

    `made`: the directories that the new files need and that were not there; `links`: the inodes of the files of others
    that were linked, to come along.
    """

    old: dict[str, Identity] = field(default_factory=dict)
    new: dict[str, Identity] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    links: dict[str, int] = field(default_factory=dict)

    def write(self, staging: Path) -> None:
        """Note it in `staging`, whole."""
        (staging / f".{NOTE}").write_text(json.dumps(asdict(self)), encoding="utf-8")
        (staging / f".{NOTE}").replace(staging / NOTE)


def planned(folder: Path, old: Iterable[str], new: Path) -> Journal:
    """What it takes to move the files of `new` into `folder`, where those of `old` go: the manifest first, or last."""
    files = [path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_symlink() or not path.is_dir()]
    going = sorted(old, key=lambda path: (path != MANIFEST, path))
    coming = sorted(files, key=lambda path: (path == MANIFEST, path))
    made = {path.partition("/")[0] for path in coming if "/" in path and not (folder / path).parent.is_dir()}
    return Journal(
        {path: identity(folder / path) for path in going},
        {path: identity(new / path) for path in coming},
        tuple(sorted(made)),
    )


def read(staging: Path) -> Journal | None:
    """What `staging` notes; None where it notes nothing."""
    try:
        note = json.loads((staging / NOTE).read_bytes())
        old, new = ({str(path): _identity(*given) for path, given in note[key].items()} for key in ("old", "new"))
        links = {str(path): int(inode) for path, inode in note["links"].items()}
        return Journal(old, new, tuple(map(str, note["made"])), links)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def identity(path: Path) -> Identity:
    """Raises `FileNotFoundError` where nothing is."""
    status = os.lstat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


def is_at(path: Path, given: Identity | None) -> bool:
    """Whether this very file stands at a path."""
    try:
        return given is not None and identity(path) == given
    except OSError:
        return False


def _identity(inode: int, size: int, changed: int) -> Identity:
    return int(inode), int(size), int(changed)
