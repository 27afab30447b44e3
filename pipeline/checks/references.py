"""Foreign keys, by anti-join: also inside lists and nested fields, and those to a later level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from pipeline.checks.dataset import Dataset
from pipeline.checks.errors import nearest
from pipeline.checks.models import key_fields
from pipeline.checks.report import SHOWN, Finding, Report
from pipeline.spec.tree import Reference, references

RULE = "foreign-key"
MISSING = "table-missing"


def check_references(data: Dataset, beside: Mapping[str, Mapping[str, pl.Series]], report: Report) -> None:
    """Every reference that is not null names a record. `beside` holds further targets: table, field, values."""
    report.tried(RULE)
    report.tried(MISSING)
    for name, table in data.tables.items():
        for reference in references(table.model):
            if reference.path in table.columns:
                _check(reference, data, _targets(reference, data, beside), report)
            else:
                report.skip(f"{RULE} {name}.{reference.path}", "the column is not usable")


def _targets(reference: Reference, data: Dataset, beside: Mapping[str, Mapping[str, pl.Series]]) -> pl.Series | None:
    target = reference.key.table
    if target in beside:
        return beside[target][reference.key.field or key_fields(target)[0]]
    field = reference.key.field or key_fields(target)[0]
    if data.has(target) and field in data.table(target).columns:
        known = data.frame(target, field)[field]
        return pl.concat([known, pl.Series(field, data.lost(target), dtype=pl.String)])
    return None


def _check(reference: Reference, data: Dataset, targets: pl.Series | None, report: Report) -> None:
    table = data.table(reference.table)
    values = data.frame(reference.table, reference.path).rename({reference.path: "value"})
    if reference.in_list:
        values = values.filter(pl.col("value").list.len() > 0)
        values = values.with_columns(item=pl.int_ranges(pl.col("value").list.len())).explode("value", "item")
    values = values.filter(pl.col("value").is_not_null())
    if targets is None:
        if values.height and not reference.key.if_present:
            message = f"refers to {reference.key.table}, which is not in the dataset"
            finding = Finding(table.shown, reference.table, None, None, reference.path, MISSING, None, message)
            report.add(MISSING, [finding])
        return
    unknown = values.select(pl.col("value").unique()).join(
        pl.DataFrame({"value": targets.drop_nulls()}, schema={"value": pl.String}), on="value", how="anti"
    )
    if unknown.height:
        dangling = values.join(unknown, on="value", how="semi").sort("row")
        report.add(RULE, _findings(dangling.head(SHOWN), reference, data, targets), dangling.height)


def _findings(dangling: pl.DataFrame, reference: Reference, data: Dataset, targets: pl.Series) -> Iterator[Finding]:
    known = [str(each) for each in targets.drop_nulls().unique(maintain_order=True)]
    for row in dangling.iter_rows(named=True):
        path = reference.path + (f"[{row['item']}]" if reference.in_list else "")
        value = row["value"]
        message = f"{value!r} is not in {reference.key.table}{nearest(value, known)}"
        yield data.finding(RULE, data.table(reference.table), row["row"], path, value, message)
