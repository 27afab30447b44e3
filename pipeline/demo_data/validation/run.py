"""Validates a directory: reads its tables, then schema, keys, references, coherence and JSON forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from polars.exceptions import PolarsError

from demo_data.common.errors import first_line
from demo_data.common.files import FileError
from demo_data.common.imports import at_home
from demo_data.dataset.layout import RECIPE
from demo_data.dataset.recipe_file import RecipeFile, read_recipe
from demo_data.domain import Domain, default_domain
from demo_data.domain_check import as_text, place_of, place_of_error, require, table_faults
from demo_data.storage.url import local
from demo_data.validation.check import rule_faults
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Contents, discover
from demo_data.validation.errors import Absent, Skip, Unreadable
from demo_data.validation.json_defects import TWICE
from demo_data.validation.json_forms import check_form, check_models, user_models
from demo_data.validation.jsontable import json_table
from demo_data.validation.keys import check_keys, check_references
from demo_data.validation.memory import Memory
from demo_data.validation.memory import memory as held
from demo_data.validation.report import Finding, Report, Severity
from demo_data.validation.rules import RowViolation, Rule, Violation, rendered, rules_of
from demo_data.validation.scan import scan
from demo_data.validation.sweep import Answer, sweep
from demo_data.validation.tables import ParquetTable, Table, absent
from demo_data.validation.targets import check_external, of_reference

if TYPE_CHECKING:
    from pydantic import BaseModel

READ_RULES = ("readable", "table-name", "unread", TWICE)
SCHEMA_RULES = ("columns", "required", "unknown-field", "type", "bounds", "length", "pattern", "enum", "model-rule")


def validate(
    path: Path | str,
    *,
    reference: Path | str | None = None,
    models: str | None = None,
    strict: bool = False,
    forms: bool = True,
    domain: Domain | None = None,
    memory: int | None = None,
) -> Report:
    """Check the tables in a directory, by default those of the domain that this package comes with.

    Foreign keys may also be satisfied by the tables in the directory `reference`. With `models`, the name of an
    importable module, records must also pass the Pydantic models in it that bear our classes' names. Faults of
    coherence are warnings in data that this program has not made (no recipe.json, no snapshot.json), unless `strict`.
    JSON files beside Parquet ones are compared with them, unless `forms` is false: then they are not read.
    `memory` is how many bytes may be held, about; by default 1 GB, or a quarter of the machine's memory.

    Raises UsageError where there is no directory, no table in it, or no such module; all else is in the report.
    """
    domain = domain or default_domain()
    require(domain, table_faults, rule_faults)
    with at_home() if models else nullcontext():
        own_models = user_models(models, domain) if models else {}
        reference = None if reference is None else local(reference)
        with held(memory) as within:
            return _validated(local(path), domain, reference, own_models, strict, forms, within)


def _validated(
    directory: Path,
    domain: Domain,
    reference: Path | None,
    own_models: Mapping[str, type[BaseModel]],
    strict: bool,
    forms: bool,
    memory: Memory,
) -> Report:
    contents = discover(directory, domain)
    report = Report(str(directory), passed=contents.passed)
    for name in (*READ_RULES, *SCHEMA_RULES):
        report.tried(name)
    for finding in contents.findings:
        report.add(finding.rule, [finding])
    tables = _tables(contents, domain, report)
    data = Dataset(domain, tables, _recipe(directory, report))
    external = check_external(contents.external, domain, report)
    others = [external, of_reference(reference, data, report)] if reference is not None else [external]
    check_keys(data, report, memory.rows)
    unreadable = {*contents.parquet, *contents.json, *contents.external, *contents.unread} - {*tables, *external}
    check_references(data, others, unreadable, report, memory.rows)
    severity: Severity = "error" if strict or contents.ours else "warning"
    row_rules = [rule for rule in rules_of(domain) if rule.by_row and _applies(rule, data, severity, report)]
    for name, table in list(tables.items()):
        own = _row_violations(row_rules, table, data, report)
        try:
            not_computed = scan(table, own, data, report)
        except (OSError, pa.ArrowException, PolarsError) as error:
            report.unreadable(table.shown, name, error)
            del tables[name]
            continue
        for rule, reason in not_computed.items():
            _not_applied(rule, reason, domain, report)
    if own_models:
        check_models(own_models, contents.parquet | contents.json, data, report)
    rules = [rule for rule in rules_of(domain) if not rule.by_row and _applies(rule, data, severity, report)]
    answers = sweep(data, rules, memory)
    for rule in rules:
        _coherence(rule, answers.get(rule), data, report)
    for name, form in contents.forms.items() if forms else ():
        parquet = data.tables.get(name)
        if isinstance(parquet, ParquetTable):
            check_form(parquet, form, report)
    return report


def _tables(contents: Contents, domain: Domain, report: Report) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name, model in domain.models.items():
        source = contents.parquet.get(name) or contents.json.get(name)
        if source is None:
            continue
        try:
            source.require_files()
            parquet = source.parquet
            table = ParquetTable(source.shown, model, source.files) if parquet else json_table(source, model, report)
        except (OSError, pa.ArrowException, PolarsError, Unreadable) as error:
            report.unreadable(source.shown, name, error)
            continue
        for each in table.differences:
            report.add("columns", [Finding(source.shown, name, None, None, each.path, "columns", None, each.message)])
        tables[name], report.rows[name] = table, table.height
    return tables


def _recipe(directory: Path, report: Report) -> RecipeFile | None:
    """How the dataset was made, where that is told."""
    try:
        return read_recipe(directory / RECIPE)
    except FileError as error:
        report.unreadable(RECIPE, None, Unreadable(error.reason))
        return None


def _row_violations(rules: list[Rule], table: Table, data: Dataset, report: Report) -> list[tuple[Rule, RowViolation]]:
    """What all row rules say of a table whose columns can be read."""
    found = []
    name, readable = table.model.table, {"row", *table.columns}
    for rule in rules:
        if rule.table not in (None, name):
            continue
        try:
            for each in rule(data):
                if each.table == name and (unknown := each.reads - readable):
                    _not_applied(rule, absent(table, min(unknown)), data.domain, report)
                elif each.table == name:
                    found.append((rule, each))
        except Exception as reason:  # noqa: BLE001 (a rule may raise anything)
            _not_applied(rule, reason, data.domain, report)
    return found


def _not_applied(rule: Rule, reason: Exception, domain: Domain, report: Report) -> None:
    """Note why a rule was not applied: it does not go with this data, or it is at fault itself."""
    if isinstance(reason, MemoryError) or (isinstance(reason, OSError) and reason.errno is not None):
        raise reason  # it is the machine's
    if isinstance(reason, Absent | Skip):
        report.skip(rule.name, str(reason))
    elif isinstance(reason, pa.ArrowException | OSError):
        report.skip(rule.name, f"what it reads is damaged: {first_line(reason)}")
    else:
        result = report.tried(rule.name)
        result.fault, result.place = as_text(reason), place_of_error(domain, reason) or place_of(domain, rule.function)


def _coherence(rule: Rule, answer: Answer | None, data: Dataset, report: Report) -> None:
    try:
        if answer and answer.reason:
            raise answer.reason
        if answer:
            for found in answer.found.values():
                report.add(rule.name, _findings(rule.name, found.violation, data), found.count)
        else:
            for each in rule(data):
                report.add(rule.name, _findings(rule.name, each, data), each.rows.height)
    except Exception as reason:  # noqa: BLE001 (a rule may raise anything)
        _not_applied(rule, reason, data.domain, report)


def _applies(rule: Rule, data: Dataset, severity: Severity, report: Report) -> bool:
    report.tried(rule.name, severity)
    missing = [table for table in rule.needs if not data.has(table)]
    if missing:
        report.skip(rule.name, f"there is no table {' and no table '.join(missing)}")
    return not missing


def _findings(rule: str, violation: Violation, data: Dataset) -> Iterator[Finding]:
    for row in violation.rows.iter_rows(named=True):
        path = row.get("field", violation.field)
        value = row.get(path) if path else None
        message = rendered(violation.message, row)
        yield data.finding(rule, data.table(violation.table or ""), row.get("row"), path, value, message)
