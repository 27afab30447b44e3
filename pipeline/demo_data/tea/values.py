"""Enumerations and value objects that several tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from demo_data.schema import Decimals, OneLine, Plain, Record

Latitude = Annotated[float, Field(ge=-90, le=90), Decimals(6)]
Longitude = Annotated[float, Field(ge=-180, le=180), Decimals(6)]


class FarmScale(StrEnum):
    """Size class of a farm: smallholder below 1 ha, medium 1 to 5 ha (both included), estate above."""

    SMALLHOLDER = "smallholder"
    MEDIUM = "medium"
    ESTATE = "estate"

    @classmethod
    def from_hectares(cls, hectares: float) -> FarmScale:
        """The class of a farm of `hectares`."""
        if hectares < 1:
            return cls.SMALLHOLDER
        return cls.MEDIUM if hectares <= 5 else cls.ESTATE


class GPS(Record):
    """A point on the map, in degrees."""

    lat: Latitude
    lng: Longitude


class GeoLocation(Record):
    """A place: degrees, and metres above sea level."""

    latitude: Latitude
    longitude: Longitude
    altitude_meters: Annotated[float, Decimals(1)] = 0.0


class ContactInfo(Record):
    """How to reach somebody. Phones are E.164; an empty text means none."""

    phone: Annotated[str, Plain()] = ""
    email: OneLine = ""
    address: str = ""
