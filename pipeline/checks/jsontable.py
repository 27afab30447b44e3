"""A table in JSON: every record through its strict Pydantic model, then as a frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.checks.discover import Source
from pipeline.checks.jsontext import json_records
from pipeline.checks.models import key_fields
from pipeline.checks.opendict import arrow_schema_of, fitted
from pipeline.checks.report import Finding
from pipeline.checks.tables import MemoryTable, polars
from pipeline.spec.record import Entity

DROPPED = ("_id", "_comment")
_BATCH = 10_000

_RULES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "string_pattern_mismatch": "pattern",
    "enum": "enum",
    "literal_error": "enum",
    "value_error": "model-rule",
}
_BOUNDS = ("greater_than", "less_than", "finite_number")
_LENGTHS = ("too_short", "too_long")


def json_table(source: Source, model: type[Entity]) -> tuple[MemoryTable, list[Finding]]:
    """The sound records, and what is wrong with the others. Raises Unreadable, OSError."""
    findings: list[Finding] = []
    parts: list[pl.DataFrame] = []
    sound: list[tuple[int, dict[str, Any]]] = []
    lost: list[str] = []
    number = -1
    for number, (record, text) in enumerate(json_records(source.files[0])):
        values = _validated(record, text, number, source, model, findings)
        if values is not None:
            sound.append((number, values))
        elif key := record_key(record, model.table):
            lost.append(key)
        if len(sound) == _BATCH:
            parts.append(_frame(sound, model))
            sound = []
    parts.append(_frame(sound, model))
    return MemoryTable(source.shown, model, pl.concat(parts, how="diagonal"), number + 1, lost), findings


def stripped(record: Any, text: str) -> str:
    """The record's text without the fields that are dropped before validation."""
    if isinstance(record, dict) and any(name in record for name in DROPPED):
        return json.dumps({name: value for name, value in record.items() if name not in DROPPED})
    return text


def _validated(
    record: Any, text: str, number: int, source: Source, model: type[Entity], findings: list[Finding]
) -> dict[str, Any] | None:
    table = model.table
    key = record_key(record, table)
    try:
        values = model.model_validate_json(stripped(record, text), strict=True).model_dump()
    except ValidationError as error:
        findings += [_finding(each, source.shown, table, number, key) for each in error.errors(include_url=False)]
        return None
    values, misfits = fitted(values, model)
    for path, value, message in misfits:
        findings.append(Finding(source.shown, table, number, key, path, "type", value, message))
    return values


def record_key(record: Any, table: str) -> str | None:
    """What a record read from JSON is called, where it has a usable key."""
    if not isinstance(record, dict):
        return None
    parts = [record.get(name) for name in key_fields(table)]
    return " ".join(str(part) for part in parts) if all(parts) else None


def _finding(error: ErrorDetails, shown: str, table: str, number: int, key: str | None) -> Finding:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"]).lstrip(".")
    value = error["input"]
    rule = _rule(error["type"], value)
    told = error["type"] in ("missing", "extra_forbidden")
    message = error["msg"] if told else f"{_short(value)}: {error['msg']}"
    return Finding(shown, table, number, key, path or None, rule, value, message)


def _rule(kind: str, value: Any) -> str:
    if kind in _RULES:
        return _RULES[kind]
    if value is None:
        return "required"
    if kind.startswith(_BOUNDS):
        return "bounds"
    return "length" if kind.endswith(_LENGTHS) else "type"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _frame(records: list[tuple[int, dict[str, Any]]], model: type[Entity]) -> pl.DataFrame:
    values = [value for _, value in records]
    table = pa.Table.from_pylist(values, schema=arrow_schema_of(values, model))
    numbers = pl.Series("row", [number for number, _ in records], dtype=pl.UInt32)
    return polars(table).insert_column(0, numbers)


def beside_records(source: Source) -> Iterator[tuple[int, Any]]:
    """The records of a table whose fields we do not know."""
    for number, (record, _) in enumerate(json_records(source.files[0])):
        yield number, record
