"""A dataset in a local folder, which several processes may fill at once, on several machines if they share it.

What is put was written aside, in the folder itself and so on its file system, and is renamed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from demo_data.common.errors import DataError, UsageError, first_line
from demo_data.dataset.atomic.lock import locked
from demo_data.dataset.atomic.scratch import ASIDE, own_directory, sweep


@dataclass(frozen=True)
class LocalFolder:
    """The folder, which need not be there yet."""

    folder: Path
    near = True

    @property
    def shown(self) -> str:
        return str(self.folder)

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """What waits for its place has no name yet."""
        with self._told("read"):
            for path in (self.folder / below).rglob("*"):
                waits = any(part.startswith(ASIDE) for part in path.relative_to(self.folder).parts)
                if not waits and (path.is_symlink() or not path.is_dir()):
                    with suppress(FileNotFoundError):  # gone meanwhile
                        yield path.relative_to(self.folder).as_posix(), path.lstat().st_size

    def read(self, name: str) -> bytes:
        with self._told("read"):
            return (self.folder / name).read_bytes()

    def put(self, name: str, file: Path) -> None:
        with self._told("written"):
            file.replace(self._place(name))

    def put_new(self, name: str, data: bytes) -> None:
        with self._told("written"):
            place = self._place(name)
            with own_directory(self.folder) as aside:
                (waiting := aside / place.name).write_bytes(data)
                if not _linked(waiting, place) and place.read_bytes() != data:
                    raise DataError(f"{place}: stands there already, and says something else; nothing was replaced")

    def fetch(self, name: str, to: Path) -> None:
        with self._told("read"):
            try:
                os.link((self.folder / name).resolve(strict=True), to)
            except FileNotFoundError:
                raise
            except OSError:  # another file system, or one without hard links
                shutil.copyfile(self.folder / name, to)

    def fetch_columns(self, name: str, size: int, to: Path, columns: Collection[str]) -> None:
        """All of the file: it costs no more."""
        self.fetch(name, to)

    def remove(self, names: Iterable[str]) -> None:
        with self._told("written"):
            for name in names:
                (self.folder / name).unlink(missing_ok=True)
                with suppress(OSError):
                    if "/" in name:
                        (self.folder / name).parent.rmdir()

    @contextmanager
    def aside(self, *, alone: bool = False) -> Iterator[Path]:
        """A directory in the folder. What killed processes have left of theirs is removed."""
        with self._told("written"), locked(self.folder, shared=not alone):
            sweep(self.folder)
            with own_directory(self.folder) as place:
                yield place

    def _place(self, name: str) -> Path:
        """Where a file of this name goes; its directory is made. Raises `UsageError` where that is a link elsewhere."""
        place = self.folder / name
        for above in (place.parent, *place.parent.parents):
            if above == self.folder:
                break
            if above.is_symlink():
                raise UsageError(f"{above}: a symbolic link, where a directory of the dataset's own is expected")
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Tell an error of the system in a line, with the file that it is about."""
        try:
            yield
        except OSError as error:
            if isinstance(error, FileNotFoundError) and what == "read":
                raise
            name = error.filename2 or error.filename
            path = f": {os.fsdecode(name)}" if isinstance(name, str | bytes) and ASIDE not in str(name) else ""
            raise UsageError(f"{self.folder}: cannot be {what}: {error.strerror or first_line(error)}{path}") from error


def _linked(file: Path, place: Path) -> bool:
    """Whether a file has got a second name that was free; where there are no hard links, a new name instead."""
    try:
        os.link(file, place)
    except FileExistsError:
        return False
    except OSError:
        if os.path.lexists(place):
            return False
        file.rename(place)
    return True
