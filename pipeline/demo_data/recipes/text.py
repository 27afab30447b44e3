"""Text in bulk: fixed-width columns built as byte matrices, and joins of Arrow text.

`digits` writes whole numbers from a table of four-digit groups; `hexadecimal` from a table of byte pairs.
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
    pieces = [_matrix(part) if isinstance(part, Coded) else part for part in parts]
    fixed = [piece for piece in pieces if not isinstance(piece, Coded)]
    if len(fixed) < len(pieces):
        return joined(*(texts(rows, piece) if isinstance(piece, np.ndarray) else piece for piece in pieces))
    matrices = [np.frombuffer(piece.encode("ascii"), np.uint8) if isinstance(piece, str) else piece for piece in fixed]
    letters = np.concatenate([np.broadcast_to(matrix, (rows, matrix.shape[-1])) for matrix in matrices], axis=1)
    width = letters.shape[1]
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32) if width else np.zeros(rows + 1, np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters.reshape(-1)))


def _matrix(column: Coded) -> NDArray[np.uint8] | Coded:
    """The column's bytes, shape (n, width), where its words are ASCII of one width; else the column itself."""
    words = column.arrow_words
    lengths = np.unique(np.asarray(pc.binary_length(words)))
    if len(lengths) != 1:
        return column
    start = words.offset * int(lengths[0])
    flat = np.frombuffer(words.buffers()[2] or b"", np.uint8)[start : start + len(words) * int(lengths[0])]
    return flat.reshape(len(words), int(lengths[0]))[column.codes]


@cache
def _pairs() -> NDArray[np.uint16]:
    text = "".join(f"{byte:02x}" for byte in range(256)).encode("ascii")
    return np.frombuffer(text, np.uint16)


def hexadecimal(*words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The hex digits of 64-bit words side by side, shape (n, 16 x words)."""
    raw = np.stack(words, axis=1).view(np.uint8)
    return _pairs()[raw].view(np.uint8)


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
