"""Collection points: where farmers bring their leaf."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Entity, ForeignKey, OneLine, Plain, PrimaryKey, Record, TimeRange, Timestamp
from demo_data.tea.values import GeoLocation

Day = Annotated[str, Field(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)$")]


class OperatingHours(Record):
    """Opening hours, Kenya's time."""

    weekdays: TimeRange = "06:00-10:00"
    weekends: TimeRange = "07:00-09:00"


class CollectionPointCapacity(Record):
    """What a collection point can take, and what it has."""

    max_daily_kg: Annotated[int, Field(ge=0)] = 0
    storage_type: Annotated[str, Field(pattern=r"^(covered_shed|open_air|refrigerated)$")] = "covered_shed"
    has_weighing_scale: bool = False
    has_qc_device: bool = False


class CollectionPoint(Entity):
    """A place where one factory takes leaf from the farmers around it."""

    table: ClassVar[str] = "collection_points"

    id: Annotated[str, PrimaryKey()]
    name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    factory_id: Annotated[str, ForeignKey("factories")]
    location: GeoLocation
    region_id: Annotated[str, ForeignKey("regions")]
    clerk_id: str | None = None
    clerk_phone: Annotated[str | None, Plain()] = None
    operating_hours: OperatingHours = Field(default_factory=OperatingHours)
    collection_days: list[Day] = Field(default_factory=lambda: ["mon", "wed", "fri", "sat"])
    capacity: CollectionPointCapacity = Field(default_factory=CollectionPointCapacity)
    status: Annotated[str, Field(pattern=r"^(active|inactive|seasonal)$")] = "active"
    farmer_ids: list[Annotated[str, ForeignKey("farmers", deferred=True)]] = Field(default_factory=list)
    created_at: Timestamp
    updated_at: Timestamp
