"""Validates a directory: reads its tables, then schema, keys, references, coherence and JSON forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa
from polars.exceptions import PolarsError

from demo_data.common.errors import first_line
from demo_data.validation.compare import check_form
from demo_data.validation.dataset import Dataset, Recipe, read_recipe
from demo_data.validation.discover import Found, Source, discover, irregular
from demo_data.validation.errors import Absent, Skip, Unreadable, reason
from demo_data.validation.external_tables import check_beside
from demo_data.validation.json_defects import TWICE
from demo_data.validation.jsontable import json_table
from demo_data.validation.keys import check_keys
from demo_data.validation.models import MODELS
from demo_data.validation.references import check_references
from demo_data.validation.report import Finding, Report, Severity
from demo_data.validation.rules import Rule, coherence_rules
from demo_data.validation.scan import scan
from demo_data.validation.tables import ParquetTable, Table
from demo_data.validation.targets import Targets, of_reference
from demo_data.validation.violation import Bad, Fault, rendered

READ_RULES = ("readable", "table-name", "unread", TWICE)
SCHEMA_RULES = ("columns", "required", "unknown-field", "type", "bounds", "length", "pattern", "enum", "model-rule")

CANNOT = "it cannot be applied to this data"
"""How the reason begins where a rule was skipped for a fault of its own: never, as far as the tests know."""

Progress = Callable[[str], None]


def validate(
    path: Path | str,
    *,
    reference: Path | str | None = None,
    models: str | None = None,
    strict: bool = False,
    forms: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Check the tables in a directory.

    Foreign keys may also be satisfied by the tables in the directory `reference`. With `models`, the name of an
    importable module, records must also pass the Pydantic models in it that bear our classes' names. Faults of
    coherence are warnings in data that this program has not made (no recipe.json, no snapshot.json), unless `strict`.
    JSON files beside Parquet ones are compared with them, unless `forms` is false: then they are not read.
    `progress` is told each step's name as it begins.

    Raises UsageError where there is no directory, no table in it, or no such module; all else is in the report.
    """
    from demo_data.common.imports import at_home

    with at_home() if models else nullcontext():
        return _validated(Path(path), reference, models, strict, forms, progress or (lambda _: None))


def _validated(
    directory: Path, reference: Path | str | None, models: str | None, strict: bool, forms: bool, step: Progress
) -> Report:
    theirs = _theirs(models) if models else {}
    found = discover(directory)
    report = Report(str(directory), passed=found.passed)
    for name in (*READ_RULES, *SCHEMA_RULES):
        report.tried(name)
    for finding in found.told:
        report.add(finding.rule, [finding])
    step("reading")
    tables = _tables(found, report)
    data = Dataset(tables, _recipe(directory, report))
    beside = check_beside(found.beside, report)
    step("keys and references")
    elsewhere = of_reference(Path(reference), data, report) if reference is not None else {}
    check_keys(data, report)
    unreadable = {*found.parquet, *found.json, *found.beside, *found.unread} - {*tables, *beside}
    check_references(data, Targets(beside, elsewhere), unreadable, report)
    severity: Severity = "error" if strict or found.ours else "warning"
    for name, table in list(tables.items()):
        step(f"schema of {name}")
        try:
            scan(table, _row_rules(name, data, severity, report), data, report)
        except (OSError, pa.ArrowException, PolarsError) as error:
            report.add("readable", [_unreadable(table.shown, name, error)])
            del tables[name]
    if theirs:
        from demo_data.validation.user_models import check_models

        step("your models")
        check_models(theirs, found.parquet | found.json, data, report)
    for rule in coherence_rules():
        if rule.faults:
            step(rule.name)
            _coherence(rule, data, severity, report)
    for name, form in found.forms.items() if forms else ():
        parquet = data.tables.get(name)
        if isinstance(parquet, ParquetTable):
            step(f"JSON form of {name}")
            check_form(parquet, form, data, report)
    return report


def _theirs(models: str):  # type: ignore[no-untyped-def]
    from demo_data.validation.user_models import their_models

    return their_models(models)


def _tables(found: Found, report: Report) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name in MODELS:
        source = found.parquet.get(name) or found.json.get(name)
        if source is None:
            continue
        try:
            if unusable := irregular(source):
                raise Unreadable(unusable)
            read = _parquet if source.parquet else _json
            tables[name] = read(name, source, report)
        except (OSError, pa.ArrowException, PolarsError, Unreadable) as error:
            report.add("readable", [_unreadable(source.shown, name, error)])
            continue
        report.rows[name] = tables[name].height
    return tables


def _unreadable(shown: str, name: str, error: Exception) -> Finding:
    return Finding(shown, name, None, None, None, "readable", None, reason(error))


def _parquet(name: str, source: Source, report: Report) -> Table:
    table = ParquetTable(source.shown, MODELS[name], source.files)
    findings = [
        Finding(source.shown, name, None, None, each.path, "columns", None, each.message) for each in table.differences
    ]
    report.add("columns", findings)
    return table


def _json(name: str, source: Source, report: Report) -> Table:
    return json_table(source, MODELS[name], report)


def _recipe(directory: Path, report: Report) -> Recipe | None:
    try:
        return read_recipe(directory)
    except Unreadable as error:
        finding = Finding("recipe.json", None, None, None, None, "readable", None, str(error))
        report.add("readable", [finding])
        return None


def _row_rules(table: str, data: Dataset, severity: Severity, report: Report) -> list[tuple[str, Bad]]:
    """The expressions of all row rules on a table that apply."""
    found = []
    shown, unusable = data.table(table).shown, set(data.table(table).unusable)
    readable = {"row", *data.table(table).columns}
    for rule in coherence_rules():
        if rule.bads and _applies(rule, data, severity, report):
            try:
                for bad in rule.bads(data):
                    if bad.table == table and bad.reads <= readable:
                        found.append((rule.name, bad))
                    elif bad.table == table and (unknown := bad.reads & unusable):
                        report.skip(rule.name, str(Absent.of(shown, min(unknown))))
            except _UNFIT as reason:
                report.skip(rule.name, _why(reason))
    return found


_UNFIT = (Skip, LookupError, PolarsError, ArithmeticError, ValueError, TypeError)
"""What a rule raises that cannot be applied. But for Skip and Absent the rule is at fault; people see no traceback."""


def _why(reason: BaseException) -> str:
    if isinstance(reason, Absent | Skip):
        return str(reason)
    return f"{CANNOT}: {type(reason).__name__}: {first_line(reason)}"


def _coherence(rule: Rule, data: Dataset, severity: Severity, report: Report) -> None:
    if rule.faults is None or not _applies(rule, data, severity, report):
        return
    try:
        for fault in rule.faults(data):
            report.add(rule.name, _findings(rule.name, fault, data), fault.rows.height)
    except _UNFIT as reason:
        report.skip(rule.name, _why(reason))


def _applies(rule: Rule, data: Dataset, severity: Severity, report: Report) -> bool:
    report.tried(rule.name, severity)
    missing = [table for table in rule.needs if not data.has(table)]
    if missing:
        report.skip(rule.name, f"there is no table {' and no table '.join(missing)}")
    return not missing


def _findings(rule: str, fault: Fault, data: Dataset) -> Iterator[Finding]:
    for row in fault.rows.iter_rows(named=True):
        path = row.get("field", fault.field)
        value = row.get(path) if path else None
        yield data.finding(rule, data.table(fault.table), row.get("row"), path, value, rendered(fault.message, row))
