"""Text in bulk: fixed-width columns built as byte matrices, and joins of Arrow text.

`digits` writes whole numbers from a table of four-digit groups; `hexadecimal` from one of two bytes each.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.recipes.columns import Array, Coded


@cache
def _groups() -> NDArray[np.uint32]:
    """The four digits of 0..9999 as one little-endian word each."""
    n = np.arange(10_000, dtype=np.uint16)
    text = np.stack([n // 1000, n // 100 % 10, n // 10 % 10, n % 10], axis=1).astype(np.uint8) + ord("0")
    return np.ascontiguousarray(text).view(np.uint32).reshape(-1)


def digits(numbers: Array, width: int) -> NDArray[np.uint8]:
    """Zero-padded decimal text, shape (n, width)."""
    groups = -(-width // 4)
    words = np.empty((len(numbers), groups), np.uint32)
    rest = numbers.astype(np.uint64) if width > 9 else numbers.astype(np.uint32)
    for column in range(groups - 1, 0, -1):
        high = rest // 10_000
        words[:, column] = _groups()[rest - high * 10_000]
        rest = high
    words[:, 0] = _groups()[rest]
    return words.view(np.uint8).reshape(len(numbers), groups * 4)[:, groups * 4 - width :]


def at_least(numbers: Array, width: int) -> NDArray[np.uint8] | Coded:
    """Decimal text, zero-padded to `width` digits; larger numbers have as many as they need."""
    if numbers.max(initial=0) < 10**width:
        return digits(numbers, width)
    known, codes = np.unique(numbers, return_inverse=True)
    return Coded(codes, pa.array([f"{number:0{width}}" for number in known]))


def texts(rows: int, *parts: str | NDArray[np.uint8] | Coded) -> pa.Array:
    """Row by row, the parts set side by side: constants, byte matrices and dictionary columns, as Arrow strings.

    It costs little where all have one width, the words of each dictionary column too.
    """
    pieces = [_items(part) for part in parts]
    fixed = [piece for piece in pieces if not isinstance(piece, Coded)]
    if len(fixed) < len(pieces):
        return joined(*(part if isinstance(part, str | Coded) else texts(rows, part) for part in parts))
    pattern = b"".join(piece if isinstance(piece, bytes) else bytes(piece.itemsize) for piece in fixed)
    letters, width, place = bytearray(pattern) * rows, len(pattern), 0
    for piece in fixed if rows else ():
        if isinstance(piece, bytes):
            place += len(piece)
        else:
            np.ndarray(rows, piece.dtype, letters, place, (width,))[:] = piece
            place += piece.itemsize
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32) if width else np.zeros(rows + 1, np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters))


def _items(part: str | NDArray[np.uint8] | Coded) -> bytes | NDArray[np.void] | Coded:
    """A constant's bytes; or the rows' texts, an item each, where they have one width; else the column itself."""
    if isinstance(part, str):
        return part.encode()
    if isinstance(part, np.ndarray):
        return np.ascontiguousarray(part).view(f"V{part.shape[1]}")[:, 0] if part.shape[1] else b""
    words = part.arrow_words
    widths = np.unique(np.asarray(pc.binary_length(words)))
    if len(widths) != 1:
        return part
    if not (width := int(widths[0])):
        return b""
    return np.frombuffer(words.buffers()[2], f"V{width}", len(words), words.offset * width).take(part.codes)


@cache
def _quads() -> NDArray[np.uint32]:
    """The four hex digits of each two bytes, as one little-endian word."""
    pairs = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode("ascii"), np.uint16)
    return np.stack([np.tile(pairs, 256), np.repeat(pairs, 256)], axis=1).view(np.uint32).reshape(-1)


def hexadecimal(*words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The hex digits of 64-bit words side by side, shape (n, 16 x words)."""
    return _quads().take(np.stack(words, axis=1).view(np.uint16)).view(np.uint8)


def padded(numbers: Array, width: int) -> pa.Array:
    """Zero-padded decimal text."""
    return texts(len(numbers), digits(numbers, width))


def joined(*parts: Any) -> pa.Array:
    """Row by row, the parts set side by side: texts, Arrow arrays or dictionary columns."""
    arrays = [part if isinstance(part, str) else dense(part) for part in parts]
    return pc.binary_join_element_wise(*arrays, "")


def dense(column: Coded | pa.Array) -> pa.Array:
    """A text column written out, if it is a dictionary."""
    return column if isinstance(column, pa.Array) else column.arrow_words.take(pa.array(column.codes))
