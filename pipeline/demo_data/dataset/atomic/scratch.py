"""Directories for the files of one process alone: gone when it is done with them, or with the next run if it is killed.

Each is locked by its process, so that others see whether that lives.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from demo_data.common.errors import UsageError
from demo_data.dataset.atomic.lock import take
from demo_data.dataset.atomic.swap import discard
from demo_data.dataset.layout import STAGING

ASIDE = f"{STAGING}-"
"""How the names of such directories begin."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A new directory among this machine's temporary ones; what killed runs of the same user have left there goes.

    Raises `UsageError` where another user has taken the place, or it cannot be written to.
    """
    with ExitStack() as stack:
        try:
            folder = _folder()
            sweep(folder)
            place = stack.enter_context(own_directory(folder))
        except OSError as error:
            where = error.filename or "temporary files"
            raise UsageError(f"{where}: cannot be written: {error.strerror}; TMPDIR names another place") from error
        yield place


def _folder() -> Path:
    """The directory for all of a user's. Raises `OSError`, and `UsageError` where it is somebody else's."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"demo-data-{user}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not folder.is_dir() or folder.is_symlink() or folder.stat().st_uid != user:
        raise UsageError(f"{folder}: is none of your own directories; TMPDIR names another place")
    return folder


@contextmanager
def own_directory(folder: Path) -> Iterator[Path]:
    """A new directory in `folder`, of this process alone. Raises `OSError` where there can be none."""
    place, lock = _locked(folder)
    try:
        yield place
    finally:
        discard(place)
        os.close(lock)


def sweep(folder: Path) -> None:
    """Remove what killed processes have left of theirs in `folder`; where locks do not tell, it stays."""
    for place in folder.glob(f"{ASIDE}*"):
        with suppress(OSError, UsageError):
            lock = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                if take(lock, place):
                    discard(place)
            finally:
                os.close(lock)


def _locked(folder: Path) -> tuple[Path, int]:
    """A new directory and the lock by which others see that its process lives."""
    while True:
        place = Path(tempfile.mkdtemp(dir=folder, prefix=ASIDE))
        with suppress(FileNotFoundError):  # swept before it was locked
            lock = os.open(place, os.O_RDONLY)
            with suppress(FileNotFoundError, UsageError):
                take(lock, place)
                if os.path.samestat(os.fstat(lock), place.stat()):
                    return place, lock
            os.close(lock)
