"""How much a check holds at a time, and what becomes of the rest."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import polars as pl

from demo_data.validation.spool import Disk, Place

MOST = 10**9
ROW_BYTES = 1500
"""What a row costs while its rules are asked, about, two parts at a time."""

_OF_ROWS = 16
"""Frames are many: each holds this part of the rows that may be held, before it waits on disk."""

FEWEST = 16
"""Rows that are looked at together at least, however small the memory."""


def usual() -> int:
    """Bytes that a check holds at most, if nobody says otherwise: 1 GB, or a quarter of the machine's memory."""
    try:
        return min(MOST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4)
    except (AttributeError, ValueError, OSError):  # Windows has no such call
        return MOST


class Memory:
    """So many bytes hold about so many `rows` of a table at a time; what is more waits on disk."""

    def __init__(self, size: int) -> None:
        self.rows = max(FEWEST, size // ROW_BYTES)


@contextmanager
def memory(size: int | None = None) -> Iterator[Memory]:
    """Memory for one check, by default the usual."""
    with _ended_by_signals():
        yield Memory(usual() if size is None else size)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP, where nobody handles them, end the body as Ctrl-C does: what is cleaned up there is."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


class Frames:
    """Frames of one schema, in order: in memory while they have few rows together, else on disk."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory
        self._frames: list[pl.DataFrame | Place] = []
        self._disk = Disk()
        self.schema = pl.Schema()
        self.height = self._held = 0

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, frame: pl.DataFrame) -> None:
        """Add a frame at the end. Raises `UsageError` where the disk does not take it."""
        self.schema = frame.schema
        self.height += frame.height
        self._held += frame.height
        self._frames.append(frame)
        if self._memory and self._held > self._memory.rows // _OF_ROWS:
            self._frames = [self._waiting(each) for each in self._frames]
            self._held = 0

    def _waiting(self, frame: pl.DataFrame | Place) -> Place:
        if not isinstance(frame, pl.DataFrame):
            return frame
        # A type of its own keeps an Enum's words; those of a Categorical are forgotten with the last of its columns.
        return self._disk.put(frame.with_columns(pl.col(pl.Enum).to_physical(), pl.col(pl.Categorical).cast(pl.String)))

    def piece(self, number: int, *names: str) -> pl.DataFrame:
        """One of the frames, with these columns (by default all)."""
        frame, chosen = self._frames[number], list(names or self.schema)
        if isinstance(frame, pl.DataFrame):
            return frame.select(chosen)
        read, kinds = self._disk.get(frame, chosen), {name: self.schema[name] for name in chosen}
        return read.with_columns(
            *(pl.col(name).cat.to(kind) for name, kind in kinds.items() if kind.base_type() == pl.Enum),
            *(pl.col(name).cast(kind) for name, kind in kinds.items() if kind.base_type() == pl.Categorical),
        )

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return (self.piece(number) for number in range(len(self)))

    def whole(self) -> pl.DataFrame:
        """All of them as one."""
        return pl.concat(list(self))
