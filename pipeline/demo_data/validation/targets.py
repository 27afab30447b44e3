"""What foreign keys may name: keys of the dataset's tables, of those beside it, and of a directory of reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from demo_data.schema.record import Entity
from demo_data.schema.tree import Reference, references
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Source, discover, irregular
from demo_data.validation.errors import Unreadable
from demo_data.validation.jsontext import json_records
from demo_data.validation.partial_records import is_text
from demo_data.validation.report import Report
from demo_data.validation.tables import ParquetTable

Values = Mapping[str, Mapping[str, pl.Series]]
"""Values by table and field."""


class Targets:
    """The values that references may have."""

    def __init__(self, external: Values, elsewhere: Values) -> None:
        self._external, self._elsewhere = external, elsewhere

    def of(self, reference: Reference, data: Dataset) -> pl.Series | None:
        """All that is known of the table that is referred to; None where there is no such table.

        Raises Absent where the table is there and its column cannot be used: what it holds is unknown.
        """
        table = reference.key.table
        field = reference.key.field or data.domain.key_fields(table)[0]
        found = [source[table][field] for source in (self._external, self._elsewhere) if field in source.get(table, {})]
        if data.has(table):
            found.append(data.table(table).frame(field)[field])
        return pl.concat([each.cast(pl.String) for each in found]) if found else None


def of_reference(directory: Path, data: Dataset, report: Report) -> Values:
    """The keys in another directory of the tables that this dataset refers to.

    Raises UsageError where there is no table in it. What cannot be read there goes to the report.
    """
    found: dict[str, dict[str, pl.Series]] = {}
    there = discover(directory, data.domain)
    wanted = _wanted(data)
    for finding in there.findings:
        if finding.table in wanted:
            report.add(finding.rule, [replace(finding, file=f"{directory}/{finding.file}")])
    for table, fields in wanted.items():
        source = there.parquet.get(table) or there.json.get(table) or there.external.get(table)
        if source is None:
            continue
        shown = f"{directory}/{source.shown}"
        try:
            if unusable := irregular(source):
                raise Unreadable(unusable)
            found[table] = _values(source, data.domain.models.get(table), fields)
        except (OSError, pa.ArrowException, Unreadable) as error:
            report.unreadable(shown, table, error)
    return found


def _wanted(data: Dataset) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for table in data.tables.values():
        for reference in references(table.model):
            target = reference.key.table
            field = reference.key.field or data.domain.key_fields(target)[0]
            if field not in wanted.setdefault(target, []):
                wanted[target].append(field)
    return wanted


def _values(source: Source, model: type[Entity] | None, fields: list[str]) -> dict[str, pl.Series]:
    if model and source.parquet:
        frame = ParquetTable(source.shown, model, source.files)
        return {field: frame.frame(field)[field] for field in fields if field in frame.columns}
    texts: dict[str, list[str]] = {field: [] for field in fields}
    for field, value in _texts(source, fields):
        texts[field].append(value)
    return {field: pl.Series(field, values, dtype=pl.String) for field, values in texts.items()}


def _texts(source: Source, fields: list[str]) -> Iterator[tuple[str, str]]:
    for item in json_records(source.files[0]):
        if isinstance(item.value, dict):
            for field in fields:
                if is_text(item.value.get(field)):
                    yield field, item.value[field]
