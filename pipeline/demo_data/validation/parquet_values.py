"""What a class does not allow of the values in Parquet: nulls where one is required, and what does not fit its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from demo_data.schema.fit import Misfits
from demo_data.schema.tree import Node, tree
from demo_data.validation.dataset import Dataset
from demo_data.validation.demands import bound
from demo_data.validation.report import Finding, Report, quoted
from demo_data.validation.tables import Batch, Table


def check_values(batch: Batch, start: int, table: Table, data: Dataset, report: Report) -> None:
    """Report both of a batch whose first record is number `start`, and note them as invalid cells.

    Of a value that did not fit, the null in its place is not told.
    """
    if batch.nested is None:
        return
    unfit: dict[str, Counter[int]] = {}
    for misfits in batch.misfits:
        rows = misfits.rows
        unfit.setdefault(misfits.path, Counter()).update(rows)
        _report_misfits(misfits, start, table, data, report)
        _note(table, misfits.path, rows, start)
    skipped = {each.path for each in table.differences}
    for node in tree(table.model).children:
        for path, nulls in lacking(batch.nested.column(node.name), node, skipped):
            rows = list((Counter(nulls) - unfit[path]).elements()) if path in unfit else nulls
            report.add("required", (_null(table, start + row, path, data) for row in rows), len(rows))
            _note(table, path, rows, start)


def _note(table: Table, path: str, rows: list[int], start: int) -> None:
    table.invalid.add(path, [start + row for row in dict.fromkeys(rows)], items=path.endswith("[]"))


def _null(table: Table, row: int, path: str, data: Dataset) -> Finding:
    return data.finding("required", table, row, path, None, "is null, but a value is required")


def _report_misfits(misfits: Misfits, start: int, table: Table, data: Dataset, report: Report) -> None:
    """Each by the rule that it breaks, as JSON would tell of it: a whole number may be beyond a bound of the class."""
    node = next(node for node in tree(table.model).walk() if node.path == misfits.path)
    bounds = [found for mark in node.marks if (found := bound(mark))]
    reasons = []
    for value in misfits.plain():
        broken = [reason for limit, breaks, reason in bounds if isinstance(value, int) and breaks(value, limit)]
        reasons.append(("bounds", broken[0]) if broken else ("type", misfits.why))

    def findings(rule: str) -> Iterator[Finding]:
        for (row, field, value), (of, reason) in zip(misfits, reasons, strict=True):
            if of == rule:
                yield data.finding(rule, table, start + row, field, value, f"{quoted(value)} {reason}")

    for rule, count in Counter(rule for rule, _ in reasons).items():
        report.add(rule, findings(rule), count)


def lacking(
    array: pa.Array,
    node: Node,
    skipped: Container[str],
    alive: pa.Array | None = None,
    rows: pa.Array | None = None,
) -> Iterator[tuple[str, list[int]]]:
    """Paths of a column, with the rows that lack a value there; below a null nothing more is reported.

    Paths that are `skipped` and what is below them are passed over. `alive` are the places whose parents are there
    (None: all); `rows` are the places' rows (None: their own).
    """
    if node.path in skipped:
        return
    if array.null_count:
        null = array.is_null() if alive is None else pc.and_(array.is_null(), alive)
        places = pc.indices_nonzero(null)
        if len(places) and not node.optional:
            yield node.path, (places if rows is None else rows.take(places)).to_pylist()
        there = array.is_valid()
        alive = there if alive is None else pc.and_(there, alive)
    if pa.types.is_struct(array.type):
        for child in node.children:
            if (place := array.type.get_field_index(child.name)) >= 0:
                yield from lacking(array.field(place), child, skipped, alive, rows)
    elif pa.types.is_list(array.type):
        parents = array.value_parent_indices()
        items = parents if rows is None else rows.take(parents)
        yield from lacking(array.flatten(), node.children[0], skipped, None, items)
