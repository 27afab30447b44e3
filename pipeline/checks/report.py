"""What a validation found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

NO_TABLE = "there is no table "
"""How the reason begins where a rule's table is missing."""

SHOWN = 5
"""Findings that are kept per rule; the others are only counted."""


@dataclass(frozen=True)
class Finding:
    """One violation. `record` counts from 0 in its file; `field` is a path such as `contact.phone` or `farmer_ids[3]`.

    `record`, `key` and `field` are None where a whole file, table or record is at fault.
    """

    file: str
    table: str | None
    record: int | None
    key: str | None
    field: str | None
    rule: str
    value: Any
    message: str

    def __str__(self) -> str:
        where = self.file if self.record is None else f"{self.file}[{self.record}]"
        return " ".join(part for part in (where, self.key, self.field) if part) + f": {self.message}"


@dataclass
class RuleResult:
    """How one rule fared. `skipped` is the reason where the rule was not applied."""

    rule: str
    count: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: str | None = None


@dataclass
class Report:
    """The result of a validation: rows per table, and a result for each rule that was tried."""

    path: str
    rows: dict[str, int] = field(default_factory=dict)
    results: dict[str, RuleResult] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.violations

    @property
    def violations(self) -> int:
        """How many violations were found, over all rules."""
        return sum(result.count for result in self.results.values())

    @property
    def failed(self) -> list[RuleResult]:
        """The rules that were broken."""
        return [result for result in self.results.values() if result.count]

    @property
    def skipped(self) -> dict[str, str]:
        """The rules that were not applied, with the reasons."""
        return {result.rule: result.skipped for result in self.results.values() if result.skipped}

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings that were kept, rule by rule."""
        for result in self.results.values():
            yield from result.findings

    def tried(self, rule: str) -> RuleResult:
        """The rule's result, which is empty at first."""
        return self.results.setdefault(rule, RuleResult(rule))

    def skip(self, rule: str, reason: str) -> None:
        """Note that a rule was not applied."""
        self.tried(rule).skipped = reason

    def add(self, rule: str, findings: Iterable[Finding], count: int | None = None) -> None:
        """Note violations: `count` of them, of which the first few are kept."""
        kept = list(findings)
        result = self.tried(rule)
        result.count += len(kept) if count is None else count
        result.findings += kept[: SHOWN - len(result.findings)]

    def text(self) -> str:
        """The report for people: a line per broken rule with its first findings, then the skipped rules."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.path}: {_count(len(self.rows), 'table')}, {_count(sum(self.rows.values()), 'record')}"
        for result in self.failed:
            yield f"{result.rule}: {_count(result.count, 'violation')}"
            for finding in result.findings:
                yield f"  {finding}"
            if result.count > len(result.findings):
                yield f"  ... and {result.count - len(result.findings):,} more"
        reasons = self._by_reason()
        absent = {reason: rules for reason, rules in reasons.items() if reason.startswith(NO_TABLE)}
        if absent:
            tables = sorted({table for reason in absent for table in re.findall(r"no table (\w+)", reason)})
            rules = sum(map(len, absent.values()))
            yield f"skipped for want of {', '.join(tables)}: {_count(rules, 'rule')}"
        for reason, names in reasons.items():
            if reason not in absent:
                yield f"skipped, because {reason}: {', '.join(names)}"
        held = sum(1 for result in self.results.values() if not result.count and not result.skipped)
        yield f"{_count(held, 'rule')} held, {len(self.failed)} broken, {len(self.skipped)} skipped"

    def _by_reason(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for rule, reason in self.skipped.items():
            found.setdefault(reason, []).append(rule)
        return found


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
