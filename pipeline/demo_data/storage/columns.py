"""Some columns of a Parquet file that lies elsewhere: its footer and their bytes come, and all else of it is a hole.

Such a file takes the place of the whole one for who reads these columns alone; reading another one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeAlias

from demo_data.dataset.parquet_file import open_part

Range: TypeAlias = tuple[int, int]
"""Where bytes begin in a file, and how many there are."""

TAIL = 64 << 10
"""Bytes at a file's end that come first: most footers are shorter. Of a file that is not larger, all may come."""


def write_columns(
    to: Path, size: int, columns: Collection[str], read: Callable[[Sequence[Range]], list[bytes]]
) -> None:
    """Write a file of `size` bytes that has the footer and the columns at these paths, and those below them.

    `read` gives the bytes of ranges. Raises `FileError` where the footer is none.
    """
    with to.open("wb") as file:
        file.truncate(size)

        def bring(ranges: Sequence[Range]) -> None:
            for (start, _), data in zip(ranges, read(ranges), strict=True):
                file.seek(start)
                file.write(data)
            file.flush()

        tail = min(size, TAIL)
        bring([(size - tail, tail)])
        footer = min(size, _footer(to))
        if footer > tail:
            bring([(size - footer, footer)])
        bring(_ranges(to, columns))


def _footer(file: Path) -> int:
    """The bytes of a Parquet file's footer, as its last eight tell."""
    with file.open("rb") as opened:
        opened.seek(-8, 2)
        return int.from_bytes(opened.read(4), "little") + 8


def _ranges(file: Path, columns: Collection[str]) -> list[Range]:
    """Where a file has the columns' chunks, as its footer tells."""
    with open_part(file) as part:
        told = part.metadata
        places = [
            place
            for place in range(told.num_columns)
            if any(f"{told.schema.column(place).path}.".startswith(f"{path}.") for path in columns)
        ]
        chunks = [told.row_group(group).column(place) for group in range(told.num_row_groups) for place in places]
        return [
            (chunk.dictionary_page_offset or chunk.data_page_offset, chunk.total_compressed_size) for chunk in chunks
        ]
