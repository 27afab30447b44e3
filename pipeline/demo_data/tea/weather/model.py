"""Daily weather of a region."""

from __future__ import annotations

import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Day, Decimals, Entity, EventTime, ForeignKey, PrimaryKey, Record, Timestamp

Celsius = Annotated[float, Decimals(1)]

Millimetres = Annotated[float, Field(ge=0), Decimals(1)]

Humidity = Annotated[float, Field(ge=0, le=100), Decimals(1)]


class WeatherObservation(Record):
    """The four measured fields of a day."""

    temp_min: Celsius
    temp_max: Celsius
    precipitation_mm: Millimetres
    humidity_avg: Humidity


class RegionalWeather(Entity):
    """One day's weather in one region; days are Kenya's."""

    table: ClassVar[str] = "weather_observations"

    region_id: Annotated[str, PrimaryKey(), ForeignKey("regions")]
    date: Annotated[Day, PrimaryKey(), EventTime()]
    temp_min: Celsius
    temp_max: Celsius
    precipitation_mm: Millimetres
    humidity_avg: Humidity
    source: str = "open-meteo"
    created_at: Timestamp

    @classmethod
    def from_observation(
        cls, region_id: str, date: datetime.date, observation: WeatherObservation, source: str = "open-meteo"
    ) -> RegionalWeather:
        """The record of a day that was measured in a region; created now."""
        return cls(region_id=region_id, date=date, source=source, **observation.model_dump())

    def to_observation(self) -> WeatherObservation:
        """What was measured, without where and when."""
        return WeatherObservation(**{name: getattr(self, name) for name in WeatherObservation.model_fields})
