"""A table in JSON: every record through its strict Pydantic model, then as a frame."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pyarrow as pa
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from demo_data.common.rendering import short
from demo_data.schema.record import Entity
from demo_data.schema.tree import primary_key
from demo_data.validation.discover import Source
from demo_data.validation.frames import polars
from demo_data.validation.invalid_cells import InvalidCells
from demo_data.validation.jsontext import Item, json_records
from demo_data.validation.partial_records import arrow_schema_of, fitted
from demo_data.validation.report import Finding, Report, field_at, quoted
from demo_data.validation.tables import MemoryTable

DROPPED = ("_id", "_comment")
"""Fields of no table: MongoDB's own key in what was exported from it, and a note of whoever edits a file by hand."""
_BATCH = 10_000

_RULES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "string_pattern_mismatch": "pattern",
    "written": "pattern",
    "enum": "enum",
    "literal_error": "enum",
    "value_error": "model-rule",
    "json_invalid": "readable",
}
_BOUNDS = ("greater_than", "less_than", "finite_number")
_LENGTHS = ("too_short", "too_long")


def json_table(source: Source, model: type[Entity], report: Report) -> MemoryTable:
    """The records as rows; what is wrong with them goes to the report. Raises Unreadable, OSError."""
    parts: list[pl.DataFrame] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    invalid = InvalidCells()
    number = -1
    for number, item in enumerate(json_records(source.files[0])):
        values, findings = validated(item, number, source.shown, model)
        for finding in findings:
            report.add(finding.rule, [finding])
            _note(invalid, finding, number)
        if values is not None:
            rows.append((number, values))
        if len(rows) == _BATCH:
            parts.append(_frame(rows, model))
            rows = []
    parts.append(_frame(rows, model))
    return MemoryTable(source.shown, model, pl.concat(parts, how="diagonal"), number + 1, invalid)


def validated(item: Item, number: int, shown: str, model: type[Entity]) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The record as a row, as far as it is sound, and what is wrong with it. None: there is no object."""
    record, table = item.value, model.table
    key = record_key(record, model)
    findings = [each.finding(shown, table, number, key) for each in item.defects]
    if not findings:
        try:
            record = model.model_validate_json(stripped(record, item.text), strict=True).model_dump()
        except ValidationError as error:
            findings = [_finding(each, shown, table, number, key) for each in error.errors(include_url=False)]
    if not isinstance(record, dict):
        return None, findings
    values, misfits = fitted(record, model)
    return values, findings or [Finding(shown, table, number, key, *misfit) for misfit in misfits]


def stripped(record: Any, text: str) -> str:
    """The record's text without the fields that are dropped before validation."""
    if isinstance(record, dict) and any(name in record for name in DROPPED):
        return json.dumps({name: value for name, value in record.items() if name not in DROPPED})
    return text


def record_key(record: Any, model: type[Entity]) -> str | None:
    """What a record read from JSON is called, where it has a usable key."""
    if not isinstance(record, dict):
        return None
    parts = [record.get(name) for name in primary_key(model)]
    usable = all(isinstance(part, str | int | float) and part not in ("", False, True) for part in parts)
    return " ".join(str(short(part)) for part in parts) if usable else None


def _finding(error: ErrorDetails, shown: str, table: str, number: int, key: str | None) -> Finding:
    path = field_at(error["loc"])
    value = error["input"]
    rule = _rule(error["type"], value)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        message, value = "field required", None
    elif error["type"] == "extra_forbidden":
        message = "unknown field"
    elif error["type"] == "json_invalid":
        message = f"is no sound JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
        value = None
    else:
        message = f"{quoted(value)}: {message}"
    return Finding(shown, table, number, key, path or None, rule, value, message)


def _rule(kind: str, value: Any) -> str:
    if kind in _RULES:
        return _RULES[kind]
    if value is None:
        return "required"
    if kind.startswith(_BOUNDS):
        return "bounds"
    return "length" if kind.endswith(_LENGTHS) else "type"


def _note(invalid: InvalidCells, finding: Finding, number: int) -> None:
    """Note which field is at fault; an item of a list that is of the wrong type is null, and the others are good."""
    path = finding.field or ""
    if finding.rule != "unknown-field":
        invalid.add(path, [number], items=path.endswith("]") and finding.rule in ("type", "required"))


def _frame(records: list[tuple[int, dict[str, Any]]], model: type[Entity]) -> pl.DataFrame:
    values = [value for _, value in records]
    table = pa.Table.from_pylist(values, schema=arrow_schema_of(values, model))
    numbers = pl.Series("row", [number for number, _ in records], dtype=pl.UInt32)
    return polars(table).insert_column(0, numbers)
