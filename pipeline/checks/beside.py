"""Reference tables of the platform that may lie beside ours: their keys are checked, all else passes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.checks.discover import Source
from pipeline.checks.errors import Unreadable
from pipeline.checks.jsontext import json_records
from pipeline.checks.models import BESIDE
from pipeline.checks.report import Finding, Report


def check_beside(sources: Mapping[str, Source], report: Report) -> dict[str, dict[str, pl.Series]]:
    """The values of the known fields of each such table, for references; what is wrong goes to the report."""
    found = {}
    for table, source in sources.items():
        try:
            found[table] = _values(table, source, report)
        except (OSError, Unreadable) as error:
            report.add("readable", [Finding(source.shown, table, None, None, None, "readable", None, str(error))])
    return found


def _values(table: str, source: Source, report: Report) -> dict[str, pl.Series]:
    values: dict[str, list[str]] = {name: [] for name in BESIDE[table]}
    key = BESIDE[table][0]
    seen: dict[str, int] = {}
    number = -1
    for number, (record, _) in enumerate(json_records(source.files[0])):
        there = record if isinstance(record, dict) else {}
        for name, known in values.items():
            if isinstance(there.get(name), str):
                known.append(there[name])
        own = there.get(key)
        if not isinstance(own, str):
            message = f"{key} is missing" if own is None else f"{own!r:.60} is not a text"
            report.add("required", [Finding(source.shown, table, number, None, key, "required", own, message)])
        elif own in seen:
            message = f"{own!r} is the key of record {seen[own]} already"
            report.add("primary-key", [Finding(source.shown, table, number, own, key, "primary-key", own, message)])
        else:
            seen[own] = number
    report.rows[table] = number + 1
    return {name: pl.Series(name, known, dtype=pl.String) for name, known in values.items()}
