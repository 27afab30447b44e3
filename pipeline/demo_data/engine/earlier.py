"""A table as it was on an earlier day: what its recipe carries on from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.recipes.columns import Array


@dataclass(frozen=True)
class EarlierRows:
    """The rows of a published table as of `day` (since 1970); by now there are `rows`, the new ones after the old.

    `read` gives the columns at some paths, nested as they lie in the file.
    """

    read: Callable[[Sequence[str]], pa.Table]
    day: int
    rows: int

    def __getitem__(self, name: str) -> Array:
        """The numbers of the column `name`; zero where there are none."""
        return self.columns(name)[0]

    def columns(self, *names: str) -> list[Array]:
        """Several columns, read at once."""
        table = self.read(names)
        return [self._numbers(table, name) for name in names]

    def _numbers(self, table: pa.Table, name: str) -> Array:
        top, *below = name.split(".")
        column = pc.struct_field(table[top], below) if below else table[top]
        values = np.zeros(self.rows, column.type.to_pandas_dtype())
        values[: len(column)] = pc.fill_null(column, 0).to_numpy()
        return values
