"""The JSON form of a table against its Parquet file, record by record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import polars as pl
import pyarrow as pa
from polars.exceptions import PolarsError
from pydantic import ValidationError

from demo_data.common.rendering import short
from demo_data.common.soundness import unsound
from demo_data.schema.marks import Shape
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree
from demo_data.validation.discover import Source, irregular
from demo_data.validation.errors import Absent, Unreadable
from demo_data.validation.jsonrows import END, block, texts
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
        if unusable := irregular(form):
            raise Unreadable(unusable)
        for number, expected, found in _pairs(table, form):
            if found is _NOTHING or expected is _NOTHING:
                count = "fewer" if found is _NOTHING else "more"
                message = f"has {count} records than {table.shown}, which has {table.height:,}"
                report.add(RULE, [Finding(form.shown, name, None, None, None, RULE, None, message)])
                return
            record, text, flaws = found
            for flaw in flaws:
                place = (number, record_key(record, table.model), flaw.path or None, flaw.rule, flaw.value)
                report.add(flaw.rule, [Finding(form.shown, name, *place, flaw.message)])
            if record != expected and not flaws:
                difference = _difference(expected, record, text, table.model)
                if difference:
                    key = record_key(record, table.model)
                    report.add(RULE, [Finding(form.shown, name, number, key, *difference)])
    except (OSError, Unreadable, PolarsError) as error:
        report.unreadable(form.shown, name, error)


def _pairs(table: ParquetTable, form: Source) -> Iterator[tuple[int, Any, Any]]:
    """A row's number and form with the record in its place, but for records that are the row's very own text."""
    number = 0
    with Records(form.files[0]) as records:
        for rows in (batch.slice(start, _ROWS) for batch in _raw(table) for start in range(0, batch.num_rows, _ROWS)):
            own = texts(rows, table.model)
            whole = block(own) if own is not None else None
            if whole is None or not records.passed(whole, rows.num_rows):
                others = _others(own, records, rows.num_rows)
                told, past = _forms(rows, table.model), 0
                for place in others:
                    expected = next(islice(told, place - past, None))
                    past = place + 1
                    yield number + place, expected, next(records, _NOTHING)
            number += rows.num_rows
        if (more := next(records, _NOTHING)) is not _NOTHING:
            yield number, _NOTHING, more


def _others(own: pa.StringArray | None, records: Records, rows: int) -> Iterator[int]:
    """The places of the rows whose text is not what comes next in the file; the caller takes the record."""
    for place in range(rows):
        text = own[place].as_py() if own is not None else None
        if text is None or not records.passed(text.removesuffix(END), 1):
            yield place


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


def forms(table: ParquetTable) -> Iterator[dict[str, Any]]:
    """The JSON form of each row: text for moments and days, and no key of an open dict that is null."""
    for batch in _raw(table):
        yield from _forms(batch, table.model)


def _raw(table: ParquetTable) -> Iterator[pa.RecordBatch]:
    """The rows as they lie in the files. Raises Unreadable for moments that cannot be written."""
    for batch in table.raw():
        if told := unsound(batch, finite=False):
            raise Unreadable(f"cannot be compared: in {table.shown}, {told}")
        yield batch


def _forms(batch: pa.RecordBatch, model: type[Entity]) -> Iterator[dict[str, Any]]:
    nodes = tree(model).children
    moments = [_texts(node, pl.col(node.name)) for node in nodes if _has_moments(node)]
    drops = [drop for node in nodes for drop in _drops(node)]
    rows = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch]))).with_columns(moments)
    for row in rows.iter_rows(named=True):
        for drop in drops:
            drop(row)
        yield row


def _has_moments(node: Node) -> bool:
    return any(pa.types.is_temporal(_kind(leaf)) for leaf in node.leaves() if leaf.kind == "scalar")


def _kind(node: Node) -> pa.DataType:
    from demo_data.schema.arrow import arrow_type

    return arrow_type(node)


def _texts(node: Node, column: pl.Expr) -> pl.Expr:
    """The column with its moments as text."""
    if node.kind == "scalar":
        if pa.types.is_timestamp(_kind(node)):
            return _moment_text(column)
        return column.dt.strftime("%Y-%m-%d")
    inner = [_texts(child, pl.field(child.name)) for child in node.children if _has_moments(child)]
    return column.struct.with_fields(inner)


def _moment_text(moments: pl.Expr) -> pl.Expr:
    """Moments in UTC, to the second, or with six digits where one has a fraction."""
    whole = moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return pl.when(moments.dt.microsecond() == 0).then(whole).otherwise(moments.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))


def _drops(node: Node) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Functions that take the null keys out of each open dict of a row, in place."""
    for below in node.walk():
        if below.kind == "dict" and not below.mark(Shape) and "[]" not in below.path:
            yield _drop(below.path.split("."))


def _drop(steps: list[str]) -> Callable[[dict[str, Any]], None]:
    *way, last = steps

    def drop(row: dict[str, Any]) -> None:
        for step in way:
            row = row.get(step) or {}
        value = row.get(last)
        if value is not None:
            row[last] = {key: item for key, item in value.items() if item is not None}

    return drop
