"""Datasets take their place whole: what a directory holds, and how new files replace old ones.

Everything is written aside. A whole dataset then changes places with the old one, in one step where the file system
can; else, and for parts of a dataset, file by file, the manifest last.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import UsageError, first_line
from pipeline.exchange import exchange
from pipeline.files import read_object

MANIFEST = "snapshot.json"
RECIPE = "recipe.json"
VALIDATION = "validation.json"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"
JSON_FOLDER = "json"
PLOTS_FOLDER = "plots"
PLOTS = ("rows", "quality", "rain")
_ASIDE = ".building-"


@contextmanager
def aside(folder: Path, *, replaces: Iterable[str] = ()) -> Iterator[Path]:
    """A directory to write into; what lies in it afterwards takes its place in `folder`, the manifest last.

    After an error in the body nothing in `folder` has changed; one of writing is raised as `UsageError`. `replaces`:
    paths in `folder` that go where nothing new takes their place; all else that lies there stays. Where files take
    their places one by one, an old manifest goes first, unless it tells exactly what is put in place: what is half
    replaced is no snapshot.
    """
    staging = folder / f"{_ASIDE}{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        staging.mkdir()
        try:
            yield staging
            _publish(staging, folder, replaces)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            if not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or first_line(error)}") from error


def belongings(tables: Iterable[str]) -> Iterator[str]:
    """The paths of everything that a dataset of these tables may hold, but for the manifest."""
    yield from (RECIPE, VALIDATION, DATAPACKAGE, CROISSANT, *(f"{PLOTS_FOLDER}/{name}.csv" for name in PLOTS))
    for table in tables:
        yield from (f"{table}.parquet", f"{JSON_FOLDER}/{table}.json")


def _publish(staging: Path, folder: Path, replaces: Iterable[str]) -> None:
    gone = set(replaces)
    if (staging / MANIFEST).is_file() and _exchanged(staging, folder, gone):
        return
    new = {path.relative_to(staging).as_posix() for path in staging.rglob("*")}
    if not _told(folder / MANIFEST, staging):
        (folder / MANIFEST).unlink(missing_ok=True)
    for name in gone:
        old = folder / name
        if name not in new and (old.is_dir() or old.is_file()):
            remove(old)
            if old.parent != folder and not any(old.parent.iterdir()):
                old.parent.rmdir()
    for path in sorted(staging.iterdir(), key=lambda path: path.name == MANIFEST):
        _take_place(path, folder / path.name)


def _exchanged(staging: Path, folder: Path, gone: set[str]) -> bool:
    """Whether the new dataset and the old one have changed places. What is not the dataset's comes along."""
    folder = folder.resolve()
    if Path.cwd().is_relative_to(folder):
        return False  # we stand in it, and would go with the old one
    if [path for path in folder.glob(f"{_ASIDE}*") if path.name != staging.name]:
        return False  # somebody else is building here
    beside = folder.parent / f"{_beside(folder)}{os.getpid()}"
    known = {path.name for path in folder.iterdir()}
    try:
        _link_others(folder, staging, gone | {MANIFEST, staging.name})
        _alike(folder, staging)
        staging.rename(beside)
    except OSError:  # no hard links here, another file system, or a parent that may not be written to
        return False
    if not exchange(beside, folder):
        beside.rename(folder / staging.name)
        return False
    _bring(beside, folder, known)
    shutil.rmtree(beside, ignore_errors=True)
    return True


def _beside(folder: Path) -> str:
    return f".{folder.name}{_ASIDE}"


def _link_others(folder: Path, staging: Path, gone: set[str]) -> None:
    """Hard links in `staging` to all in `folder` that neither goes nor has something new in its place."""
    for path in folder.iterdir():
        new = staging / path.name
        merged = path.is_dir() and not path.is_symlink() and new.suffix != ".parquet"
        if path.name in gone or (new.exists() and not (merged and new.is_dir())):
            continue
        if path.is_symlink() or not path.is_dir():
            os.link(path, new, follow_symlinks=False)
            continue
        made = not new.exists()
        new.mkdir(exist_ok=True)
        _link_others(
            path, new, {name.removeprefix(f"{path.name}/") for name in gone if name.startswith(f"{path.name}/")}
        )
        if made and any(path.iterdir()) and not any(new.iterdir()):
            new.rmdir()
        elif made:
            _alike(path, new)


def _alike(old: Path, new: Path) -> None:
    """Give a new directory the owner, permissions and times of the one that it stands for. Raises OSError."""
    found = old.stat()
    if (found.st_uid, found.st_gid) != (new.stat().st_uid, new.stat().st_gid):
        os.chown(new, found.st_uid, found.st_gid)
    shutil.copystat(old, new)


def _bring(old: Path, folder: Path, known: set[str]) -> None:
    """Move over what somebody has put into the old directory while it was being replaced."""
    for path in old.iterdir():
        if path.name not in known and not os.path.lexists(folder / path.name):
            path.rename(folder / path.name)


def _take_place(new: Path, old: Path) -> None:
    """Move `new` to where `old` is. A table's parts replace all its parts; other directories are merged."""
    if new.is_dir() and new.suffix != ".parquet":
        old.mkdir(exist_ok=True)
        for path in new.iterdir():
            _take_place(path, old / path.name)
        return
    if old.is_dir() or new.is_dir():
        remove(old)
    new.replace(old)


def _told(manifest: Path, staging: Path) -> bool:
    """Whether a manifest lists just these files with just these bytes, so that it holds when they are in place."""
    if (staging / MANIFEST).exists() or not manifest.is_file():
        return False
    try:
        known = read_object(manifest) or {}
        listed = {file["path"]: file["sha256"] for table in known["tables"] for file in table["files"]}
        listed[RECIPE] = known["recipe"]
    except (ValueError, LookupError, TypeError, AttributeError):
        return False
    new = {path.relative_to(staging).as_posix(): file_hash(path) for path in staging.rglob("*") if path.is_file()}
    tables = {path.partition("/")[0] for path in new if ".parquet" in path}
    return new == {path: bytes for path, bytes in listed.items() if path in new or path.partition("/")[0] in tables}


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_stale(folder: Path) -> None:
    """Remove what killed builds left. Process numbers come round, in containers often: our own is no other's."""
    place = folder.resolve()
    beside = place.parent.glob(f"{glob.escape(_beside(place))}*")
    for stale in (*folder.glob(f"{_ASIDE}*"), *beside):
        process = stale.name.rpartition(_ASIDE)[2]
        if process.isdigit() and (int(process) == os.getpid() or not alive(int(process))):
            shutil.rmtree(stale)


def remove(path: Path) -> None:
    """Delete a file or a directory."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def alive(process: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
