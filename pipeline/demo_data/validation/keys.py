"""Primary keys are unique. That they are there is a demand of the class."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from demo_data.validation.dataset import Dataset
from demo_data.validation.invalid_cells import WHOLE
from demo_data.validation.report import Finding, Report

RULE = "primary-key"


def check_keys(data: Dataset, report: Report) -> None:
    """Every record's key is unique in its table.

    A record whose key was there already is at fault as a whole: which of the two is meant is unknown.
    """
    report.tried(RULE)
    for name, table in data.tables.items():
        fields = data.domain.key_fields(name)
        if not set(fields) <= set(table.columns):
            continue
        try:
            keys = table.frame(*fields).drop_nulls()
        except (OSError, pa.ArrowException):
            continue  # the pass over the table's rows tells it
        distinct = keys[fields[0]].n_unique() if len(fields) == 1 else keys.select(fields).n_unique()
        if keys.height == distinct:
            continue
        firsts = keys.group_by(fields).agg(first=pl.col("row").min())
        again = keys.join(firsts, on=list(fields)).filter(pl.col("row") != pl.col("first")).sort("row")
        report.add(RULE, _findings(again, name, fields, data), again.height)
        table.invalid.add(WHOLE, again["row"])


def _findings(again: pl.DataFrame, table: str, fields: tuple[str, ...], data: Dataset) -> Iterator[Finding]:
    for row in again.iter_rows(named=True):
        value = " ".join(str(row[field]) for field in fields)
        message = f"{value!r} is the key of record {row['first']} already"
        yield data.finding(RULE, data.table(table), row["row"], ", ".join(fields), value, message)
