"""One pass over a table: the demands of its class, and the coherence rules that look at single rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import polars as pl
import pyarrow as pa
from polars.exceptions import PolarsError

from demo_data.validation.ahead import drawn
from demo_data.validation.dataset import Dataset
from demo_data.validation.demands import Demand, ListDemands, demands
from demo_data.validation.parquet_values import check_values
from demo_data.validation.report import Finding, Report, quoted
from demo_data.validation.rules import RowViolation, Rule, rendered
from demo_data.validation.tables import Batch, Table, flatten, in_calendar, is_coded

Place = tuple[int, ...]
Tests = Mapping[Place, Demand]
"""Tests by their places among all of a table, in the order in which they are told."""

_SINGLE, _MODELS, _LISTS, _RULES = range(4)


def scan(
    table: Table, own: Sequence[tuple[Rule, RowViolation]], data: Dataset, report: Report
) -> dict[Rule, PolarsError]:
    """Add what is wrong with the table's rows to the report. `own` are the row rules on it.

    Of Parquet it is told batch by batch, of JSON test by test: where JSON is cut hangs on its text, not on its rows.

    Gives those of the rules that Polars cannot compute, with the reason.
    """
    columns = set(table.columns)
    flat, lists = demands(data.domain, table.model.table)
    usable = [each for each in flat if columns.issuperset(each.reads)]
    single = _placed(_SINGLE, [each for each in usable if each.rule != "model-rule"])
    models = _placed(_MODELS, [each for each in usable if each.rule == "model-rule"])
    of_rules = [Demand(each.field, rule.name, each.when, tuple(each.reads), each.message) for rule, each in own]
    rules = _placed(_RULES, of_rules)
    owners = {place: rule for place, (rule, _) in zip(rules, own, strict=True)}
    faulty: dict[Rule, PolarsError] = {}
    lists = tuple(each for each in lists if each.path.removesuffix("[]") in columns)
    scanning = _Scan(table, data, report)
    start = 0
    for batch in drawn(table.batches()):
        frame = batch.rows
        if not table.strict:
            check_values(batch, start, table, data, report)
        # of JSON records the model has told its faults already
        fields = frame if batch.nested is not None else table.invalid.masked(frame)
        scanning.apply(fields, _suspect(single, _texts(batch)))
        scanning.apply(fields, _careful(models, table, frame))
        for number, each in enumerate(lists):
            scanning.items(fields, each, "", (_LISTS, number))
        for place, demand in rules.items() if not start else ():
            try:
                frame.clear().filter(demand.bad)  # so that none fails when some of its violations are told
            except PolarsError as error:
                faulty[owners[place]] = error
        if not start:
            rules = {place: demand for place, demand in rules.items() if owners[place] not in faulty}
        try:
            scanning.apply(frame, _careful(rules, table, frame))
        except PolarsError:
            for place, demand in list(rules.items()):
                try:
                    scanning.apply(frame, _careful({place: demand}, table, frame))
                except PolarsError as error:
                    faulty[owners[place]] = error
                    del rules[place]
                    scanning.found.pop(place, None)
        if batch.nested is not None:
            scanning.tell()
        start += frame.height
    scanning.tell()
    return faulty


def _placed(kind: int, tests: Sequence[Demand]) -> dict[Place, Demand]:
    return {(kind, number): test for number, test in enumerate(tests)}


def _texts(batch: Batch) -> dict[str, pl.Series]:
    """The values of columns that lie as a dictionary: what the rows hold is among them."""
    if batch.nested is None:
        return {}
    flat = flatten(pa.Table.from_batches([batch.nested]))
    coded = [name for name, kind in zip(flat.column_names, flat.schema.types, strict=True) if is_coded(kind)]
    return {name: pl.Series(name, pl.from_arrow(flat.column(name).chunk(0).dictionary)) for name in coded}


def _suspect(tests: Tests, texts: Mapping[str, pl.Series]) -> Tests:
    """The tests but for those that every value of the dictionary passes: there are few, and rows are many."""
    found: dict[Place, Demand] = {}
    for path, some in groupby(tests.items(), lambda each: each[1].path):
        own = list(some)
        if path in texts and all(test.reads == (path,) for _, test in own):
            sums = [test.bad.fill_null(value=False).sum().alias(str(number)) for number, (_, test) in enumerate(own)]
            counts = texts[path].to_frame().select(sums).row(0)
            own = [each for each, count in zip(own, counts, strict=True) if count]
        found.update(own)
    return found


def _careful(rules: Tests, table: Table, frame: pl.DataFrame) -> Tests:
    """The rules, each passing over the records of the frame of which it reads a field at fault."""
    careful = {}
    for place, each in rules.items():
        faulty = table.invalid.any_of(each.reads, frame)
        bad = each.bad & ~pl.col("row").is_in(faulty.implode()) if len(faulty) else each.bad
        careful[place] = replace(each, bad=bad)
    return careful


@dataclass(frozen=True)
class _Scan:
    table: Table
    data: Dataset
    report: Report
    found: dict[Place, Report] = field(default_factory=dict)

    def apply(self, frame: pl.DataFrame, tests: Tests, base: str = "") -> None:
        """Find what breaks the tests, and note it as invalid cells. `base`: the list whose items the rows are."""
        if not tests or not frame.height:
            return
        sums = [test.bad.fill_null(value=False).sum().alias(str(number)) for number, test in enumerate(tests.values())]
        for (place, test), count in zip(tests.items(), frame.select(sums).row(0), strict=True):
            if count:
                rows = frame.filter(test.bad)
                self.found.setdefault(place, Report("")).add(test.rule, self._findings(rows, test, base), count)
                for path in () if isinstance(test.message, str) else test.reads:
                    self.table.invalid.add(path, rows["row"].unique())

    def tell(self) -> None:
        """Report what was found since the last time."""
        for _, found in sorted(self.found.items()):
            for result in found.results.values():
                self.report.add(result.rule, result.findings, result.count)
        self.found.clear()

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

    def items(self, frame: pl.DataFrame, each: ListDemands, base: str, place: Place) -> None:
        """Test the items of a list, exploded, with where each is in the column `at`."""
        name = each.path.removesuffix("[]")
        length = pl.col(each.path).list.len()
        parent = pl.col("at") if base else pl.lit("")
        at = parent + name.removeprefix(base) + "[" + pl.col("number").cast(pl.String) + "]"
        items = (
            frame.select("row", parent.alias("at"), pl.col(name).alias(each.path))
            .filter(length > 0)
            .with_columns(number=pl.int_ranges(length))
            .explode(each.path, "number")
            .with_columns(at=at)
        )
        if not items.height:
            return
        fields = pl.col(each.path).struct
        items = items.with_columns(fields.field(field).alias(column) for field, column in each.names)
        self.apply(items, {(*place, -1, number): test for number, test in enumerate(each.items)}, each.path)
        for number, below in enumerate(each.lists):
            self.items(items, below, each.path, (*place, number))
