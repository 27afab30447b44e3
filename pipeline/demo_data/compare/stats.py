"""Distributions of both sides, and by how much they moved.

A score is the largest of: the shift of the share of nulls; for numbers and times the shift of mean, median, 5th and
95th percentile, against the range that both sides' 5th to 95th percentiles span; for text and booleans of few values
(at most 20, each twice or more on average) the shift of a value's share; for lists the shift of their mean length,
against the longer mean. What moved by less than `MOVED` (1 %, or one percentage point) is not reported.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import numpy as np
import polars as pl

from demo_data.compare.result import Distribution
from demo_data.compare.values import plain

MOVED = 0.01
"""The least score that is reported."""

VALUES = 20
"""Distinct texts up to which their shares are counted."""

Kind = Literal["number", "time", "shares", "list", "other"]


class Summary:
    """Sums up one column of one side as its batches come by: `count` values that are not null, and `nulls`.

    number, time: `mean`, `min`, `p5`, `median`, `p95`, `max` of what is finite. shares: `shares` by value, from 0 to
    1 of what is not null, the largest first. list: `mean_length`.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype, self._kind = dtype, _kind(dtype)
        self.rows = self.nulls = 0
        self._length = 0
        self._numbers: list[pl.Series] = []
        self._shares: dict[Any, int] = {}

    def add(self, values: pl.Series) -> None:
        """Take a batch in."""
        self.rows += len(values)
        self.nulls += values.null_count()
        if self._kind in ("number", "time"):
            self._numbers.append(values)
        elif self._kind == "list":
            lengths = values.arr.len() if isinstance(self.dtype, pl.Array) else values.list.len()
            self._length += int(lengths.sum())
        elif self._kind == "shares":
            for value, count in values.drop_nulls().alias("value").value_counts().iter_rows():
                self._shares[value] = self._shares.get(value, 0) + count
            if len(self._shares) > VALUES:
                self._kind = "other"
                self._shares = {}

    @property
    def kind(self) -> Kind:
        """Texts that hardly come twice, in a small table, are no kinds of anything."""
        return "other" if 2 * len(self._shares) > max(self.count, 2) else self._kind

    @property
    def count(self) -> int:
        return self.rows - self.nulls

    def figures(self) -> dict[str, Any]:
        """What its kind has, but for `count` and `nulls`; times as days, or as microseconds, since 1970.

        Is asked once: the numbers are gone then.
        """
        if self.kind in ("number", "time"):
            values = self._sorted()
            if not len(values):
                return {}
            quantiles = {
                name: values.quantile(at, "linear") for name, at in (("p5", 0.05), ("median", 0.5), ("p95", 0.95))
            }
            return {"mean": values.mean(), "min": values[0]} | quantiles | {"max": values[-1]}
        if self.kind == "shares":
            by_share = sorted(self._shares.items(), key=lambda share: (-share[1], str(share[0])))
            named = ((value if isinstance(value, str) else str(value).lower(), count) for value, count in by_share)
            return {"shares": {name: count / self.count for name, count in named}}
        return {"mean_length": self._length / self.count if self.count else 0.0} if self.kind == "list" else {}

    def _sorted(self) -> pl.Series:
        """The finite numbers in order, in the place of all that were taken in."""
        numbers, end = np.empty(self.count), 0
        self._numbers.reverse()
        while self._numbers:
            part = _numeric(self._numbers.pop())
            part = part.filter(part.is_finite())
            numbers[end : end + len(part)] = part.to_numpy()
            end += len(part)
        numbers[:end].sort()
        return pl.Series(numbers[:end]).set_sorted()

    def as_json(self, figures: dict[str, Any]) -> dict[str, Any]:
        """The figures as JSON has them, with the counts."""
        counts = {"count": self.count, "nulls": self.nulls}
        return counts | {name: _of_type(value, self.dtype) for name, value in figures.items()}


def moved(path: str, old: Summary, new: Summary) -> list[Distribution]:
    """How a field's values moved; empty where by less than `MOVED`, or where a side has no rows or another type."""
    kinds = {old.kind, new.kind}
    if not (old.rows and new.rows) or len(kinds - {"other"}) > 1:
        return []
    kind: Kind = "other" if "other" in kinds else old.kind
    before, after = ({} if kind == "other" else side.figures() for side in (old, new))
    score = abs(old.nulls / old.rows - new.nulls / new.rows)
    if kind in ("number", "time") and before and after:
        span = max(before["p95"], after["p95"]) - min(before["p5"], after["p5"])
        shift = max(abs(after[name] - before[name]) for name in ("mean", "p5", "median", "p95"))
        score = max(score, shift / span if span else float(shift > 0))
    elif kind == "shares" and old.count and new.count:
        was, now = before["shares"], after["shares"]
        score = max(score, *(abs(now.get(value, 0) - was.get(value, 0)) for value in was | now))
    elif kind == "list":
        lengths = before["mean_length"], after["mean_length"]
        score = max(score, abs(lengths[0] - lengths[1]) / max(lengths) if max(lengths) else 0.0)
    if score < MOVED:
        return []
    return [Distribution(path, kind, round(score, 6), old.as_json(before), new.as_json(after))]


def arrived(path: str, new: Summary) -> Distribution:
    """The distribution of a column that was added."""
    return Distribution(path, new.kind, 1.0, None, new.as_json(new.figures()))


def _kind(dtype: Any) -> Kind:
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return "time"
    if dtype in (pl.String, pl.Boolean):
        return "shares"
    return "list" if isinstance(dtype, pl.List | pl.Array) else "other"


def _numeric(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.Datetime):
        in_microseconds = {"ms": 1e3, "us": 1.0, "ns": 1e-3}[values.dtype.time_unit]
        values = values.to_physical().cast(pl.Float64) * in_microseconds  # as integers, many milliseconds overflow
    elif values.dtype == pl.Date:
        values = values.cast(pl.Int32)
    return values.drop_nulls().cast(pl.Float64)


def _of_type(value: Any, dtype: Any) -> Any:
    """A figure of a column, as JSON has it: rounded to a second, or to a day, for times."""
    try:
        if dtype == pl.Date:
            return (date(1970, 1, 1) + timedelta(days=round(value))).isoformat()
        if isinstance(dtype, pl.Datetime):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(value / 1e6))
            return plain(moment if dtype.time_zone else moment.replace(tzinfo=None))
    except OverflowError:
        return f"{value:g} {'days' if dtype == pl.Date else 'microseconds'} since 1970"
    return int(value) if dtype.is_integer() and value.is_integer() else value
