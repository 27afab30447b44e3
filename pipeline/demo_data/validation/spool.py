"""Frames that wait on disk, and come back by columns."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import IO

import polars as pl

from demo_data.common.errors import UsageError

HELD = 1 << 26
"""Bytes of frames, as Polars holds them, that stay in memory; more go to disk together."""


Place = tuple[int, int]
"""Where a frame lies in a file: its first byte, and how many there are."""


class Disk:
    """A temporary file of frames. It has no name, and goes with the process, however that ends."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def put(self, frame: pl.DataFrame) -> Place:
        """Write a frame at the end. Raises UsageError where the disk does not take it."""
        packed = BytesIO()
        frame.write_ipc(packed, compression="lz4")
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is open as long as there is the disk)
                weakref.finalize(self, self._file.close)
            place = self._file.seek(0, os.SEEK_END), packed.tell()
            self._file.write(packed.getbuffer())
            self._file.flush()
        except OSError as error:
            reason = error.strerror or error
            raise UsageError(f"temporary files cannot be written: {reason}; TMPDIR names another place") from None
        return place

    def get(self, place: Place, names: Sequence[str]) -> pl.DataFrame:
        """Those of the columns that the frame has, in the order of the names."""
        assert self._file
        start, size = place
        with self._lock:
            self._file.seek(start)
            packed = self._file.read(size)
        there = pl.read_ipc_schema(BytesIO(packed))
        chosen = [name for name in names if name in there]
        return pl.read_ipc(packed, columns=chosen).select(chosen)


class Spool:
    """Frames in order, which need not have the same columns, as pieces: all but the last one wait on disk."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._size = 0
        self._disk = Disk()
        self._places: list[Place] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take a frame. Raises UsageError where the disk does not."""
        self._frames.append(frame)
        self._size += int(frame.estimated_size())
        if self._size > HELD:
            self._places.append(self._disk.put(pl.concat(self._frames, how="diagonal")))
            self._frames, self._size = [], 0

    def __len__(self) -> int:
        """How many pieces there are: one at least, when a frame was taken."""
        return len(self._places) + bool(self._frames)

    def piece(self, number: int, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
        """These columns of a piece, null where it has none of that name."""
        if number < len(self._places):
            return _filled(self._disk.get(self._places[number], [*kinds]), kinds)
        self._frames = [pl.concat(self._frames, how="diagonal")]
        return _filled(self._frames[0], kinds)


def _filled(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    there = set(frame.columns)
    return frame.select(
        pl.col(name) if name in there else pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items()
    )
