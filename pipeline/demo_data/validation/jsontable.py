"""A table in JSON: every record through its strict Pydantic model, then as a frame of what is sound in it.

One field may be at fault and the others good, and open dicts may hold keys that nobody knows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeGuard

import polars as pl
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from demo_data.common.rendering import short
from demo_data.schema.arrow import arrow_type, nullable
from demo_data.schema.marks import Shape
from demo_data.schema.record import Day, Entity, Moment
from demo_data.schema.tree import Node, primary_key, tree
from demo_data.validation.discover import Source
from demo_data.validation.frames_table import FramesTable
from demo_data.validation.invalid_cells import InvalidCells
from demo_data.validation.jsontext import Item, json_records
from demo_data.validation.report import Finding, Report, field_at, quoted
from demo_data.validation.spool import Spool
from demo_data.validation.tables import polars

DROPPED = ("_id", "_comment")
"""Fields of no table: MongoDB's own key in what was exported from it, and a note of whoever edits a file by hand."""
_ROWS = 10_000
_TEXT = 1 << 23
"""Records that become a frame together: so many, or so many that their text has this many characters."""

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


def json_table(source: Source, model: type[Entity], report: Report) -> FramesTable:
    """The records as rows; what is wrong with them goes to the report.

    Raises Unreadable, OSError, and UsageError where rows must wait on disk and cannot.
    """
    rows = _Rows(model)
    invalid = InvalidCells()
    number = -1
    for number, item in enumerate(json_records(source.files[0])):
        values, findings = validated(item, number, source.shown, model)
        for finding in findings:
            report.add(finding.rule, [finding])
            _note(invalid, finding, number)
        if values is not None:
            rows.add(number, values, len(item.text))
    return FramesTable(source.shown, model, rows.spool, rows.kinds(), number + 1, invalid)


class _Rows:
    """Records on their way to frames. Which columns there are does not hang on where the frames are cut."""

    def __init__(self, model: type[Entity]) -> None:
        self._model = model
        self.spool = Spool()
        self._schema = arrow_schema_of([], model)
        self._numbers: list[int] = []
        self._records: list[dict[str, Any]] = []
        self._text = 0

    def add(self, number: int, record: dict[str, Any], text: int) -> None:
        """Take a record of so many characters."""
        self._numbers.append(number)
        self._records.append(record)
        self._text += text
        if len(self._records) == _ROWS or self._text >= _TEXT:
            self._frame()

    def kinds(self) -> dict[str, pl.DataType]:
        """The columns, and their types, when all records are there."""
        if self._records or not len(self.spool):
            self._frame()
        return {"row": pl.UInt32(), **polars(self._schema.empty_table()).schema}

    def _frame(self) -> None:
        schema = arrow_schema_of(self._records, self._model)
        frame = polars(pa.Table.from_pylist(self._records, schema=schema))
        self.spool.add(frame.insert_column(0, pl.Series("row", self._numbers, dtype=pl.UInt32)))
        self._schema = pa.unify_schemas([self._schema, schema], promote_options="permissive")
        self._numbers, self._records, self._text = [], [], 0


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


Misfit = tuple[str, str, Any, str]
"""Path, rule, value and message."""


def fitted(values: dict[str, Any], model: type[Entity]) -> tuple[dict[str, Any], list[Misfit]]:
    """The record with what fits the known columns, and the values that fit none.

    Of a record that has passed its class these are known keys of open dicts that hold another type.
    """
    misfits: list[Misfit] = []
    return _record(values, tree(model).children, misfits), misfits


def _record(values: dict[str, Any], nodes: Iterable[Node], misfits: list[Misfit]) -> dict[str, Any]:
    return {node.name: _value(values.get(node.name), node, misfits) for node in nodes}


def _value(value: Any, node: Node, misfits: list[Misfit]) -> Any:
    if value is None:
        return None
    if node.kind == "list" and isinstance(value, list):
        return [_value(item, node.children[0], misfits) for item in value]
    if node.kind == "dict" and isinstance(value, dict) and not node.mark(Shape):
        known = {child.name: child for child in node.children}
        other = node.children[:1]
        return {
            key: _value(item, known.get(key) or _renamed(other[0], key, node.path), misfits)
            for key, item in value.items()
            if other and is_text(key)
        }
    if node.kind in ("record", "dict") and isinstance(value, dict):
        return _record(value, node.children, misfits)
    if node.type in _READERS and isinstance(value, str) and (moment := _moment(value, node.type)) is not None:
        return moment
    if node.kind == "scalar" and _is(value, node):
        if node.type is float:
            return float(value)
        return value.value if isinstance(value, Enum) else value
    if node.type is Any:
        return None
    misfits.append((node.path, "type", value, f"{quoted(value)} is not {_article(node)}"))
    return None


def _is(value: Any, node: Node) -> bool:
    kind = node.type
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if kind is int:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        if -(2**31) <= value < 2**31:  # which fits any of them
            return True
        bits = arrow_type(node).bit_width - 1
        return bool(-(2**bits) <= value < 2**bits)
    if kind in (bool, datetime, date):
        return isinstance(value, kind)
    return is_text(value)


def is_text(value: Any) -> TypeGuard[str]:
    """Whether it is a text that can be stored: JSON may hold halves of surrogate pairs."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _moment(text: str, kind: type[date]) -> date | None:
    try:
        found: date = _READERS[kind].validate_json(json.dumps(text), strict=True)
    except ValidationError:
        return None
    return found


_READERS: dict[Any, TypeAdapter[Any]] = {date: TypeAdapter(Day), datetime: TypeAdapter(Moment)}


def _article(node: Node) -> str:
    if node.kind != "scalar":
        return f"a {node.kind}"
    if node.type is int:
        return f"an integer of {arrow_type(node).bit_width} bits"
    return {float: "a number", bool: "true or false"}.get(node.type, "a text")


def _renamed(node: Node, name: str, parent: str) -> Node:
    path = f"{parent}{name}" if name == "[]" else f"{parent}.{name}"
    children = tuple(_renamed(child, child.name, path) for child in node.children)
    return replace(node, name=name, path=path, children=children)


def arrow_schema_of(records: list[dict[str, Any]], model: type[Entity]) -> pa.Schema:
    """The class's schema, all nullable, with the further keys that open dicts hold in these records."""
    return pa.schema([_loose(node, [record.get(node.name) for record in records]) for node in tree(model).children])


def _loose(node: Node, values: list[Any]) -> pa.Field:
    if not _open(node):
        return nullable(pa.field(node.name, arrow_type(node)))
    there = [value for value in values if value is not None]
    children = [_loose(child, [value.get(child.name) for value in there]) for child in _children(node, there)]
    return pa.field(node.name, pa.struct(children))


def _children(node: Node, values: list[dict[str, Any]]) -> Iterator[Node]:
    yield from node.children
    if node.kind == "dict" and not node.mark(Shape) and node.children:
        known = {child.name for child in node.children}
        for key in dict.fromkeys(key for value in values for key in value if key not in known):
            yield _renamed(node.children[0], key, node.path)


def _open(node: Node) -> bool:
    return node.kind in ("record", "dict") and any(below.kind == "dict" for below in node.walk())
