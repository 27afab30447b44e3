"""What a derived column may return, and what it may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Coded:
    """Text of low cardinality, a dictionary from birth: row i holds `words[codes[i]]`."""

    codes: Array
    words: Any
    """A pyarrow string array, or a sequence of texts; shared by many columns, so never changed."""

    @classmethod
    def constant(cls, word: str, rows: int) -> Coded:
        return cls(np.zeros(rows, np.int32), (word,))

    @property
    def arrow_words(self) -> pa.Array:
        return self.words if isinstance(self.words, pa.Array) else pa.array(self.words, pa.string())

    def equals(self, word: str) -> Array:
        """Which rows hold the word."""
        equal: Array = self.codes == self.arrow_words.index(word).as_py()
        return equal

    def take(self, index: Array) -> Coded:
        return Coded(self.codes[index], self.words)


@dataclass(frozen=True, slots=True)
class Maybe:
    """A column with nulls: the value counts where `valid`."""

    values: Column
    valid: Array


@dataclass(frozen=True, slots=True)
class Lists:
    """A column of lists: row i holds `items[offsets[i]:offsets[i + 1]]`."""

    offsets: Array
    items: Column


Column: TypeAlias = "Array | Coded | Maybe | Lists | pa.Array"
"""NumPy values, dictionary text, nullable values, lists, or a finished Arrow array (text of high cardinality)."""


class Noise(Protocol):
    """Stateless noise: 64 random bits for every (stream, row), the same for ever.

    `stream` is a name of its own within the table; `rows` are any whole numbers (row, day, slot ...).
    """

    def bits(self, stream: str, rows: Array) -> NDArray[np.uint64]: ...

    def permute(self, stream: str, rows: Array, size: int) -> NDArray[np.int64]:
        """A different number below `size` for every row: a random ranking. `ValueError` where a row is not below it."""
        ...

    @property
    def world(self) -> Noise:
        """Noise that all tables share."""
        ...

    def unit(self, stream: str, rows: Array) -> NDArray[np.float64]:
        """Uniform from 0 to 1."""
        ...

    def normal(self, stream: str, rows: Array) -> NDArray[np.float64]:
        """Standard normal, cut at 3.7 deviations."""
        ...


class Settings(Protocol):
    """A profile's settings by dotted path (`orders.count`). Reading one is what makes a stage depend on it."""

    def __getitem__(self, path: str) -> Any: ...


class Columns(Protocol):
    """Some rows of a table, by column name."""

    def __getitem__(self, name: str) -> Any: ...


Span: TypeAlias = tuple[int, int]
"""A first and a last day, in days since 1970, both included."""


class Events(Protocol):
    """The rows of a table of events from the day `first` to the day `last`, and those of other spans of days."""

    def __call__(self, first: int, last: int, *others: Span) -> Columns: ...


class Earlier(Protocol):
    """The same table as of an earlier day, the `day` since 1970: numbers by path, zero where there are none."""

    @property
    def day(self) -> int: ...

    def __getitem__(self, name: str) -> Array: ...

    def columns(self, *names: str) -> list[Array]:
        """Several columns, read at once."""
        ...


class Rows(Protocol):
    """The rows from `start` (included) to `stop` (excluded; all that there are) of a table of a later level."""

    def __call__(self, start: int, stop: int | None = None) -> Columns: ...
