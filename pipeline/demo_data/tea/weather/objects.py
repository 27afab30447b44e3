"""The Polyfactory class of daily weather."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from demo_data.engine.world import Block
from demo_data.objects.call import Call
from demo_data.objects.overrides import repeated
from demo_data.objects.parents import latest_last
from demo_data.objects.state import whole
from demo_data.recipes.calendar import first_day, last_day
from demo_data.tea.objects import TeaFactory, picked
from demo_data.tea.places import Places
from demo_data.tea.weather.model import RegionalWeather

WEATHER_DAYS = 30
"""Days up to the last one that weather is made for where no profile says how many."""


class RegionalWeatherFactory(TeaFactory[RegionalWeather]):
    """Daily weather of the registered regions: the latest of the last 30 days (or of the profile's history) first.

    A batch is in order of time, the regions in turn on each day.

    >>> import datetime
    >>> days = RegionalWeatherFactory.build_for_region_and_dates("nyeri-highland", datetime.date(2026, 1, 1), 7)
    >>> all(day.temp_min < day.temp_max for day in days)
    True
    """

    @classmethod
    def _block(cls, call: Call, settings: dict[str, Any]) -> Block:
        places = Places(settings, call.registry)
        regions = picked(call, "region_id", "regions")
        numbers = places.index("regions", regions)
        days = last_day(settings) - first_day(settings) + 1 if call.state.profile else WEATHER_DAYS
        day = call.given.get("date")
        if day is None:
            back = call.numbered("region_id", regions)
            if not call.single:
                if np.bincount(numbers).max() > days:
                    raise ValueError(
                        f"{call.size} days of weather are more than {len(set(regions))} regions have in {days} days; "
                        f"{cls.__name__}.build_for_region_and_dates makes any others"
                    )
                back = latest_last(numbers, back)
            day = last_day(settings) - back % days
            if not call.single and "region_id" not in call.given:
                order = np.lexsort((numbers, day))  # of events, as they happen
                numbers, day = numbers[order], day[order]
        return Block(places.world(), cls.recipe(), call.rows, call.given | {"region": numbers, "day": day})

    @classmethod
    def build_for_region_and_dates(
        cls, region_id: str, start_date: Any, num_days: int, **overrides: Any
    ) -> list[RegionalWeather]:
        """A region's weather on consecutive days: the same as in a dataset of this seed.

        Raises TypeError or ValueError where there is no such span of days.
        """
        num_days = whole(f"{cls.__name__}: num_days", num_days, 1)
        if not isinstance(start_date, datetime.date):
            raise TypeError(f"{cls.__name__}: start_date is a date, not {start_date!r}")
        cls._check_names(overrides)
        first = start_date.date() if isinstance(start_date, datetime.datetime) else start_date
        dates = [first + datetime.timedelta(days=day) for day in range(num_days)]
        return cls._objects(num_days, repeated({"region_id": region_id, **overrides}, num_days) | {"date": dates})
