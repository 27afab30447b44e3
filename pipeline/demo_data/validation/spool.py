"""The rows of a large table wait on disk, and come back by columns."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO

import polars as pl

from demo_data.common.errors import UsageError

HELD = 1 << 26
"""Bytes of frames, as Polars holds them, that stay in memory; more go to disk together."""


class Spool:
    """Frames in order, which need not have the same columns. The last of them are in memory.

    The file has no name: it goes with the process, however that ends.
    """

    def __init__(self) -> None:
        self._held: list[pl.DataFrame] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        self._sizes: list[int] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take a frame. Raises UsageError where the disk does not."""
        self._held.append(frame)
        self._size += int(frame.estimated_size())
        if self._size > HELD:
            self._write(pl.concat(self._held, how="diagonal"))
            self._held, self._size = [], 0

    def frames(self, kinds: Mapping[str, pl.DataType]) -> Iterator[pl.DataFrame]:
        """All rows, some together: these columns, null where a frame has none of that name. There is one at least."""
        place = 0
        for size in self._sizes:
            assert self._file is not None
            self._file.seek(place)
            packed = self._file.read(size)
            place += size
            there = [name for name in pl.read_ipc_schema(BytesIO(packed)) if name in kinds]
            yield _filled(pl.read_ipc(packed, columns=there), kinds)
        if self._held or not self._sizes:
            self._held = [pl.concat(self._held, how="diagonal")] if self._held else [pl.DataFrame(schema=kinds)]
            yield _filled(self._held[0], kinds)

    def _write(self, frame: pl.DataFrame) -> None:
        packed = BytesIO()
        frame.write_ipc(packed, compression="lz4")
        try:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the spool)
            self._file.write(packed.getbuffer())
            self._file.flush()
        except OSError as error:
            reason = error.strerror or error
            raise UsageError(f"temporary files cannot be written: {reason}; TMPDIR names another place") from None
        self._sizes.append(packed.tell())


def _filled(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    there = set(frame.columns)
    return frame.select(
        pl.col(name) if name in there else pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items()
    )
