"""Records in JSON against the rows of a Parquet file, and against the user's own models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import polars as pl
from polars.exceptions import PolarsError
from pydantic import BaseModel, ValidationError

from demo_data.common.errors import UsageError
from demo_data.common.imports import error_text, imported, same_named
from demo_data.common.rendering import short
from demo_data.common.soundness import unsound
from demo_data.domain import Domain
from demo_data.schema.record import Entity
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Source
from demo_data.validation.errors import Absent, Unreadable
from demo_data.validation.jsonrows import texts
from demo_data.validation.jsontable import record_key, stripped
from demo_data.validation.jsontext import Records, json_records
from demo_data.validation.report import Finding, Report, field_at, quoted
from demo_data.validation.tables import ParquetTable, Table

FORM, MODELS = "json-form", "models"
_NOTHING: Any = object()
_ROWS = 4096
"""Rows whose texts are made and compared together: a few megabytes."""


def check_form(table: ParquetTable, form: Source, report: Report) -> None:
    """Every record of the JSON file is the JSON form of the row in its place. Not told where a column is unknown."""
    report.tried(FORM)
    name = table.model.table
    if table.differences:
        report.skip(f"{FORM} {name}", str(Absent.of(table.shown, table.differences[0].path)))
        return
    try:
        form.require_files()
        for number, expected, found in _pairs(table, form):
            if found is _NOTHING or expected is _NOTHING:
                count = "fewer" if found is _NOTHING else "more"
                message = f"has {count} records than {table.shown}, which has {table.height:,}"
                report.add(FORM, [Finding(form.shown, name, None, None, None, FORM, None, message)])
                return
            record, text, defects = found
            key = record_key(record, table.model)
            for defect in defects:
                report.add(defect.rule, [defect.finding(form.shown, name, number, key)])
            difference = None if defects or record == expected else _difference(expected, record, text, table.model)
            if difference:
                report.add(FORM, [Finding(form.shown, name, number, key, *difference)])
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
        return path, FORM, value, f"is no {model.__name__}: {first['msg']}"
    for path, row, here in _differing(expected, record, ""):
        return path, FORM, here, f"{_rendered(here)} here, but {_rendered(row)} in Parquet"
    return None


def _differing(row: Any, record: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """The paths where the two differ, with the value of each."""
    if isinstance(row, dict) and isinstance(record, dict):
        for key in dict.fromkeys((*row, *record)):
            below = f"{path}.{key}" if path else key
            yield from _differing(row.get(key, _NOTHING), record.get(key, _NOTHING), below)
    elif row != record:
        yield path, row, record


def _rendered(value: Any) -> str:
    return "nothing" if value is _NOTHING else str(short(json.dumps(value)))


def row_texts(table: ParquetTable) -> Iterator[pl.Series]:
    """The JSON text of each row, some rows at a time. Raises Unreadable for moments that cannot be written."""
    for batch in table.raw():
        if reason := unsound(batch, finite=False):
            raise Unreadable(f"cannot be compared: in {table.shown}, {reason}")
        for start in range(0, batch.num_rows, _ROWS):
            yield texts(batch.slice(start, _ROWS), table.model)


def user_models(module: str, domain: Domain) -> dict[str, type[BaseModel]]:
    """The module's models that bear our tables' classes' names, by table. Raises UsageError where there are none."""
    home = imported(module)
    found = {table: model for table, ours in domain.models.items() if (model := same_named(home, ours))}
    if not found:
        names = ", ".join(model.__name__ for model in domain.models.values())
        raise UsageError(f"{module} has no model of our tables' names; looked for: {names}")
    return found


def check_models(
    models: Mapping[str, type[BaseModel]], sources: Mapping[str, Source], data: Dataset, report: Report
) -> None:
    """Every record that is sound so far is read by the user's model of its table, from its JSON form."""
    report.tried(MODELS)
    for table, model in models.items():
        if data.has(table):
            try:
                report.add(MODELS, _model_findings(model, data.table(table), sources[table]))
            except Unreadable as error:  # a moment that JSON cannot have, told as a bound already
                report.skip(f"{MODELS} {table}", f"it {error}")


def _model_findings(model: type[BaseModel], table: Table, source: Source) -> Iterator[Finding]:
    name = table.model.table
    faulty = set(table.invalid.any_of(table.columns))
    called = f"{model.__module__}.{model.__qualname__}"
    for number, record, text in _texts(table, source):
        if number in faulty:
            continue
        key = record_key(record, table.model)
        for path, value, message in _faults(model, text):
            yield Finding(table.shown, name, number, key, path, MODELS, value, f"{message} ({called})")


def _faults(model: type[BaseModel], text: str) -> Iterator[tuple[str | None, Any, str]]:
    try:
        model.model_validate_json(text)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            path = field_at(each["loc"])
            known = each["type"] in ("missing", "extra_forbidden")
            shown = "" if known else f"{quoted(each['input'])}: "
            yield path or None, None if known else each["input"], shown + each["msg"]
    except (Exception, SystemExit) as error:  # noqa: BLE001 (the user's validators may raise anything)
        yield None, None, f"reading the record raises {error_text(error)}"


def _texts(table: Table, source: Source) -> Iterable[tuple[int, Any, str]]:
    if isinstance(table, ParquetTable):
        if table.differences:
            return
        for number, text in enumerate(chain.from_iterable(row_texts(table))):
            yield number, json.loads(text), text
    else:
        for number, item in enumerate(json_records(source.files[0])):
            if isinstance(item.value, dict) and not item.defects:
                yield number, item.value, stripped(item.value, item.text)
