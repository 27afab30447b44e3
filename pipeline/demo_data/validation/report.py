"""What a validation found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

from demo_data.common.rendering import counted, printable, represented, short

NO_TABLE = "there is no table "
"""How the reason begins where a rule's table is missing."""

SHOWN = 5
"""Findings per rule that are shown to people."""

KEPT = 1000
"""Findings per rule that are kept, for machines; the others are only counted."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One violation. `record` counts from 0 in its file; `field` is a path such as `address.street` or `order_ids[3]`.

    `record`, `key` and `field` are None where a whole file, table or record is at fault. `nearest` is the existing key
    that a dangling reference resembles most. A long `value` is given as text, with its middle left out.
    """

    file: str
    table: str | None
    record: int | None
    key: str | None
    field: str | None
    rule: str
    value: Any
    message: str
    nearest: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        where = self.file if self.record is None else f"{self.file}[{self.record}]"
        return printable(" ".join(part for part in (where, self.key, self.field) if part) + f": {self.message}")


@dataclass
class RuleResult:
    """How one rule fared. `skipped` is the reason where the rule was not applied; `fault` is what is wrong with the
    rule itself, which nobody can say of the data then, and `place` where: `shop/orders/rules.py:12, order_total`.
    """

    rule: str
    count: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: str | None = None
    fault: str | None = None
    place: str = ""
    severity: Severity = "error"


@dataclass
class Report:
    """The result of a validation: rows per table, a result for each rule that was tried, and the paths that were
    passed over because no table is there.
    """

    path: str
    rows: dict[str, int] = field(default_factory=dict)
    results: dict[str, RuleResult] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether there are no errors, and every rule works; there may be warnings."""
        return not self.errors and not self.faulty

    @property
    def errors(self) -> int:
        """How many violations were found that are errors."""
        return sum(result.count for result in self.results.values() if result.severity == "error")

    @property
    def warnings(self) -> int:
        """How many violations were found that are warnings."""
        return self.violations - self.errors

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
    def faulty(self) -> dict[str, str]:
        """The rules that are at fault themselves, each with what is wrong and where."""
        return {result.rule: f"{result.fault} ({result.place})" for result in self.results.values() if result.fault}

    @property
    def faults_of_rules(self) -> list[str]:
        """What is wrong with rules themselves, a line each."""
        return [printable(f"the rule {rule} is at fault: {short(fault, 2000)}") for rule, fault in self.faulty.items()]

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings that were kept, rule by rule."""
        for result in self.results.values():
            yield from result.findings

    def tried(self, rule: str, severity: Severity | None = None) -> RuleResult:
        """The rule's result, which is empty at first."""
        result = self.results.setdefault(rule, RuleResult(rule))
        if severity:
            result.severity = severity
        return result

    def skip(self, rule: str, reason: str) -> None:
        """Note that a rule was not applied."""
        self.tried(rule).skipped = reason

    def add(self, rule: str, findings: Iterable[Finding], count: int | None = None) -> None:
        """Note violations: `count` of them, of which the first are kept. Without `count` all are looked at."""
        result = self.tried(rule)
        every = iter(findings)
        for finding in islice(every, max(KEPT - len(result.findings), 0)):
            result.findings.append(_bounded(finding, result.severity))
            result.count += count is None
        result.count += sum(1 for _ in every) if count is None else count

    def unreadable(self, file: str, table: str | None, error: Exception) -> None:
        """Note that a file could not be read, with the reason in one line: its name stands elsewhere."""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
        self.add("readable", [Finding(file, table, None, None, None, "readable", None, reason)])

    def text(self) -> str:
        """The report for people: a line per broken rule with its first findings, then the skipped rules."""
        return "\n".join(self._lines())

    @property
    def last_line(self) -> str:
        """How many rules held, were broken and were skipped."""
        held = sum(not (result.count or result.skipped or result.fault) for result in self.results.values())
        faulty = f", {len(self.faulty)} at fault" if self.faulty else ""
        return f"{counted(held, 'rule')} held, {len(self.failed)} broken, {len(self.skipped)} skipped{faulty}"

    def _lines(self) -> Iterator[str]:
        tables = f"{counted(len(self.rows), 'table')}, {counted(sum(self.rows.values()), 'record')}"
        yield printable(f"{self.path}: {tables}")
        if self.passed:
            more = f" and {len(self.passed) - SHOWN:,} more" if len(self.passed) > SHOWN else ""
            some = ", ".join(str(short(path)) for path in self.passed[:SHOWN])
            what = "is no table" if len(self.passed) == 1 else "are no tables"
            yield printable(f"passed over: {counted(len(self.passed), 'file')} that {what}: {some}{more}")
        for result in self.failed:
            yield f"{result.rule}: {counted(result.count, 'violation' if result.severity == 'error' else 'warning')}"
            for finding in result.findings[:SHOWN]:
                yield f"  {finding}"
            if result.count > SHOWN:
                yield f"  ... and {result.count - SHOWN:,} more"
        reasons = self._by_reason()
        absent = {reason: rules for reason, rules in reasons.items() if reason.startswith(NO_TABLE)}
        if absent:
            missing = sorted({table for reason in absent for table in reason[len(NO_TABLE) :].split(" and no table ")})
            rules = sum(map(len, absent.values()))
            yield f"skipped for want of {', '.join(missing)}: {counted(rules, 'rule')}"
        for reason, names in reasons.items():
            if reason not in absent:
                yield f"skipped, because {reason}: {', '.join(names)}"
        yield from self.faults_of_rules
        yield self.last_line

    def _by_reason(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for rule, reason in self.skipped.items():
            found.setdefault(reason, []).append(rule)
        return found


def quoted(value: Any) -> str:
    """A value as messages quote it: of at most 60 characters."""
    return f"{represented(value, 57):.60}"


def field_at(place: Iterable[int | str]) -> str:
    """The path of a field, from its place as Pydantic tells it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def _bounded(finding: Finding, severity: Severity) -> Finding:
    """The finding with texts of bounded length: a broken file may hold a key or a value of any size."""
    return replace(
        finding,
        key=finding.key and short(finding.key),
        field=finding.field and short(finding.field),
        value=short(finding.value),
        message=short(finding.message, 2000),
        nearest=finding.nearest and short(finding.nearest),
        severity=severity,
    )
