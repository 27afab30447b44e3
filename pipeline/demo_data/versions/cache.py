"""The user's cache: snapshots that were fetched or rebuilt, each under the hash of its manifest, each verified.

Files that came from a URL lie in it by their own hash, too: those that several datasets share come once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from demo_data.common.errors import DataError, UsageError
from demo_data.dataset.atomic import alive
from demo_data.dataset.layout import MANIFEST
from demo_data.dataset.manifest import parsed_manifest
from demo_data.versions.pin import IDENTITY_DIGITS, Pin

VARIABLE = "DEMO_DATA_CACHE"
_SCRATCH = ".scratch-"
_OLDER = ".aside-"
"""What `_SCRATCH` was called: what killed runs of older versions have left is swept too."""


def cache_folder() -> Path:
    """Where the cache lies: `DEMO_DATA_CACHE`, or else the user's cache folder as the system has it."""
    if given := os.environ.get(VARIABLE):
        return Path(given).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("demo-data", appauthor=False)


def kept(manifest: bytes) -> Path | None:
    """The snapshot of these manifest's bytes, if the cache has it. It was whole when it came; who opens it looks."""
    folder = _place(manifest)
    try:
        return folder if (folder / MANIFEST).read_bytes() == manifest else None
    except OSError:
        return None


def identities(pin: Pin) -> dict[str, bytes]:
    """The identities of a pin's profile that begin with its digits: the manifest of a snapshot that has each."""
    found: dict[str, bytes] = {}
    if len(pin.digits) < IDENTITY_DIGITS:
        return found
    for path in sorted((cache_folder() / "snapshots").glob(f"*/{MANIFEST}")):
        with suppress(OSError, UsageError):
            if pin.digits.encode() in (content := path.read_bytes()):
                manifest = parsed_manifest(content, str(path))
                if manifest.profile == pin.profile and manifest.identity.startswith(pin.digits):
                    found.setdefault(manifest.identity, content)
    return found


def advanced(manifest: bytes, day: date) -> Path | None:
    """The snapshot of this manifest's bytes as it was advanced to a day by its own code, if the cache has it."""
    with suppress(OSError):
        return kept(_record(manifest, day).read_bytes())
    return None


def is_proven(manifest: bytes) -> bool:
    """Whether the values of this manifest's snapshot were seen to be those of its identity."""
    return _proof(manifest).is_file()


def note_proof(manifest: bytes) -> None:
    """Note that they are."""
    write(_proof(manifest), b"")


def keep_advanced(folder: Path, manifest: bytes, day: date) -> Path:
    """Move the snapshot in `folder`, advanced to a day, into the cache: where it lies now. Raises as `keep`."""
    own = (folder / MANIFEST).read_bytes()
    place = keep(folder, own)
    write(_record(manifest, day), own)
    return place


def keep(folder: Path, manifest: bytes) -> Path:
    """Move the snapshot in `folder` into the cache: where it lies now.

    Raises `DataError` for every file that is not as the manifest tells; nothing is kept then. Where another process
    was quicker, or the cache has had it, what is there stays, unless it is damaged. Two at once do no harm.
    """
    content = parsed_manifest(manifest, str(folder / MANIFEST))
    place = _place(manifest)
    with _writing():
        (folder / MANIFEST).write_bytes(manifest)
        if faults := content.faults(folder):
            raise DataError(faults)
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch() as own:
            new = Path(shutil.move(folder, own / "new"))
            for _ in range(10):
                try:
                    new.rename(place)
                    return place
                except OSError:
                    if not place.exists():
                        raise
                if kept(manifest) and not content.faults(place):
                    return place
                with suppress(FileNotFoundError):  # another process has done so
                    place.rename(Path(tempfile.mkdtemp(dir=own)) / "old")
    raise UsageError(f"{place}: cannot be replaced")


def file_of(digest: str) -> Path:
    """Where a file from a URL lies, by its SHA-256, if the cache has it. It was sound when it came."""
    return cache_folder() / "files" / digest[:2] / digest


def keep_file(file: Path, digest: str) -> None:
    """Move a file whose SHA-256 this is into the cache, in the stead of one that is there."""
    with _writing():
        place = file_of(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        file.replace(place)


def link_file(digest: str, to: Path) -> None:
    """Let a file of the cache stand in a dataset, too; it takes no more room, where there are hard links."""
    with _writing():
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file_of(digest), to)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copyfile(file_of(digest), to)


def sweep_files(days: int = 30) -> None:
    """Remove files that came some days ago and are in no dataset of the cache."""
    with suppress(OSError):
        old = time.time() - days * 86_400
        for path in (cache_folder() / "files").glob("*/*"):
            if (status := path.stat()).st_nlink == 1 and status.st_mtime < old:
                path.unlink()


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory in the cache to write into; it is gone afterwards, as are those that killed runs have left."""
    with _writing():
        above = cache_folder()
        above.mkdir(parents=True, exist_ok=True)
        for stale in (*above.glob(f"{_SCRATCH}*"), *above.glob(f"{_OLDER}*")):
            process = stale.name.split("-")[1]
            if process.isdigit() and not alive(int(process)):
                shutil.rmtree(stale, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-", dir=above))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, content: bytes) -> None:
    """Write a small file of the cache, whole or not at all."""
    with scratch() as own:
        path.parent.mkdir(parents=True, exist_ok=True)
        (own / "file").write_bytes(content)
        (own / "file").replace(path)


def _place(manifest: bytes) -> Path:
    return cache_folder() / "snapshots" / hashlib.sha256(manifest).hexdigest()


def _proof(manifest: bytes) -> Path:
    return cache_folder() / "proven" / hashlib.sha256(manifest).hexdigest()


def _record(manifest: bytes, day: date) -> Path:
    """Where the manifest stands of what a snapshot became on a day."""
    return cache_folder() / "advanced" / hashlib.sha256(manifest).hexdigest() / f"{day}.json"


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
            raise  # nothing of the cache: it is reported as what it is
        where = cache_folder()
        raise UsageError(f"{where}: cannot be written: {error.strerror}; {VARIABLE} names another cache") from error
