"""Reference tables of others that may lie beside ours: their keys are checked, all else passes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from demo_data.common.rendering import represented
from demo_data.domain import Domain
from demo_data.schema.marks import PrimaryKey
from demo_data.validation.discover import Source, irregular
from demo_data.validation.errors import Unreadable
from demo_data.validation.json_defects import TWICE
from demo_data.validation.jsontext import json_records
from demo_data.validation.partial_records import is_text
from demo_data.validation.report import Finding, Report


def check_external(sources: Mapping[str, Source], domain: Domain, report: Report) -> dict[str, dict[str, pl.Series]]:
    """The values of the known fields of each such table, for references; what is wrong goes to the report."""
    found = {}
    for table, source in sources.items():
        try:
            if unusable := irregular(source):
                raise Unreadable(unusable)
            found[table] = _values(table, domain.external_tables[table], source, report)
        except (OSError, Unreadable) as error:
            report.unreadable(source.shown, table, error)
    return found


def _values(table: str, fields: tuple[str, ...], source: Source, report: Report) -> dict[str, pl.Series]:
    values: dict[str, list[str]] = {name: [] for name in fields}
    key = fields[0]
    seen: dict[str, int] = {}
    number = -1

    def tell(rule: str, own: str | None, field: str | None, value: object, message: str) -> None:
        report.add(rule, [Finding(source.shown, table, number, own, field, rule, value, message)])

    for number, item in enumerate(json_records(source.files[0])):
        if not isinstance(item.value, dict):
            for flaw in item.flaws:
                tell("readable", None, flaw.path or None, flaw.value, flaw.message)
            if item.flaws:
                continue
            tell("type", None, None, item.value, f"{represented(item.value, 60):.60}: an object is expected")
            continue
        own = item.value.get(key)
        name = own if is_text(own) else None
        for flaw in item.flaws:
            tell(TWICE if flaw.rule == TWICE else "readable", name, flaw.path or None, flaw.value, flaw.message)
        for each, known in values.items():
            if is_text(item.value.get(each)):
                known.append(item.value[each])
        if name is None:
            rule, message = ("required", "field required") if own is None else ("type", "is not a text")
            tell(rule, None, key, own, message if own is None else f"{represented(own, 60):.60} {message}")
        elif not item.flaws and not PrimaryKey.fits(name):
            tell("pattern", None, key, own, f"{represented(own, 57):.60}: {PrimaryKey.message}")
        elif name in seen:
            tell("primary-key", name, key, name, f"{name!r} is the key of record {seen[name]} already")
        else:
            seen[name] = number
    report.rows[table] = number + 1
    return {name: pl.Series(name, known, dtype=pl.String) for name, known in values.items()}
