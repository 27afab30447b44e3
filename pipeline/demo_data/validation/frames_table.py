"""A table that was read into flat frames, which wait on disk where they are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from demo_data.schema.record import Entity
from demo_data.validation.invalid_cells import InvalidCells
from demo_data.validation.memory import Frames
from demo_data.validation.tables import Batch, Table


class FramesTable(Table):
    """A table that was read from JSON. What is no object has no row.

    Each of the `rows` has the record's number in the column `row`, and all have the same columns.
    """

    def __init__(self, shown: str, model: type[Entity], rows: Frames, height: int, invalid: InvalidCells) -> None:
        super().__init__(shown, model, invalid)
        self._rows, self.height = rows, height
        self.columns = [name for name in rows.schema if name != "row"]
        firsts = [rows.piece(number, "row")["row"] for number in range(len(rows))]
        self.starts = [int(rows[0]) if len(rows) else 0 for rows in firsts]

    def _piece(self, number: int, paths: Sequence[str]) -> pl.DataFrame:
        return self._rows.piece(number, "row", *paths)

    def batches(self) -> Iterator[Batch]:
        return map(Batch, self._rows)
