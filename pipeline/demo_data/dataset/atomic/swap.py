"""A directory and a new one change places in one step. What is not the dataset's comes along, by hard links."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from demo_data.dataset.atomic.journal import Journal, is_at
from demo_data.dataset.atomic.one_by_one import NEW
from demo_data.dataset.layout import STAGING

_AT_WORKING_DIRECTORY = -100
_SWAP = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS

_TRIES = 20
"""How often a directory is removed into which others may still write."""
_PAUSE = 0.05
"""Seconds between one try and the next."""

_MANY = 10_000
"""Of so many files that are not the dataset's, this is no dataset's directory: they are left alone."""


def exchange(one: Path, other: Path) -> bool:
    """Swap two paths of one file system; False, with nothing changed, where the system or the file system cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _SWAP) == 0)
        return bool(library.renameat2(_AT_WORKING_DIRECTORY, names[0], _AT_WORKING_DIRECTORY, names[1], _SWAP) == 0)
    except (OSError, AttributeError, TypeError):  # no such library, or no such function in it
        return False


def exchange_place(folder: Path) -> Path:
    """Where the new directory waits for the exchange, and the old one afterwards."""
    return folder.parent / f".{folder.name}{STAGING}"


def swapped(staging: Path, folder: Path, journal: Journal) -> bool:
    """Whether the new directory has taken the old one's place. If not, nothing has changed. Raises `OSError`."""
    folder = folder.resolve()
    new, place = staging / NEW, exchange_place(folder)
    if _stands_in(folder) or _holds_mount(folder) or os.path.lexists(place):
        return False
    try:
        _link_others(folder, new, "", journal)
        journal.write(staging)
        _alike(folder, new)
        new.rename(place)
    except OSError:  # no hard links here, another's files, another file system, or a parent that may not be written to
        _unlink_others(new, "", journal)
        return False
    if not exchange(place, folder):
        try:
            place.rename(new)
        except OSError:
            discard(place)
            raise
        _unlink_others(new, "", journal)
        return False
    with suppress(OSError):  # the new directory stands; what is left goes with the next run
        sweep(place, folder, journal)
    return True


def _stands_in(folder: Path) -> bool:
    """Whether we stand in the directory, and would go with the old one."""
    try:
        return Path.cwd().is_relative_to(folder)
    except OSError:
        return False


def _holds_mount(folder: Path) -> bool:
    """Whether another file system, or another directory, is mounted anywhere in it."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return os.path.ismount(folder)
    escaped = re.compile(r"\\([0-7]{3})")
    mounts = (Path(escaped.sub(lambda code: chr(int(code[1], 8)), line.split(" ")[4])) for line in lines)
    return any(mount.is_relative_to(folder) for mount in mounts)


def _link_others(folder: Path, new: Path, below: str, journal: Journal) -> None:
    """Hard links in `new` to all in `folder` that stays. Raises `OSError` where that cannot be done."""
    for entry in _entries(folder / below):
        path = f"{below}{entry.name}"
        if path in journal.old or path == STAGING or (path.endswith(".parquet") and _replaced(path, journal)):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if len(journal.links) == _MANY:
                raise OSError(f"more than {_MANY} files")
            journal.links[path] = entry.inode()
            os.link(folder / path, new / path, follow_symlinks=False)
            continue
        if entry.stat(follow_symlinks=False).st_dev != folder.stat().st_dev:
            raise OSError(f"{path}: another file system")
        made = not (new / path).exists()
        (new / path).mkdir(exist_ok=True)
        _link_others(folder, new, f"{path}/", journal)
        emptied = made and any(other.startswith(f"{path}/") for other in journal.old)
        if emptied and not any((new / path).iterdir()):
            (new / path).rmdir()
        elif made:
            _alike(folder / path, new / path)
        else:
            shutil.copymode(folder / path, new / path)


def _alike(old: Path, new: Path) -> None:
    """Give a new directory the owner, permissions and times of the one that it stands for. Raises `OSError`."""
    owners = [(status.st_uid, status.st_gid) for status in (old.stat(), new.stat())]
    if owners[0] != owners[1]:
        os.chown(new, *owners[0])
    shutil.copystat(old, new)


def _unlink_others(new: Path, below: str, journal: Journal) -> None:
    """Take back what was linked; `new` holds the new files alone again."""
    for entry in _entries(new / below):
        path = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            make_removable(new / path)
            _unlink_others(new, f"{path}/", journal)
            if not any((new / path).iterdir()):
                (new / path).rmdir()
        elif path not in journal.new:
            (new / path).unlink()


def sweep(place: Path, folder: Path, journal: Journal) -> bool:
    """Remove the old directory, which has changed places with `folder`; whether all of it is gone.

    Only what the journal names is deleted. What somebody has put there meanwhile is moved over.
    """
    _sweep(place, folder, "", journal)
    if {entry.name for entry in _entries(place)} - {STAGING}:
        return False
    shutil.rmtree(place, ignore_errors=True)
    return not place.exists()


def _sweep(place: Path, folder: Path, below: str, journal: Journal) -> None:
    make_removable(place / below)
    for entry in _entries(place / below):
        path = f"{below}{entry.name}"
        old, new = place / path, folder / path
        linked = journal.links.get(path)
        if path == STAGING:
            continue
        with suppress(OSError):  # what cannot be removed stays, and is named by the next run
            if entry.is_dir(follow_symlinks=False) and (new.is_dir() or _replaced(path, journal)):
                _sweep(place, folder, f"{path}/", journal)
                old.rmdir()
            elif is_at(old, journal.old.get(path)) or entry.inode() == linked:
                old.unlink()
            elif not os.path.lexists(new) or os.lstat(new).st_ino == linked:
                old.rename(new)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _replaced(path: str, journal: Journal) -> bool:
    return any(other.startswith(f"{path}/") for other in (*journal.old, *journal.links))


def make_removable(folder: Path) -> None:
    """Let a directory that goes be emptied: the user may have protected it."""
    with suppress(OSError):
        mode = folder.stat().st_mode
        if mode & stat.S_IRWXU != stat.S_IRWXU:
            folder.chmod(mode | stat.S_IRWXU)


def discard(folder: Path) -> None:
    """Remove a directory that holds nothing but what this program has put there.

    Workers of a killed process may still write into it, a file each: then it is tried again, until they find no place.
    Where the same is left twice, nobody does, and it cannot be removed.
    """
    left: set[tuple[str, int]] | None = None
    for _ in range(_TRIES):
        with suppress(OSError):
            for above, *_ in os.walk(folder):
                make_removable(Path(above))
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        before, left = left, _inodes(folder)
        if left == before:
            return
        time.sleep(_PAUSE)


def _inodes(folder: Path) -> set[tuple[str, int]]:
    """All that lies below a directory, as far as it can be read."""
    found = set()
    for path in folder.rglob("*"):
        with suppress(OSError):
            found.add((str(path), path.lstat().st_ino))
    return found
