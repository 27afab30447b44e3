"""The JSON form of a table against its Parquet file, record by record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
from polars.exceptions import PolarsError
from pydantic import ValidationError

from demo_data.common.rendering import short
from demo_data.common.soundness import unsound
from demo_data.schema.record import Entity
from demo_data.validation.discover import Source
from demo_data.validation.errors import Absent, Unreadable
from demo_data.validation.jsonrows import texts
from demo_data.validation.jsontable import record_key, stripped
from demo_data.validation.jsontext import Records
from demo_data.validation.report import Finding, Report, field_at
from demo_data.validation.tables import ParquetTable

RULE = "json-form"
_NOTHING: Any = object()
_ROWS = 4096
"""Rows whose texts are made and compared together: a few megabytes."""


def check_form(table: ParquetTable, form: Source, report: Report) -> None:
    """Every record of the JSON file is the JSON form of the row in its place. Not told where a column is unknown."""
    report.tried(RULE)
    name = table.model.table
    if table.differences:
        report.skip(f"{RULE} {name}", str(Absent.of(table.shown, table.differences[0].path)))
        return
    try:
        form.require_files()
        for number, expected, found in _pairs(table, form):
            if found is _NOTHING or expected is _NOTHING:
                count = "fewer" if found is _NOTHING else "more"
                message = f"has {count} records than {table.shown}, which has {table.height:,}"
                report.add(RULE, [Finding(form.shown, name, None, None, None, RULE, None, message)])
                return
            record, text, defects = found
            key = record_key(record, table.model)
            for defect in defects:
                report.add(defect.rule, [defect.finding(form.shown, name, number, key)])
            difference = None if defects or record == expected else _difference(expected, record, text, table.model)
            if difference:
                report.add(RULE, [Finding(form.shown, name, number, key, *difference)])
    except (OSError, Unreadable, PolarsError) as error:
        report.unreadable(form.shown, name, error)


def _pairs(table: ParquetTable, form: Source) -> Iterator[tuple[int, Any, Any]]:
    """A row's number and form with the record in its place, but for records that are the row's very own text."""
    number = 0
    with Records(form.files[0]) as records:
        for rows in row_texts(table):
            if not records.passed(rows.str.join(",\n").item(), len(rows)):
                for place, text in enumerate(rows, number):
                    if not records.passed(text, 1):
                        yield place, json.loads(text), next(records, _NOTHING)
            number += len(rows)
        if (more := next(records, _NOTHING)) is not _NOTHING:
            yield number, _NOTHING, more


def _difference(expected: Any, record: Any, text: str, model: type[Entity]) -> tuple[str, str, Any, str] | None:
    """Field, rule, value and message; None where the record says the same in other words."""
    try:
        record = model.model_validate_json(stripped(record, text), strict=True).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = field_at(first["loc"])
        value = None if first["type"] in ("missing", "json_invalid") else first["input"]
        return path, RULE, value, f"is no {model.__name__}: {first['msg']}"
    for path, ours, theirs in _leaves(expected, record, ""):
        return path, RULE, theirs, f"{_said(theirs)} here, but {_said(ours)} in Parquet"
    return None


def _leaves(ours: Any, theirs: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            below = f"{path}.{key}" if path else key
            yield from _leaves(ours.get(key, _NOTHING), theirs.get(key, _NOTHING), below)
    elif ours != theirs:
        yield path, ours, theirs


def _said(value: Any) -> str:
    return "nothing" if value is _NOTHING else str(short(json.dumps(value)))


def row_texts(table: ParquetTable) -> Iterator[pl.Series]:
    """The JSON text of each row, some rows at a time. Raises Unreadable for moments that cannot be written."""
    for batch in table.raw():
        if reason := unsound(batch, finite=False):
            raise Unreadable(f"cannot be compared: in {table.shown}, {reason}")
        for start in range(0, batch.num_rows, _ROWS):
            yield texts(batch.slice(start, _ROWS), table.model)
