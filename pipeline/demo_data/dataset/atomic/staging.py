"""Staging: new files wait in a directory of their own until all are there, then take their places together."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from demo_data.common.errors import COMPLETED, UsageError, first_line
from demo_data.dataset.atomic import journal as journals
from demo_data.dataset.atomic import own, swap
from demo_data.dataset.atomic.lock import locked, take
from demo_data.dataset.atomic.one_by_one import GONE, NEW, OLD, one_by_one, undo
from demo_data.dataset.layout import MANIFEST, STAGING, VALIDATION, WRITTEN, place_of

_ASIDE = "aside-"


@contextmanager
def staged(folder: Path, *, replaces: Iterable[str] = (), writes: Iterable[str] = ()) -> Iterator[Path]:
    """A directory to write into; what lies in it afterwards takes its place in `folder`, all of it or nothing.

    `replaces`: places in `folder` that are emptied where nothing new goes there; `writes`: others that will be filled.
    What stands in them must be this program's own; all else that lies in `folder` stays. An old manifest goes, unless
    a new one comes or it tells exactly what is put in place.

    Raises `UsageError` where the files of others are in the way or another process is writing there, before the body
    runs, and where writing fails. After any error nothing in `folder` has changed. An interrupt waits while files take
    their places; `COMPLETED` tells afterwards that they have.
    """
    gone = set(replaces)
    try:
        with locked(folder) as alone:
            recover(folder, alone=alone)
            own.require_own(folder, {*gone, *writes, WRITTEN})
            staging = folder / STAGING
            try:
                (staging / NEW).mkdir(parents=True)
                with _held(staging / NEW) as held:  # it may become the directory that others find
                    yield staging / NEW
                    with _uninterrupted():
                        _publish(staging, folder, gone, swap_too=alone and held)
                        COMPLETED.append(str(folder))
                        _discard_unless_old(staging)
            finally:
                _discard_unless_old(staging)
    except OSError as error:
        raise UsageError(_cannot_write(folder, error)) from error


@contextmanager
def aside(new: Path) -> Iterator[Path]:
    """A directory beside a staging directory, for files that are not finished, whose name there is once.

    Once it is gone, whoever still writes into it, on whatever machine, can put nothing beside it any more.
    """
    place = new.parent / f"{_ASIDE}{os.getpid()}-{time.time_ns()}"
    place.mkdir()
    try:
        yield place
    finally:
        swap.discard(place)


def _cannot_write(folder: Path, error: OSError) -> str:
    """One line: what the system says, and of which file: one in `folder` that others can see, or one elsewhere."""
    reason = error.strerror or first_line(error)
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else folder
    here = (folder, folder.absolute(), folder.resolve(), swap.exchange_place(folder.resolve()))
    if not any(path.is_relative_to(place) or place.is_relative_to(path) for place in here):
        return f"{path}: {reason}"
    inside = path != folder and path.is_relative_to(folder) and STAGING not in path.parts
    return f"{folder}: cannot be written: {reason}{f': {path.relative_to(folder)}' if inside else ''}"


def tidy(folder: Path) -> None:
    """Remove what a killed process has left, of a dataset that needs no change. Raises `UsageError` as `staged`."""
    with locked(folder) as alone:
        recover(folder, alone=alone)


def recover(folder: Path, *, alone: bool) -> None:
    """Undo or finish what a killed process has left. Raises `UsageError` where that would touch what is not ours."""
    staging, place = folder / STAGING, swap.exchange_place(folder.resolve())
    if not alone and os.path.lexists(staging):
        raise UsageError(
            f"{staging}: another demo-data may be writing here, which this file system cannot tell; "
            "move it away if none is"
        )
    if os.path.lexists(staging) and (
        staging.is_symlink() or not staging.is_dir() or not all(_is_ours(path.name) for path in staging.iterdir())
    ):
        raise UsageError(f"{staging}: not of this program's making; move it away")
    if os.path.lexists(place) and not (place / STAGING).exists() and journals.read(staging):
        swap.discard(place)  # the new directory, which had not yet changed places
    elif os.path.lexists(place):
        noted = journals.read(place / STAGING) or journals.Journal()
        if place.is_symlink() or not place.is_dir() or not swap.sweep(place, folder, noted):
            raise UsageError(f"{place}: left by a killed build, with files that are not its own; move it away")
    if (staging / OLD).is_dir():
        journal = journals.read(staging)
        if journal is None:
            raise UsageError(f"{staging}: holds files of an older dataset, and no word on them; move it away")
        undo(staging, folder, journal)
    swap.discard(staging)


def _is_ours(name: str) -> bool:
    return name in (NEW, OLD, GONE, journals.NOTE, f".{journals.NOTE}") or name.startswith(_ASIDE)


def _publish(staging: Path, folder: Path, gone: set[str], *, swap_too: bool) -> None:
    new = staging / NEW
    files = {path.relative_to(new).as_posix() for path in new.rglob("*") if not path.is_dir()}
    places = gone | {place_of(path) for path in files}
    owned = own.require_own(folder, places | {WRITTEN})
    if MANIFEST in owned and not own.still_holds(folder, new):
        places.add(MANIFEST)
    places.add(WRITTEN)
    old = {path for place in places for path in own.files_at(folder, place) if path in owned}
    standing = files | {path for path in owned - old if os.path.lexists(folder / path)}
    listed = own.listed(new if MANIFEST in files else folder) if {MANIFEST} & standing else {}
    if unlisted := standing - {*listed, MANIFEST, WRITTEN, VALIDATION}:
        (new / WRITTEN).write_text(own.written_text(unlisted), encoding="utf-8")
    journal = journals.planned(folder, old, new)
    journal.write(staging)
    if not (swap_too and swap.swapped(staging, folder, journal)):
        one_by_one(staging, folder, journal)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Lock a new directory, for as long as it is worked on; False where the file system has no locks."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        yield take(lock, folder)
    finally:
        os.close(lock)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold signals that end the process back until the body has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[int] = []
    ending = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in ending}
    held = [number for number in ending if before[number] not in (signal.SIG_IGN, None)]
    for number in held:
        signal.signal(number, lambda number, _: noted.append(number))
    try:
        yield
    finally:
        for number in held:
            signal.signal(number, before[number])
    for number in noted:
        signal.raise_signal(number)


def _discard_unless_old(staging: Path) -> None:
    """Remove the staging directory, unless files that could not be put back lie in it."""
    if os.path.lexists(staging) and not (staging / OLD).exists():
        swap.discard(staging)
