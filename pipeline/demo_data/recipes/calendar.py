"""Calendar arithmetic: days and seconds since 1970; the day a world is drawn as of, and the ends of its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np

from demo_data.recipes.columns import Array, Settings, Span

DAY = 86_400
MICRO = 1_000_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def last_day(settings: Settings) -> int:
    """The last day of the data, `as_of`, in days since 1970-01-01."""
    day: int = settings["as_of"].toordinal() - 719_163
    return day


def born_day(settings: Settings) -> int:
    """The day as of which the world is drawn, in days since 1970-01-01."""
    day: int = settings["born"].toordinal() - 719_163
    return day


def first_day(settings: Settings) -> int:
    """The first day of the history, in days since 1970-01-01: it has `days` up to `born`, whatever the last one is."""
    days: int = settings["days"]
    return born_day(settings) - days + 1


def inside(day: Array, spans: Iterable[Span]) -> Array:
    """Which days lie in one of the spans."""
    within: Array = np.logical_or.reduce([(day >= first) & (day <= last) for first, last in spans])
    return within


def months_of(first: int, last: int) -> Iterator[Span]:
    """The months from a day to another: the first and the last day of each that lie among these."""
    while first <= last:
        end = min(month_end(first), last)
        yield first, end
        first = end + 1


def month_end(day: int) -> int:
    """The last day of a day's month, in days since 1970."""
    later = date.fromordinal(day + 719_163).replace(day=28) + timedelta(days=4)
    return later.toordinal() - later.day - 719_163


def weekday(day: Array) -> Array:
    """0 for Monday to 6 for Sunday."""
    return (day + 3) % 7


def next_on(names: Collection[str], day: Array) -> Array:
    """Each day, or the next one that is one of these weekdays."""
    return day + _steps(frozenset(names))[weekday(day)]


def spread_on(names: Collection[str], moment: Array) -> Array:
    """For each moment (in days since 1970) that day or a later one, within two weeks, that is one of these weekdays.

    Moments that lie evenly over time come evenly on these weekdays, and keep their order.
    """
    wanted = [number for number, name in enumerate(WEEKDAYS) if name in names]
    start = (wanted[-1] + 1) % 7  # a week begins after the last of these days
    offsets = np.array(sorted((day - start) % 7 for day in wanted))
    since = moment + 3 - start
    week = np.floor(since / 7)
    day = (week * 7).astype(np.int64) + offsets[((since - 7 * week) * len(wanted) / 7).astype(np.int64)] + start - 3
    return np.maximum(day, next_on(names, np.floor(moment).astype(np.int64)))


def month(day: Array) -> Array:
    """0 for January to 11 for December."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12


def day_of_year(day: Array) -> Array:
    """0 for 1 January, counted in a leap year, so that every calendar day keeps its number."""
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return _BEFORE_MONTH[months.astype(np.int64) % 12] + (dates - months).astype(np.int64)


def calendar_day(text: str) -> int:
    """The number of the calendar day MM-DD; see `day_of_year`."""
    return int(_BEFORE_MONTH[int(text[:2]) - 1]) + int(text[3:]) - 1


def seasonal(monthly: Array, day: Array) -> Array:
    """Monthly values, shape (n, 12), as a curve through the middle of each month, at n days."""
    this, other, weight = months_around(day)
    row = np.arange(len(day))
    curve: Array = monthly[row, this] * (1 - weight) + monthly[row, other] * weight
    return curve


def months_around(day: Array) -> tuple[Array, Array, Array]:
    """The month of each day, the other one whose middle is near it, and the weight of that one, 0 to 0.5."""
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    this = months.astype(np.int64) % 12
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    phase = ((dates - months).astype(np.int64) + 0.5) / length - 0.5
    return this, np.where(phase < 0, this - 1, this + 1) % 12, np.abs(phase)


@cache
def _steps(names: frozenset[str]) -> Array:
    """Days from each weekday, Monday first, to the next of these."""
    wanted = [name in names for name in WEEKDAYS]
    return np.array([next(days for days in range(7) if wanted[(day + days) % 7]) for day in range(7)])


_BEFORE_MONTH = np.cumsum([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30])
