"""One pass over a table: the demands of its class, and the coherence rules that look at single rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import polars as pl
import pyarrow as pa
from polars.exceptions import PolarsError

from demo_data.validation.dataset import Dataset
from demo_data.validation.demands import Demand, ListDemands, demands
from demo_data.validation.parquet_values import check_values
from demo_data.validation.report import Finding, Report, quoted
from demo_data.validation.rules import RowViolation, Rule, rendered
from demo_data.validation.tables import Batch, Table, flatten, in_calendar, is_coded


def scan(
    table: Table, own: Sequence[tuple[Rule, RowViolation]], data: Dataset, report: Report
) -> dict[Rule, PolarsError]:
    """Add what is wrong with the table's rows to the report. `own` are the row rules on it.

    Gives those of them that Polars cannot compute, with the reason.
    """
    columns = set(table.columns)
    flat, lists = demands(data.domain, table.model.table)
    usable = [each for each in flat if columns.issuperset(each.reads)]
    single = [each for each in usable if each.rule != "model-rule"]
    models = [each for each in usable if each.rule == "model-rule"]
    rules = [(rule, Demand(each.field, rule.name, each.when, tuple(each.reads), each.message)) for rule, each in own]
    faulty: dict[Rule, PolarsError] = {}
    lists = tuple(each for each in lists if each.path.removesuffix("[]") in columns)
    scanning = _Scan(table, data, report)
    start = 0
    for batch in table.batches():
        frame = batch.rows
        if not table.strict:
            check_values(batch, start, table, data, report)
        # of JSON records the model has told its faults already
        fields = frame if batch.nested is not None else table.invalid.masked(frame)
        scanning.apply(fields, _suspect(single, _texts(batch)))
        scanning.apply(fields, _careful(models, table))
        for each in lists:
            scanning.items(fields, each, "")
        for rule, demand in rules if not start else ():
            try:
                frame.clear().filter(demand.bad)  # so that none fails when some of its violations are told
            except PolarsError as error:
                faulty[rule] = error
        rules = [(rule, demand) for rule, demand in rules if rule not in faulty]
        try:
            scanning.apply(frame, _careful([demand for _, demand in rules], table))
        except PolarsError:
            for rule, demand in rules:
                try:
                    scanning.apply(frame, _careful([demand], table))
                except PolarsError as error:
                    faulty[rule] = error
        start += frame.height
    return faulty


def _texts(batch: Batch) -> dict[str, pl.Series]:
    """The values of columns that lie as a dictionary: what the rows hold is among them."""
    if batch.nested is None:
        return {}
    flat = flatten(pa.Table.from_batches([batch.nested]))
    coded = [name for name, kind in zip(flat.column_names, flat.schema.types, strict=True) if is_coded(kind)]
    return {name: pl.Series(name, pl.from_arrow(flat.column(name).chunk(0).dictionary)) for name in coded}


def _suspect(tests: list[Demand], texts: Mapping[str, pl.Series]) -> list[Demand]:
    """The tests but for those that every value of the dictionary passes: there are few, and rows are many."""
    found = []
    for path, some in groupby(tests, lambda test: test.path):
        own = list(some)
        if path in texts and all(test.reads == (path,) for test in own):
            sums = [test.bad.fill_null(value=False).sum().alias(str(number)) for number, test in enumerate(own)]
            counts = texts[path].to_frame().select(sums).row(0)
            own = [test for test, count in zip(own, counts, strict=True) if count]
        found += own
    return found


def _careful(rules: list[Demand], table: Table) -> list[Demand]:
    """The rules, each passing over the records of which it reads a field at fault."""
    careful = []
    for each in rules:
        faulty = table.invalid.any_of(each.reads)
        careful.append(replace(each, bad=each.bad & ~pl.col("row").is_in(faulty.implode())) if len(faulty) else each)
    return careful


@dataclass(frozen=True)
class _Scan:
    table: Table
    data: Dataset
    report: Report

    def apply(self, frame: pl.DataFrame, tests: Sequence[Demand], base: str = "") -> None:
        """Report what breaks the tests, and note it as invalid cells. `base`: the list whose items the rows are."""
        if not tests or not frame.height:
            return
        sums = [test.bad.fill_null(value=False).sum().alias(str(number)) for number, test in enumerate(tests)]
        for test, count in zip(tests, frame.select(sums).row(0), strict=True):
            if count:
                rows = frame.filter(test.bad)
                self.report.add(test.rule, self._findings(rows, test, base), count)
                for path in () if isinstance(test.message, str) else test.reads:
                    self.table.invalid.add(path, rows["row"].unique())

    def _findings(self, rows: pl.DataFrame, test: Demand, base: str) -> Iterator[Finding]:
        needed = [name for name in ("row", "at", test.path, *test.reads) if name in rows.columns]
        for row in in_calendar(rows.select(list(dict.fromkeys(needed)))).iter_rows(named=True):
            value = row.get(test.path)
            if isinstance(test.message, str):
                message = rendered(test.message, row)
            else:
                message = (f"{quoted(value)} " if value is not None else "") + test.message(value)
            field = row["at"] + test.path.removeprefix(base) if base else test.path
            yield self.data.finding(test.rule, self.table, row["row"], field, value, message)

    def items(self, frame: pl.DataFrame, each: ListDemands, base: str) -> None:
        """Test the items of a list, exploded, with the place of each in the column `at`."""
        name = each.path.removesuffix("[]")
        length = pl.col(each.path).list.len()
        parent = pl.col("at") if base else pl.lit("")
        place = parent + name.removeprefix(base) + "[" + pl.col("number").cast(pl.String) + "]"
        items = (
            frame.select("row", parent.alias("at"), pl.col(name).alias(each.path))
            .filter(length > 0)
            .with_columns(number=pl.int_ranges(length))
            .explode(each.path, "number")
            .with_columns(at=place)
        )
        if not items.height:
            return
        fields = pl.col(each.path).struct
        items = items.with_columns(fields.field(field).alias(column) for field, column in each.names)
        self.apply(items, each.items, each.path)
        for below in each.lists:
            self.items(items, below, each.path)
