"""Values over time as a line of blocks: what a domain's `summary.story` tells of a record."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from math import isfinite

BLOCKS = "▁▂▃▄▅▆▇█"
_PLAIN = "_.-~=+*#"
"""The same, where the terminal has no blocks."""

_LONGEST = 60


@dataclass(frozen=True)
class TimeSeries:
    """Values of a record over time, in order: what they are, and their unit."""

    title: str
    unit: str
    moments: Sequence[date | datetime]
    values: Sequence[float]


def drawable(told: Iterable[TimeSeries]) -> Iterator[TimeSeries]:
    """The series with those points alone that have a moment and a finite value; those that have none are left out."""
    for series in told:
        points = [point for point in zip(series.moments, series.values, strict=True) if _is_known(*point)]
        if points:
            moments, values = zip(*points, strict=True)
            yield replace(series, moments=moments, values=values)


def _is_known(moment: object, value: object) -> bool:
    return moment is not None and isinstance(value, int | float) and isfinite(value)


def sparkline(series: TimeSeries, longest: int = _LONGEST) -> str:
    """The values from left to right in equal spans of time, as heights of means; a space where a span has none."""
    if not series.values:
        return ""
    at = [_seconds(moment) for moment in series.moments]
    first, span = at[0], max(at[-1] - at[0], 1.0)
    count = max(1, min(longest, _LONGEST, len(at)))
    bins: list[list[float]] = [[] for _ in range(count)]
    for moment, value in zip(at, series.values, strict=True):
        bins[min(int((moment - first) / span * count), count - 1)].append(value)
    means = [sum(each) / len(each) if each else None for each in bins]
    known = [mean for mean in means if mean is not None]
    least, height = min(known), max(known) - min(known)
    blocks = _blocks()
    top = len(blocks) - 1
    return "".join(
        " " if mean is None else blocks[round((mean - least) / height * top) if height else top // 2] for mean in means
    )


def _blocks() -> str:
    try:
        BLOCKS.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _PLAIN
    return BLOCKS


def _seconds(moment: date | datetime) -> float:
    whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
    return (whole if whole.tzinfo else whole.replace(tzinfo=UTC)).timestamp()
