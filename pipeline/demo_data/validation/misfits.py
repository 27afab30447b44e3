"""Tells of values in Parquet that do not fit their column's type, as JSON would tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import annotated_types

from demo_data.schema.fit import Misfits
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree
from demo_data.validation.dataset import Dataset
from demo_data.validation.report import Finding, Report, quoted
from demo_data.validation.tables import Table


def report_misfits(batch: Iterable[Misfits], start: int, table: Table, data: Dataset, report: Report) -> None:
    """Report the misfits of a batch whose first record is number `start`, and note them as invalid cells."""
    for misfits in batch:
        node = _node(table.model, misfits.path)
        by_rule: dict[str, list[int]] = {}
        for place, (rule, _) in enumerate(_judged(misfits, node)):
            by_rule.setdefault(rule, []).append(place)
        for rule, places in by_rule.items():
            report.add(rule, _findings(misfits.at(places), node, start, table, data), len(places))
        rows = [start + row for row in dict.fromkeys(misfits.rows)]
        table.invalid.add(misfits.path, rows, items=misfits.path.endswith("[]"))


def _judged(misfits: Misfits, node: Node) -> Iterator[tuple[str, str]]:
    """The rule that each breaks, and what to say after the value."""
    for value in misfits.plain():
        yield _rule(value, node) or ("type", misfits.why)


def _rule(value: Any, node: Node) -> tuple[str, str] | None:
    """The bound of the class that a whole number is beyond, if any."""
    if not isinstance(value, int):
        return None
    for mark in node.marks:
        if isinstance(mark, annotated_types.Ge) and value < mark.ge:  # type: ignore[operator]
            return "bounds", f"is below {mark.ge}"
        if isinstance(mark, annotated_types.Le) and value > mark.le:  # type: ignore[operator]
            return "bounds", f"is above {mark.le}"
    return None


def _findings(misfits: Misfits, node: Node, start: int, table: Table, data: Dataset) -> Iterator[Finding]:
    judged = _judged(misfits, node)
    for (row, field, value), (rule, said) in zip(misfits, judged, strict=True):
        yield data.finding(rule, table, start + row, field, value, f"{quoted(value)} {said}")


def _node(model: type[Entity], path: str) -> Node:
    return next(node for node in tree(model).walk() if node.path == path)
