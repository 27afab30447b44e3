"""The rows of a large table wait on disk, and come back by columns."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Mapping
from io import BytesIO
from typing import IO

import polars as pl

from demo_data.common.errors import UsageError

HELD = 1 << 26
"""Bytes of frames, as Polars holds them, that stay in memory; more go to disk together."""


class Spool:
    """Frames in order, which need not have the same columns, as pieces: all but the last one wait in a file.

    It has no name, and goes with the process, however that ends.
    """

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        self._places: list[tuple[int, int]] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take a frame. Raises UsageError where the disk does not."""
        self._frames.append(frame)
        self._size += int(frame.estimated_size())
        if self._size > HELD:
            self._write(pl.concat(self._frames, how="diagonal"))
            self._frames, self._size = [], 0

    def __len__(self) -> int:
        """How many pieces there are: one at least, when a frame was taken."""
        return len(self._places) + bool(self._frames)

    def piece(self, number: int, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
        """These columns of a piece, null where it has none of that name."""
        if self._file is None or number == len(self._places):
            self._frames = [pl.concat(self._frames, how="diagonal")]
            return _filled(self._frames[0], kinds)
        place, size = self._places[number]
        self._file.seek(place)
        packed = self._file.read(size)
        there = [name for name in pl.read_ipc_schema(BytesIO(packed)) if name in kinds]
        return _filled(pl.read_ipc(packed, columns=there), kinds)

    def _write(self, frame: pl.DataFrame) -> None:
        packed = BytesIO()
        frame.write_ipc(packed, compression="lz4")
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is open as long as there is the spool)
                weakref.finalize(self, self._file.close)
            self._places.append((self._file.tell(), packed.tell()))
            self._file.write(packed.getbuffer())
            self._file.flush()
        except OSError as error:
            reason = error.strerror or error
            raise UsageError(f"temporary files cannot be written: {reason}; TMPDIR names another place") from None


def _filled(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    there = set(frame.columns)
    return frame.select(
        pl.col(name) if name in there else pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items()
    )
