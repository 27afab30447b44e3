"""A table that was read into flat frames, most of which wait on disk where they are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from demo_data.schema.record import Entity
from demo_data.validation.invalid_cells import InvalidCells
from demo_data.validation.spool import Spool
from demo_data.validation.tables import Batch, Table


class FramesTable(Table):
    """A table that was read from JSON. What is no object has no row.

    The column `row` of the `rows` has the records' numbers; `kinds` are all columns with their types.
    """

    def __init__(
        self,
        shown: str,
        model: type[Entity],
        rows: Spool,
        kinds: Mapping[str, pl.DataType],
        height: int,
        invalid: InvalidCells,
    ) -> None:
        super().__init__(shown, model, invalid)
        self._rows, self._kinds, self.height = rows, kinds, height
        self.columns = [name for name in kinds if name != "row"]
        firsts = [self._piece(number, ())["row"] for number in range(len(rows))]
        self.starts = [int(first[0]) if len(first) else 0 for first in firsts]

    def _piece(self, number: int, paths: Sequence[str]) -> pl.DataFrame:
        return self._rows.piece(number, {name: self._kinds[name] for name in ("row", *paths)})

    def batches(self) -> Iterator[Batch]:
        return (Batch(self._rows.piece(number, self._kinds)) for number in range(len(self._rows)))
