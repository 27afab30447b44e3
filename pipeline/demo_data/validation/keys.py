"""Primary keys are unique, and foreign keys name records: also inside lists and nested fields, and of a later level.

That keys are there is a demand of the class.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from difflib import SequenceMatcher
from functools import cached_property

import polars as pl
import pyarrow as pa

from demo_data.schema.tree import Reference, references
from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Absent
from demo_data.validation.invalid_cells import WHOLE
from demo_data.validation.report import Finding, Report
from demo_data.validation.targets import Values, target_values

UNIQUE = "primary-key"
KNOWN = "foreign-key"
MISSING = "table-missing"

FEW = 100
"""Keys that are all compared; of more, those that begin or end most alike."""

_AROUND = 12
_LONGEST = 60


def check_keys(data: Dataset, report: Report) -> None:
    """Every record's key is unique in its table.

    A record whose key was there already is at fault as a whole: which of the two is meant is unknown.
    """
    report.tried(UNIQUE)
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
        report.add(UNIQUE, _repeated(again, name, fields, data), again.height)
        table.invalid.add(WHOLE, again["row"])


def _repeated(again: pl.DataFrame, table: str, fields: tuple[str, ...], data: Dataset) -> Iterator[Finding]:
    for row in again.iter_rows(named=True):
        value = " ".join(str(row[field]) for field in fields)
        message = f"{value!r} is the key of record {row['first']} already"
        yield data.finding(UNIQUE, data.table(table), row["row"], ", ".join(fields), value, message)


def check_references(data: Dataset, others: Sequence[Values], unreadable: Set[str], report: Report) -> None:
    """Every reference that is not null names a record, here or in `others`; of a table that is `unreadable`, who knows.

    References that dangle are noted as invalid cells.
    """
    report.tried(KNOWN)
    report.tried(MISSING)
    for name, table in data.tables.items():
        for reference in references(table.model):
            where = f"{KNOWN} {name}.{reference.path}"
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
        report.add(KNOWN, _dangling(dangling, reference, data, keys), dangling.height)
        table.invalid.add(reference.path, dangling["row"].unique(), items=reference.in_list)


def _dangling(dangling: pl.DataFrame, reference: Reference, data: Dataset, keys: pl.Series) -> Iterator[Finding]:
    known = Known(keys)
    for row in dangling.iter_rows(named=True):
        path = reference.path + (f"[{row['item']}]" if reference.in_list else "")
        value = row["value"]
        nearest = known.nearest(value)
        hint = "" if nearest is None else f" (nearest: {nearest})"
        message = f"{value!r} is not in {reference.key.table}{hint}"
        yield data.finding(KNOWN, data.table(reference.table), row["row"], path, value, message, nearest)


class Known:
    """The keys of a table; sorted when the first neighbour is asked for."""

    def __init__(self, keys: pl.Series) -> None:
        self._keys = keys
        self._nearest: dict[str, str | None] = {}

    def nearest(self, value: str) -> str | None:
        """The key most like `value`, None where there are no keys."""
        if value not in self._nearest:
            text = value[:_LONGEST]
            matcher = SequenceMatcher(b=text, autojunk=False)
            best, highest = None, -1.0
            for key in self._candidates(text):
                matcher.set_seq1(key[:_LONGEST])
                if (
                    matcher.real_quick_ratio() > highest
                    and matcher.quick_ratio() > highest
                    and (ratio := matcher.ratio()) > highest
                ):
                    best, highest = key, ratio
            self._nearest[value] = best
        return self._nearest[value]

    def _candidates(self, text: str) -> Iterable[str]:
        if len(self._sorted) <= FEW:
            return self._sorted
        backwards = text[::-1]
        place, end = bisect(self._sorted, text), bisect(self._reversed, backwards)
        before = self._sorted[max(place - _AROUND, 0) : place + _AROUND]
        return [*before, *(key[::-1] for key in self._reversed[max(end - _AROUND, 0) : end + _AROUND])]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._keys.drop_nulls().unique().to_list())

    @cached_property
    def _reversed(self) -> list[str]:
        return sorted(key[::-1] for key in self._sorted)
