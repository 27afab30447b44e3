"""What foreign keys may name: keys of the dataset's tables, of those beside it, and of a directory of reference."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from demo_data.domain import Domain
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Entity
from demo_data.schema.tree import Reference, references
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Source, discover
from demo_data.validation.errors import Unreadable
from demo_data.validation.jsontable import is_text
from demo_data.validation.jsontext import json_records
from demo_data.validation.report import Finding, Report, quoted
from demo_data.validation.tables import ParquetTable

_TEXTS = 10_000

Values = Mapping[str, Mapping[str, pl.Series]]
"""Values by table and field."""


def target_values(reference: Reference, data: Dataset, others: Sequence[Values]) -> pl.Series | None:
    """All that is known of the column that is referred to, here and in `others`; None where there is no such table.

    Raises Absent where the table is there and its column cannot be used: what it holds is unknown.
    """
    table, field = _target(reference, data.domain)
    found = [source[table][field] for source in others if field in source.get(table, {})]
    if data.has(table):
        found.append(data.table(table).frame(field)[field])
    return pl.concat([each.cast(pl.String) for each in found]) if found else None


def _target(reference: Reference, domain: Domain) -> tuple[str, str]:
    table = reference.key.table
    return table, reference.key.field or domain.key_fields(table)[0]


def of_reference(directory: Path, data: Dataset, report: Report) -> Values:
    """The keys in another directory of the tables that this dataset refers to.

    Raises UsageError where there is no table in it. What cannot be read there goes to the report.
    """
    values: dict[str, Mapping[str, pl.Series]] = {}
    there = discover(directory, data.domain)
    wanted: dict[str, set[str]] = {}
    for reference in (each for table in data.tables.values() for each in references(table.model)):
        table, field = _target(reference, data.domain)
        wanted.setdefault(table, set()).add(field)
    for finding in there.findings:
        if finding.table in wanted:
            report.add(finding.rule, [replace(finding, file=f"{directory}/{finding.file}")])
    for table, fields in wanted.items():
        if source := there.parquet.get(table) or there.json.get(table) or there.external.get(table):
            try:
                values[table] = _read(source, data.domain.models.get(table), fields)
            except (OSError, pa.ArrowException, Unreadable) as error:
                report.unreadable(f"{directory}/{source.shown}", table, error)
    return values


def _read(source: Source, model: type[Entity] | None, fields: Iterable[str]) -> Mapping[str, pl.Series]:
    source.require_files()
    if model and source.parquet:
        table = ParquetTable(source.shown, model, source.files)
        return {field: table.frame(field)[field] for field in fields if field in table.columns}
    records = (item.value for item in json_records(source.files[0]) if isinstance(item.value, dict))
    return _texts(records, fields)


class _Column:
    """Texts one after the other, most of them as Polars holds them, which takes a fraction of what Python does."""

    def __init__(self) -> None:
        self._parts = [pl.Series([], dtype=pl.String)]
        self._last: list[str] = []

    def add(self, text: str) -> None:
        self._last.append(text)
        if len(self._last) == _TEXTS:
            self._parts.append(pl.Series(self._last, dtype=pl.String))
            self._last = []

    def series(self, name: str) -> pl.Series:
        """All of them."""
        return pl.concat([*self._parts, pl.Series(self._last, dtype=pl.String)]).alias(name)


def _texts(records: Iterable[Mapping[str, Any]], fields: Iterable[str]) -> Mapping[str, pl.Series]:
    """The texts in some fields of records."""
    texts = {field: _Column() for field in fields}
    for record in records:
        for field, known in texts.items():
            if is_text(value := record.get(field)):
                known.add(value)
    return {field: known.series(field) for field, known in texts.items()}


def check_external(sources: Mapping[str, Source], domain: Domain, report: Report) -> Values:
    """The known fields of others' tables that lie beside ours. Their keys are checked, all else passes."""
    values = {}
    for table, source in sources.items():
        try:
            source.require_files()
            fields = domain.external_tables[table]
            values[table] = _texts(_checked(table, fields[0], source, report), fields)
        except (OSError, Unreadable) as error:
            report.unreadable(source.shown, table, error)
    return values


def _checked(table: str, field: str, source: Source, report: Report) -> Iterable[Mapping[str, Any]]:
    """The records that are objects; what is wrong with the key in `field` goes to the report."""
    keys, numbers = _Column(), array("I")
    number = -1
    try:
        for number, (record, _, defects) in enumerate(json_records(source.files[0])):
            whole = isinstance(record, dict)
            value = record.get(field) if whole else record
            key = value if whole and is_text(value) else None
            for defect in defects:
                report.add(defect.rule, [defect.finding(source.shown, table, number, key)])
            wrong = None
            if not whole:
                wrong = None if defects else ("type", f"{quoted(record)}: an object is expected")
            elif value is None:
                wrong = "required", "field required"
            elif key is None:
                wrong = "type", f"{quoted(value)} is not a text"
            elif not defects and not PrimaryKey.fits(key):
                wrong = "pattern", f"{quoted(value)}: {PrimaryKey.message}"
            else:
                keys.add(key)
                numbers.append(number)
            if wrong:
                rule, message = wrong
                place = field if whole else None
                report.add(rule, [Finding(source.shown, table, number, key, place, rule, value, message)])
            if whole:
                yield record
    finally:  # also where a later record cannot be read
        for key, again, first in _again(keys.series("key"), numbers):
            message = f"{key!r} is the key of record {first} already"
            report.add("primary-key", [Finding(source.shown, table, again, key, field, "primary-key", key, message)])
    report.rows[table] = number + 1


def _again(keys: pl.Series, numbers: array[int]) -> Iterator[tuple[str, int, int]]:
    """Each key that was there already, with its record's number and the first one's."""
    frame = pl.DataFrame([keys, pl.Series("row", np.array(numbers, dtype=np.uint32))])
    if frame["key"].n_unique() < frame.height:
        yield from (
            frame.with_columns(first=pl.col("row").first().over("key"))
            .filter(pl.col("row") != pl.col("first"))
            .iter_rows()
        )
