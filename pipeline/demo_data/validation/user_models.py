"""Records through the user's own Pydantic models, matched with ours by the class's name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from pydantic import BaseModel, ValidationError

from demo_data.common.errors import UsageError
from demo_data.common.imports import error_text, imported, same_named
from demo_data.domain import Domain
from demo_data.validation.compare import row_texts
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Source
from demo_data.validation.jsontable import record_key, stripped
from demo_data.validation.jsontext import json_records
from demo_data.validation.report import Finding, Report, field_at, quoted
from demo_data.validation.tables import ParquetTable, Table

RULE = "models"


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
    report.tried(RULE)
    for table, model in models.items():
        if data.has(table):
            report.add(RULE, _findings(model, data.table(table), sources[table]))


def _findings(model: type[BaseModel], table: Table, source: Source) -> Iterator[Finding]:
    name = table.model.table
    faulty = set(table.invalid.any_of(table.columns))
    called = f"{model.__module__}.{model.__qualname__}"
    for number, record, text in _texts(table, source):
        if number in faulty:
            continue
        key = record_key(record, table.model)
        for path, value, message in _faults(model, text):
            yield Finding(table.shown, name, number, key, path, RULE, value, f"{message} ({called})")


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
