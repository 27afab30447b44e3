"""A dataset as plain records, of whose large tables a sample is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pyarrow as pa

from demo_data.domain import Domain
from demo_data.faults.data import Cannot, Data, Record
from demo_data.faults.ledger import Fault, Place
from demo_data.faults.paths import carry_out
from demo_data.faults.rewriting import rows_of
from demo_data.faults.sample import Sampled


class SampledData(Data):
    """Records by table, some of which are sampled. These stay Parquet, whose columns hold no value of another type."""

    def __init__(
        self, domain: Domain, tables: dict[str, list[Record]], recipe: Record, sampled: Mapping[str, Sampled]
    ) -> None:
        super().__init__(domain, tables, recipe)
        self._sampled = sampled
        self.partial = frozenset(sampled)

    def number(self, table: str, row: int) -> int:
        return self._sampled[table].number(row) if table in self._sampled else row

    def taken(self, table: str, path: str, texts: Sequence[str]) -> set[Any]:
        held = super().taken(table, path, texts)
        if table not in self._sampled:
            return held
        beyond = self.once(("taken", table, path, *texts), lambda: self._sampled[table].taken(path, texts))
        return held | beyond

    def fitting(self, fault: Fault) -> Fault:
        records: dict[Place, Record] = {}
        for change in fault.changes:
            if change.table not in self._sampled:
                continue
            if change.operation == "repeat":
                raise Cannot("Parquet holds no field twice")
            place = change.table, change.record or 0
            if change.operation == "add":
                records[place] = change.new
            else:
                record = records.setdefault(place, deepcopy(self[place[0]][place[1]]))
                carry_out(change, record)
        for (table, _), record in records.items():
            try:
                rows_of([record], self.domain.models[table])
            except (ValueError, TypeError, LookupError, AttributeError, pa.ArrowException):
                raise Cannot(f"{table} is large and stays Parquet, which holds no such value") from None
        return fault
