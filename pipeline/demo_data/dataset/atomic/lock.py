"""One writer to a directory at a time: a lock that the kernel holds for its process, and gives back when that dies.

It is the directory itself that is locked, so it leaves no file behind, and holds for processes in other containers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from demo_data.common.errors import UsageError

if sys.platform != "win32":
    import fcntl


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[bool]:
    """Hold a directory, which is made where there is none. Raises `UsageError` where another process has it.

    `shared`: those who share it may have it together. False where the file system cannot lock directories (NFS): then
    nobody is held off. What was made goes again, unless something lies in it afterwards.
    """
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    lock: int | None = None
    try:
        while lock is None:
            folder.mkdir(parents=True, exist_ok=True)
            lock, held = _taken(folder, shared)
        yield held
    finally:
        if lock is not None:
            os.close(lock)
        with suppress(OSError):
            for path in made:
                path.rmdir()


def _taken(folder: Path, shared: bool) -> tuple[int | None, bool]:
    """A descriptor of the directory, and whether it is locked; None where another has taken its place meanwhile."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        held = take(lock, folder, shared=shared)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), folder.stat()):
                return lock, held
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None, False


def take(descriptor: int, folder: Path, *, shared: bool = False) -> bool:
    """Lock an open directory; False where that cannot be done. Raises `UsageError` where another process has it."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"{folder}: another demo-data is writing there; try again when it has finished") from None
    except OSError:
        return False
    return True
