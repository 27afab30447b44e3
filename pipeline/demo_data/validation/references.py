"""Foreign keys, by anti-join: also inside lists and nested fields, and those to a later level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import polars as pl
import pyarrow as pa

from demo_data.schema.tree import Reference, references
from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Absent
from demo_data.validation.report import Finding, Report
from demo_data.validation.suggestions import Known
from demo_data.validation.targets import Values, target_values

RULE = "foreign-key"
MISSING = "table-missing"


def check_references(data: Dataset, others: Sequence[Values], unreadable: Set[str], report: Report) -> None:
    """Every reference that is not null names a record, here or in `others`; of a table that is `unreadable`, who knows.

    References that dangle are noted as invalid cells.
    """
    report.tried(RULE)
    report.tried(MISSING)
    for name, table in data.tables.items():
        for reference in references(table.model):
            where = f"{RULE} {name}.{reference.path}"
            if reference.path not in table.columns:
                report.skip(where, "the column is not usable")
                continue
            try:
                keys = target_values(reference, data, others)
                if keys is None and reference.key.table in unreadable:
                    report.skip(where, f"{reference.key.table} cannot be read")
                else:
                    _check(reference, data, keys, report)
            except Absent as reason:
                report.skip(where, str(reason))
            except (OSError, pa.ArrowException):
                continue  # the pass over the table's rows tells it


def _check(reference: Reference, data: Dataset, keys: pl.Series | None, report: Report) -> None:
    table = data.table(reference.table)
    values = table.frame(reference.path).rename({reference.path: "value"})
    if reference.in_list:
        values = values.filter(pl.col("value").list.len() > 0)
        values = values.with_columns(item=pl.int_ranges(pl.col("value").list.len())).explode("value", "item")
    values = values.filter(pl.col("value").is_not_null())
    if keys is None:
        if values.height and not reference.key.if_present:
            message = f"refers to {reference.key.table}, which is not in the dataset"
            finding = Finding(table.shown, reference.table, None, None, reference.path, MISSING, None, message)
            report.add(MISSING, [finding])
        return
    unknown = values.select(pl.col("value").unique()).join(
        pl.DataFrame({"value": keys.drop_nulls()}, schema={"value": pl.String}), on="value", how="anti"
    )
    if unknown.height:
        dangling = values.join(unknown, on="value", how="semi").sort("row")
        report.add(RULE, _findings(dangling, reference, data, keys), dangling.height)
        table.invalid.add(reference.path, dangling["row"].unique(), items=reference.in_list)


def _findings(dangling: pl.DataFrame, reference: Reference, data: Dataset, keys: pl.Series) -> Iterator[Finding]:
    known = Known(keys)
    for row in dangling.iter_rows(named=True):
        path = reference.path + (f"[{row['item']}]" if reference.in_list else "")
        value = row["value"]
        nearest = known.nearest(value)
        hint = "" if nearest is None else f" (nearest: {nearest})"
        message = f"{value!r} is not in {reference.key.table}{hint}"
        yield data.finding(RULE, data.table(reference.table), row["row"], path, value, message, nearest)
