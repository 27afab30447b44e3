"""A single file that the user has asked for, such as a report, is replaced as a whole."""

from __future__ import annotations

import os
from pathlib import Path

from demo_data.common.errors import COMPLETED, UsageError, first_line
from demo_data.dataset.atomic.scratch import own_directory, sweep


def write_text(path: Path, text: str) -> None:
    """Put a text where the user wants it: whole, in the old one's stead, or nothing. A symbolic link is followed.

    What is no regular file (a pipe, a terminal) is written to. Raises `UsageError`.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        target = path.resolve()
        sweep(target.parent)
        with own_directory(target.parent) as place:
            (new := place / "text").write_text(text, encoding="utf-8")
            new.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            new.replace(target)
            COMPLETED.append(str(path))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or first_line(error)}") from error


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
