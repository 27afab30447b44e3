"""Regions: one tea zone of one county in one altitude band."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from demo_data.schema import CalendarDay, Decimals, Entity, OneLine, PrimaryKey, Record, TimeOfDay, TimeRange, Timestamp
from demo_data.tea.values import GPS, Latitude, Longitude


class AltitudeBandLabel(StrEnum):
    """Lowland below 800 m, midland 800 to 1200 m, highland above."""

    HIGHLAND = "highland"
    MIDLAND = "midland"
    LOWLAND = "lowland"


class AltitudeBand(Record):
    """The altitudes of a region, in metres, inside its label's band."""

    min_meters: Annotated[int, Field(ge=0)]
    max_meters: Annotated[int, Field(ge=0)]
    label: AltitudeBandLabel

    @model_validator(mode="after")
    def _ordered(self) -> AltitudeBand:
        if self.max_meters < self.min_meters:
            raise ValueError("max_meters must be at least min_meters")
        return self


class Coordinate(Record):
    """A corner of a polygon ring, in degrees."""

    longitude: Longitude
    latitude: Latitude


class PolygonRing(Record):
    """A closed line: at least four points, the last equal to the first."""

    points: Annotated[list[Coordinate], Field(min_length=4)]

    @model_validator(mode="after")
    def _closed(self) -> PolygonRing:
        if self.points[0] != self.points[-1]:
            raise ValueError("a ring must be closed: its last point equals its first")
        return self


class RegionBoundary(Record):
    """A polygon: the outer ring, then its holes."""

    type: Literal["Polygon"] = "Polygon"
    rings: Annotated[list[PolygonRing], Field(min_length=1)]


class Geography(Record):
    """Where a region lies: a circle around a centre, and an altitude band."""

    center_gps: GPS
    radius_km: Annotated[float, Field(gt=0, le=100), Decimals(1)]
    altitude_band: AltitudeBand
    boundary: RegionBoundary | None = None
    area_km2: Annotated[float | None, Field(ge=0), Decimals(1)] = None
    perimeter_km: Annotated[float | None, Field(ge=0), Decimals(1)] = None


class FlushPeriod(Record):
    """A part of the tea year, both days included; it may wrap the year's end."""

    start: CalendarDay
    end: CalendarDay
    characteristics: Annotated[str, Field(max_length=200)] = ""


class FlushCalendar(Record):
    """The tea year of a region."""

    first_flush: FlushPeriod
    monsoon_flush: FlushPeriod
    autumn_flush: FlushPeriod
    dormant: FlushPeriod


class Agronomic(Record):
    """Growing conditions."""

    soil_type: Annotated[str, Field(max_length=50)]
    typical_diseases: list[str] = Field(default_factory=list)
    harvest_peak_hours: TimeRange = "06:00-10:00"
    frost_risk: bool = False


class WeatherConfig(Record):
    """What a weather service is asked for."""

    api_location: GPS
    altitude_for_api: Annotated[int, Field(ge=0)]
    collection_time: TimeOfDay = "06:00"


class Region(Entity):
    """A tea zone: `{county}-{band}`."""

    table: ClassVar[str] = "regions"

    region_id: Annotated[str, PrimaryKey(), Field(pattern=r"^[a-z0-9]+-(highland|midland|lowland)$")]
    name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    county: Annotated[OneLine, Field(min_length=1, max_length=50)]
    country: Annotated[OneLine, Field(max_length=50)] = "Kenya"
    geography: Geography
    flush_calendar: FlushCalendar
    agronomic: Agronomic
    weather_config: WeatherConfig
    is_active: bool = True
    created_at: Timestamp
    updated_at: Timestamp

    def get_altitude_band_label(self) -> AltitudeBandLabel:
        """The label of the region's altitude band."""
        return self.geography.altitude_band.label
