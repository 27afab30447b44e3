"""The weather of certain days."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import pytest

from demo_data import (
    RegionalWeatherFactory,
)
from tests.objects.village import LAST


def test_weather_of_consecutive_days() -> None:
    """Consecutive days of one region, each colder at night than by day, and alike from day to day."""
    first = datetime.date(2024, 2, 20)
    days = RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", first, 400)
    warmth = [found.temp_max for found in days]
    mean = sum(warmth) / len(warmth)
    together = sum((before - mean) * (after - mean) for before, after in pairwise(warmth))

    assert [found.date for found in days] == [first + datetime.timedelta(days=ahead) for ahead in range(400)]
    assert all(found.temp_min < found.temp_max for found in days)
    assert {found.region_id for found in days} == {"nandi-highland"}
    assert together / sum((one - mean) ** 2 for one in warmth) > 0.4
    assert (
        RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", first, 3, source="gauge")[2].source
        == "gauge"
    )


@pytest.mark.parametrize(
    ("start", "number", "error"),
    [("2026-01-01", 3, TypeError), (LAST, 0, ValueError), (LAST, -1, ValueError), (LAST, 2.0, TypeError)],
)
def test_wrong_days_of_weather(start: Any, number: Any, error: type[Exception]) -> None:
    """Weather needs a date and at least one day."""
    with pytest.raises(error, match=r"num_days|start_date"):
        RegionalWeatherFactory.build_for_region_and_dates("nandi-highland", start, number)
