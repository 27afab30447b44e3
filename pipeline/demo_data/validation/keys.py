"""Primary keys are unique, and foreign keys name records: also inside lists and nested fields, and of a later level.

That keys are there is a demand of the class.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa

from demo_data.schema.tree import Reference, references
from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Absent
from demo_data.validation.invalid_cells import WHOLE
from demo_data.validation.report import Finding, Report
from demo_data.validation.tables import Table
from demo_data.validation.targets import Values, target_values

UNIQUE = "primary-key"
KNOWN = "foreign-key"
MISSING = "table-missing"

FEW = 100
"""Keys that are all compared; of more, those that begin or end most alike."""

_HASHES = 40
"""Hashes that take as much room as a row does otherwise, about."""

_TURNS = 64
"""How many times keys are read at most, to compare some of them at a time."""

_AROUND = 12
_LONGEST = 60


def check_keys(data: Dataset, report: Report, rows: int | None = None) -> None:
    """Every record's key is unique in its table. About so many rows are held at a time, by default all.

    A record whose key was there already is at fault as a whole: which of the two is meant is unknown.
    """
    report.tried(UNIQUE)
    for name, table in data.tables.items():
        fields = data.domain.key_fields(name)
        if not set(fields) <= set(table.columns):
            continue
        try:
            keys = _suspects(table, fields, rows)
        except (OSError, pa.ArrowException):
            continue  # the pass over the table's rows tells it
        firsts = keys.group_by(fields).agg(first=pl.col("row").min())
        again = keys.join(firsts, on=list(fields)).filter(pl.col("row") != pl.col("first")).sort("row")
        if again.height:
            report.add(UNIQUE, _repeated(again, name, fields, data), again.height)
            table.invalid.add(WHOLE, again["row"])


def _suspects(table: Table, fields: Sequence[str], rows: int | None) -> pl.DataFrame:
    """The records whose keys have the hash of another one's: row, and the key. Hashes of about so many rows are held
    at a time.
    """
    turns = 1 if rows is None else min(_TURNS, -(-table.height // (_HASHES * rows)))
    found = [table.piece(0, *fields).clear()]
    for turn in range(turns):
        hashes = [_hashes(piece, fields, turn, turns)[1].to_numpy() for piece in table.pieces(*fields)]
        numbers = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
        numbers.sort()
        twice = pl.Series(np.unique(numbers[1:][numbers[1:] == numbers[:-1]]))
        if not len(twice):
            continue
        for piece in table.pieces(*fields):
            own, numbered = _hashes(piece, fields, turn, turns)
            found.append(own.filter(numbered.is_in(twice.implode())))
    return pl.concat(found)


def _hashes(piece: pl.DataFrame, fields: Sequence[str], turn: int, turns: int) -> tuple[pl.DataFrame, pl.Series]:
    """The rows of a piece that have a key and are of this turn, and the hashes of their keys."""
    keys = piece.drop_nulls()
    hashes = keys.select(fields).hash_rows()
    mine = hashes % turns == turn
    return (keys, hashes) if turns == 1 else (keys.filter(mine), hashes.filter(mine))


def _repeated(again: pl.DataFrame, table: str, fields: tuple[str, ...], data: Dataset) -> Iterator[Finding]:
    for row in again.iter_rows(named=True):
        value = " ".join(str(row[field]) for field in fields)
        message = f"{value!r} is the key of record {row['first']} already"
        yield data.finding(UNIQUE, data.table(table), row["row"], ", ".join(fields), value, message)


def check_references(
    data: Dataset, others: Sequence[Values], unreadable: Set[str], report: Report, rows: int | None = None
) -> None:
    """Every reference that is not null names a record, here or in `others`; of a table that is `unreadable`, who knows.

    References that dangle are noted as invalid cells. About so many rows are held at a time, by default all.
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
                    _check(reference, data, keys, report, rows)
            except Absent as reason:
                report.skip(where, str(reason))
            except (OSError, pa.ArrowException):
                continue  # the pass over the table's rows tells it


def _check(reference: Reference, data: Dataset, keys: pl.Series | None, report: Report, rows: int | None) -> None:
    table = data.table(reference.table)
    if keys is None:
        given = (values.height > 0 for values in _values(table, reference))
        if not reference.key.if_present and any(given):
            message = f"refers to {reference.key.table}, which is not in the dataset"
            finding = Finding(table.shown, reference.table, None, None, reference.path, MISSING, None, message)
            report.add(MISSING, [finding])
        return
    unknown = _unknown(table, reference, keys, rows)
    if not unknown.height:
        return
    known = Known(keys)
    for values in _values(table, reference):
        dangling = values.join(unknown, on="value", how="semi").sort("row", *(["item"] if reference.in_list else []))
        report.add(KNOWN, _dangling(dangling, reference, data, known), dangling.height)
        table.invalid.add(reference.path, dangling["row"].unique(), items=reference.in_list)


def _values(table: Table, reference: Reference) -> Iterator[pl.DataFrame]:
    """What is referred to, piece by piece: row, value, and item in a list."""
    for piece in table.pieces(reference.path):
        values = piece.rename({reference.path: "value"})
        if reference.in_list:
            values = values.filter(pl.col("value").list.len() > 0)
            values = values.with_columns(item=pl.int_ranges(pl.col("value").list.len())).explode("value", "item")
        yield values.filter(pl.col("value").is_not_null())


def _unknown(table: Table, reference: Reference, keys: pl.Series, rows: int | None) -> pl.DataFrame:
    """The values that are no keys, each once."""
    known = pl.DataFrame({"value": keys.drop_nulls()}, schema={"value": pl.String})
    found, waiting = [known.clear()], [known.clear()]
    for values in _values(table, reference):
        waiting.append(values.select(pl.col("value").unique()))
        if rows is not None and sum(each.height for each in waiting) > rows:
            found.append(pl.concat(waiting).unique().join(known, on="value", how="anti"))
            waiting = [known.clear()]
    found.append(pl.concat(waiting).unique().join(known, on="value", how="anti"))
    return pl.concat(found).unique()


def _dangling(dangling: pl.DataFrame, reference: Reference, data: Dataset, known: Known) -> Iterator[Finding]:
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
