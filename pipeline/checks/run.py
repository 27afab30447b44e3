"""Validates a directory: reads its tables, then schema, keys, references, coherence and JSON forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from pipeline.checks.beside import check_beside
from pipeline.checks.coherence.rules import Rule, coherence_rules
from pipeline.checks.compare import check_form
from pipeline.checks.dataset import Dataset, Recipe, read_recipe
from pipeline.checks.discover import Found, Source, discover
from pipeline.checks.errors import Absent, Skip, Unreadable
from pipeline.checks.fault import Bad, Fault, rendered
from pipeline.checks.jsontable import json_table
from pipeline.checks.keys import check_keys
from pipeline.checks.models import MODELS
from pipeline.checks.references import check_references
from pipeline.checks.report import SHOWN, Finding, Report
from pipeline.checks.scan import scan
from pipeline.checks.tables import ParquetTable, Table

SCHEMA_RULES = ("columns", "required", "unknown-field", "type", "bounds", "length", "pattern", "enum", "model-rule")

Progress = Callable[[str], None]


def validate(path: Path | str, *, progress: Progress | None = None) -> Report:
    """Check the dataset in a directory. `progress` is told each step's name as it begins.

    Raises UsageError where there is no directory, or no table in it; all else that is wrong is in the report.
    """
    directory = Path(path)
    step = progress or (lambda _: None)
    found = discover(directory)
    report = Report(str(directory))
    for name in ("readable", "table-name", *SCHEMA_RULES):
        report.tried(name)
    report.add("table-name", found.unknown)
    step("reading")
    tables = _tables(found, report)
    data = Dataset(tables, _recipe(directory, report))
    beside = check_beside(found.beside, report)
    row_rules = _row_rules(data, report)
    for name, table in list(tables.items()):
        step(f"schema of {name}")
        try:
            scan(table, [(rule, bad) for rule, bad in row_rules if bad.table == name], data, report)
        except (OSError, pa.ArrowException) as error:
            report.add("readable", [_unreadable(table.shown, name, error)])
            del tables[name]
    step("keys and references")
    check_keys(data, report)
    check_references(data, beside, report)
    for rule in coherence_rules():
        if rule.faults:
            step(rule.name)
            _coherence(rule, data, report)
    for name, form in found.forms.items():
        parquet = data.tables.get(name)
        if isinstance(parquet, ParquetTable) and not parquet.differences:
            step(f"JSON form of {name}")
            check_form(parquet, form, data, report)
    return report


def _tables(found: Found, report: Report) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name in MODELS:
        source = found.parquet.get(name) or found.json.get(name)
        if source is None:
            continue
        try:
            tables[name] = _parquet(name, source, report) if name in found.parquet else _json(name, source, report)
        except (OSError, pa.ArrowException, Unreadable) as error:
            report.add("readable", [_unreadable(source.shown, name, error)])
            continue
        report.rows[name] = tables[name].height
    return tables


def _unreadable(shown: str, name: str, error: Exception) -> Finding:
    return Finding(shown, name, None, None, None, "readable", None, " ".join(str(error).split()))


def _parquet(name: str, source: Source, report: Report) -> Table:
    table = ParquetTable(source.shown, MODELS[name], source.files)
    findings = [
        Finding(source.shown, name, None, None, each.path, "columns", None, each.message) for each in table.differences
    ]
    report.add("columns", findings)
    return table


def _json(name: str, source: Source, report: Report) -> Table:
    table, findings = json_table(source, MODELS[name])
    for finding in findings:
        report.add(finding.rule, [finding])
    return table


def _recipe(directory: Path, report: Report) -> Recipe | None:
    try:
        return read_recipe(directory)
    except Unreadable as error:
        finding = Finding("recipe.json", None, None, None, None, "readable", None, str(error))
        report.add("readable", [finding])
        return None


def _row_rules(data: Dataset, report: Report) -> list[tuple[str, Bad]]:
    """The expressions of all row rules that apply."""
    found = []
    for rule in coherence_rules():
        if rule.bads and _applies(rule, data, report):
            try:
                found += [(rule.name, bad) for bad in rule.bads(data) if _readable(bad, data)]
            except (Absent, Skip) as reason:
                report.skip(rule.name, str(reason))
    return found


def _readable(bad: Bad, data: Dataset) -> bool:
    return data.has(bad.table) and bad.reads <= {"row", *data.table(bad.table).columns}


def _coherence(rule: Rule, data: Dataset, report: Report) -> None:
    if rule.faults is None or not _applies(rule, data, report):
        return
    try:
        for fault in rule.faults(data):
            report.add(rule.name, _findings(rule.name, fault, data), fault.rows.height)
    except (Absent, Skip) as reason:
        report.skip(rule.name, str(reason))


def _applies(rule: Rule, data: Dataset, report: Report) -> bool:
    report.tried(rule.name)
    missing = [table for table in rule.needs if not data.has(table)]
    if missing:
        report.skip(rule.name, f"there is no table {' and no table '.join(missing)}")
    return not missing


def _findings(rule: str, fault: Fault, data: Dataset) -> Iterator[Finding]:
    for row in fault.rows.head(SHOWN).iter_rows(named=True):
        path = row.get("field", fault.field)
        value = row.get(path) if path else None
        yield data.finding(rule, data.table(fault.table), row.get("row"), path, value, rendered(fault.message, row))
