"""Primary keys: there, and unique."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.checks.dataset import Dataset
from pipeline.checks.models import key_fields
from pipeline.checks.report import SHOWN, Finding, Report

RULE = "primary-key"


def check_keys(data: Dataset, report: Report) -> None:
    """Every record's key is unique in its table."""
    report.tried(RULE)
    for table in data.tables:
        fields = key_fields(table)
        if not set(fields) <= set(data.table(table).columns):
            continue
        keys = data.frame(table, *fields).drop_nulls()
        if keys.height == keys.select(fields).n_unique():
            continue
        firsts = keys.group_by(fields).agg(first=pl.col("row").min())
        again = keys.join(firsts, on=list(fields)).filter(pl.col("row") != pl.col("first")).sort("row")
        report.add(RULE, _findings(again.head(SHOWN), table, fields, data), again.height)


def _findings(again: pl.DataFrame, table: str, fields: tuple[str, ...], data: Dataset) -> Iterator[Finding]:
    for row in again.iter_rows(named=True):
        value = " ".join(str(row[field]) for field in fields)
        message = f"{value!r} is the key of record {row['first']} already"
        yield data.finding(RULE, data.table(table), row["row"], ", ".join(fields), value, message)
