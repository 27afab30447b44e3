from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.recipes.columns import Coded
from demo_data.recipes.text import dense, digits, hexadecimal, joined, padded, texts


@st.composite
def numbers_of_width(draw: st.DrawFn) -> tuple[list[int], int]:
    width = draw(st.integers(1, 19))
    largest = min(10**width, 2**63) - 1
    return draw(st.lists(st.integers(0, largest) | st.just(largest), min_size=1, max_size=20)), width


@settings(deadline=None, max_examples=200)
@given(numbers_of_width())
def test_padded(case: tuple[list[int], int]) -> None:
    """Zero-padded decimal text is what str.format makes of the number."""
    numbers, width = case

    assert [f"{number:0{width}d}" for number in numbers] == padded(np.array(numbers), width).to_pylist()


@settings(deadline=None, max_examples=50)
@given(numbers_of_width())
def test_digits(case: tuple[list[int], int]) -> None:
    """Digits are a byte matrix, a row for each number."""
    numbers, width = case
    found = digits(np.array(numbers), width)

    assert (len(numbers), width) == found.shape
    assert [f"{number:0{width}d}".encode() for number in numbers] == [row.tobytes() for row in found]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), min_size=1, max_size=20))
def test_hexadecimal(pairs: list[tuple[int, int]]) -> None:
    """Hex digits are the words' bytes, lowest first, side by side."""
    first, second = (np.array(words, np.uint64) for words in zip(*pairs, strict=True))
    found = hexadecimal(first, second)

    assert [(a.to_bytes(8, "little") + b.to_bytes(8, "little")).hex() for a, b in pairs] == [
        row.tobytes().decode() for row in found
    ]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 9999), max_size=20), st.text(st.characters(codec="ascii"), max_size=9), st.booleans())
def test_texts(numbers: list[int], piece: str, first: bool) -> None:
    """Fixed-width text sets constant pieces and matrices side by side, in the order given."""
    matrix = digits(np.array(numbers, np.int64), 4)
    parts = (piece, matrix) if first else (matrix, piece)
    made = texts(len(numbers), *parts)
    made.validate(full=True)

    assert [f"{piece}{n:04d}" if first else f"{n:04d}{piece}" for n in numbers] == made.to_pylist()


def test_text_without_width() -> None:
    """Text of no pieces at all is empty, row by row."""
    assert texts(3, "").to_pylist() == ["", "", ""]


@pytest.mark.parametrize(("start", "words"), [("x-", ("a", "b")), ("x-", ("a", "bcd")), ("ü-", ("é", "abc"))])
def test_texts_of_dictionaries(start: str, words: tuple[str, str]) -> None:
    """The words of a dictionary column may have one width or several."""
    codes = [1, 0, 1]
    made = texts(3, start, Coded(np.array(codes), words), "/", digits(np.arange(3), 2))

    assert made.to_pylist() == [f"{start}{words[code]}/{row:02d}" for row, code in enumerate(codes)]


def test_joined() -> None:
    """Parts are joined row by row: constants, Arrow text and dictionary columns."""
    coded = Coded(np.array([1, 0, 1]), ("a", "b"))

    assert joined(coded, "-", pa.array(["x", "y", "z"]), "!").to_pylist() == ["b-x!", "a-y!", "b-z!"]


def test_dense() -> None:
    """A dictionary column written out holds each row's word, whatever holds the words."""
    codes = np.array([2, 0, 2, 1])

    assert dense(Coded(codes, ("a", "b", "c"))).to_pylist() == ["c", "a", "c", "b"]
    assert dense(Coded(codes, pa.array(["a", "b", "c"]))).to_pylist() == ["c", "a", "c", "b"]
    assert dense(Coded.constant("k", 2)).to_pylist() == ["k", "k"]
    assert dense(Coded(codes, ("a", "b", "c")).take(np.array([3, 0]))).to_pylist() == ["b", "c"]
