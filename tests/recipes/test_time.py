from __future__ import annotations

import calendar
import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.recipes.calendar import (
    WEEKDAYS,
    born_day,
    calendar_day,
    day_of_year,
    first_day,
    last_day,
    month,
    seasonal,
    spread_on,
    weekday,
)
from demo_data.tea.recipe import world_end

EPOCH = datetime.date(1970, 1, 1)
DATES = st.dates(datetime.date(1950, 1, 1), datetime.date(2110, 12, 31))


def days(dates: list[datetime.date]) -> np.ndarray:
    return np.array([(date - EPOCH).days for date in dates])


@settings(deadline=None, max_examples=100)
@given(st.lists(DATES, min_size=1, max_size=50))
def test_calendar(dates: list[datetime.date]) -> None:
    """Weekday, month and day of the (leap) year are datetime's."""
    leap = [date.replace(year=2024) for date in dates]

    assert [date.weekday() for date in dates] == weekday(days(dates)).tolist()
    assert [date.month - 1 for date in dates] == month(days(dates)).tolist()
    assert [date.timetuple().tm_yday - 1 for date in leap] == day_of_year(days(dates)).tolist()


@settings(deadline=None, max_examples=100)
@given(DATES)
def test_calendar_day(date: datetime.date) -> None:
    """The number of MM-DD is that of the same day in every year."""
    assert calendar_day(f"{date:%m-%d}") == day_of_year(days([date]))[0]


def test_weekdays() -> None:
    """Weekdays are named from Monday."""
    assert [calendar.day_abbr[i].lower() for i in range(7)] == list(WEEKDAYS)


@settings(deadline=None, max_examples=50)
@given(DATES, st.integers(-9_000, 9_000), st.integers(1, 20_000))
def test_ends_of_history(as_of: datetime.date, later: int, length: int) -> None:
    """The history has `days` up to `born`, and ends with `as_of`; the tea world ends that day at 21:00 in Kenya."""
    born = as_of + datetime.timedelta(later)
    profile = {"as_of": as_of, "born": born, "days": length}
    end = datetime.datetime.combine(as_of, datetime.time(21), datetime.timezone(datetime.timedelta(hours=3)))

    assert (as_of - EPOCH).days == last_day(profile)
    assert (born - EPOCH).days == born_day(profile) == first_day(profile) + length - 1
    assert end.timestamp() == world_end(profile)


NORMALS = np.array([14.0, 14.6, 15.1, 15.5, 15.2, 14.1, 13.4, 13.6, 14.3, 14.9, 14.7, 14.1])
YEAR = np.arange((datetime.date(2025, 1, 1) - EPOCH).days, (datetime.date(2026, 1, 1) - EPOCH).days)


def curve(at: np.ndarray) -> np.ndarray:
    return seasonal(np.tile(NORMALS, (len(at), 1)), at)


def test_seasonal_months() -> None:
    """A month's mean along the curve is near its normal, and the year's is the normals' mean."""
    for number, normal in enumerate(NORMALS):
        assert curve(YEAR[month(YEAR) == number]).mean() == pytest.approx(normal, abs=0.25)
    assert curve(YEAR).mean() == pytest.approx(NORMALS.mean(), abs=0.02)


@pytest.mark.parametrize("number", range(12))
def test_seasonal_passes_through_the_middle(number: int) -> None:
    """In the middle of a month the curve is the month's normal."""
    length = calendar.monthrange(2025, number + 1)[1]
    middle = days([datetime.date(2025, number + 1, 1)])[0] + (length - 1) / 2
    around = np.array([int(np.floor(middle)), int(np.ceil(middle))])

    assert curve(around).mean() == pytest.approx(NORMALS[number], abs=0.02)


def test_seasonal_has_no_steps() -> None:
    """The curve never moves by more in a day than the steepest pair of months allows, over new year too."""
    steepest = np.abs(np.diff(NORMALS, append=NORMALS[0])).max() / 28

    assert np.abs(np.diff(curve(np.arange(YEAR[0], YEAR[0] + 800)))).max() <= steepest * 1.1


def test_seasonal_by_row() -> None:
    """Every row follows its own monthly values."""
    monthly = np.stack([np.full(12, 1.0), np.full(12, 2.0), np.arange(12.0)])
    middle = days([datetime.date(2025, 7, 16)] * 3)

    assert seasonal(monthly, middle).tolist() == pytest.approx([1.0, 2.0, 6.0], abs=0.05)


@settings(deadline=None, max_examples=100)
@given(DATES, st.sets(st.sampled_from(WEEKDAYS), min_size=1))
def test_spread_on(date: datetime.date, names: set[str]) -> None:
    """Moments come on the weekdays asked for, never sooner, within two weeks, in their order and evenly."""
    moments = days([date])[0] + np.arange(0, 700, 0.01)
    made = spread_on(names, moments)

    assert {WEEKDAYS[number] for number in weekday(made)} == names
    assert (np.diff(made) >= 0).all()
    assert (made >= np.floor(moments)).all()
    assert (made < moments + 14).all()
    if names in ({*WEEKDAYS}, {*WEEKDAYS[:5]}):
        counts = np.bincount(weekday(made))[: len(names)]
        assert counts.max() - counts.min() < 0.02 * counts.mean()
