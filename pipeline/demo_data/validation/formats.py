"""A report for machines: one JSON object, or annotations as GitHub's workflow commands have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from demo_data.common.rendering import printable, represented
from demo_data.validation.report import KEPT, SHOWN, Finding, Report


def json_text(report: Report) -> str:
    """`summary` and `findings`: an object per finding on a line of its own, at most KEPT of them per rule.

    The summary counts all: `rules` has, per broken rule, the `count` of violations and how many are `listed`.
    """
    findings = ",\n".join(json.dumps(_plain(asdict(each))) for each in report.findings)
    listed = f"[\n{findings}\n]" if findings else "[]"
    return f'{{"summary": {json.dumps(_summary(report))},\n"findings": {listed}}}'


def _summary(report: Report) -> dict[str, Any]:
    return (
        {
            "path": printable(report.path),
            "ok": report.ok,
            "errors": report.errors,
            "warnings": report.warnings,
            "records": report.rows,
            "rules": {
                each.rule: {"severity": each.severity, "count": each.count, "listed": len(each.findings)}
                for each in report.failed
            },
            "skipped": report.skipped,
        }
        | ({"faulty": report.faulty} if report.faulty else {})
        | ({"passed_over": [printable(path) for path in report.passed[:KEPT]]} if report.passed else {})
    )


def _plain(value: Any) -> Any:
    """The value as JSON can say it: moments as text, what is no finite number as its name."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int) else represented(value)


def github_text(report: Report) -> str:
    """A `::error` or `::warning` command per finding, at most SHOWN per rule and one more that counts the others."""
    return "\n".join((*_commands(report), f"{printable(report.path)}: {report.last_line}"))


def _commands(report: Report) -> Iterator[str]:
    for result in report.failed:
        for finding in result.findings[:SHOWN]:
            yield _command(finding, f"{report.path}/{finding.file}", str(finding))
        if result.count > SHOWN and result.findings:
            last = result.findings[-1]
            yield _command(last, f"{report.path}/{last.file}", f"... and {result.count - SHOWN:,} more")

    for rule, fault in report.faulty.items():
        file, _, line = report.results[rule].place.partition(",")[0].rpartition(":")
        message = _data(printable(f"the rule {rule} is at fault: {fault}"))
        where = f"file={_property(file)},line={line}" if file else f"file={_property(line)}"
        yield f"::error {where},title={_property(rule)}::{message}"


def _command(finding: Finding, file: str, message: str) -> str:
    return f"::{finding.severity} file={_property(file)},title={_property(finding.rule)}::{_data(message)}"


def _data(text: str) -> str:
    """The text of a command: `%`, CR and LF escaped, as GitHub's runner undoes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a command's property: `:` and `,` escaped as well."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Report], str]] = {"text": Report.text, "json": json_text, "github": github_text}
"""The forms of a report by name."""
