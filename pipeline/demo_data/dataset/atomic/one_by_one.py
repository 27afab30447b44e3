"""Files take their places one by one, where directories cannot change places. All of them do, or none does.

The old ones are moved away first. An error moves everything back; after a kill, the next run does.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from demo_data.common.errors import UsageError, first_line
from demo_data.dataset.atomic.journal import Journal, is_at
from demo_data.dataset.layout import STAGING

NEW, OLD, GONE = "new", "old", "gone"
"""In the staging directory: files that wait for their places, those that they replace, and these when all is done."""


def one_by_one(staging: Path, folder: Path, journal: Journal) -> None:
    """Put the files of `staging` in their places. After an error all is as it was."""
    (staging / OLD).mkdir()
    try:
        for path in journal.old:
            _move(folder, staging / OLD, path)
        for path in journal.new:
            _move(staging / NEW, folder, path)
        (staging / OLD).rename(staging / GONE)
    except BaseException:
        undo(staging, folder, journal)
        raise
    for path in journal.old:
        if "/" in path:
            _remove_if_empty((folder / path).parent)


def undo(staging: Path, folder: Path, journal: Journal) -> None:
    """Put everything back where it was, from wherever it had stopped. Raises `UsageError` where that cannot be done."""
    try:
        for path, known in reversed(journal.new.items()):
            waits = os.path.lexists(staging / NEW / path)  # then what stands in the folder is the old file, linked
            if is_at(folder / path, known) and not waits:
                _move(folder, staging / NEW, path)
        for name in journal.made:
            _remove_if_empty(folder / name)
        for path in reversed(journal.old):
            if os.path.lexists(staging / OLD / path):
                _move(staging / OLD, folder, path)
        shutil.rmtree(staging / OLD)
    except OSError as error:
        raise UsageError(
            f"{folder}: half replaced, and cannot be put back: {error.strerror or first_line(error)}: "
            f"{error.filename}; the old files lie in {STAGING}/{OLD}, and the next run tries again"
        ) from error


def _move(source: Path, target: Path, path: str) -> None:
    """Move a file from one directory to the other, but over nothing."""
    if os.path.lexists(target / path):
        raise FileExistsError(17, "File exists", str(target / path))
    (target / path).parent.mkdir(parents=True, exist_ok=True)
    (source / path).rename(target / path)
    if (source / path).parent.suffix == ".parquet":
        _remove_if_empty((source / path).parent)  # a table may take the place of its parts, and parts that of a table


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
