"""Farmers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from demo_data.schema import Decimals, Entity, ForeignKey, OneLine, Plain, PrimaryKey, Timestamp
from demo_data.tea.values import ContactInfo, FarmScale, GeoLocation


class NotificationChannel(StrEnum):
    """How a farmer is notified."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


class InteractionPreference(StrEnum):
    """How a farmer likes to be spoken to."""

    TEXT = "text"
    VOICE = "voice"


class PreferredLanguage(StrEnum):
    """Swahili, Kikuyu, Luo, English."""

    SW = "sw"
    KI = "ki"
    LUO = "luo"
    EN = "en"


class Farmer(Entity):
    """A tea farmer with one farm."""

    table: ClassVar[str] = "farmers"

    id: Annotated[str, PrimaryKey()]
    grower_number: Annotated[str | None, Plain()] = None
    first_name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    last_name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    region_id: Annotated[str, ForeignKey("regions")]
    farm_location: GeoLocation
    contact: ContactInfo = Field(default_factory=ContactInfo)
    farm_size_hectares: Annotated[float, Field(ge=0.01, le=1000.0), Decimals(2)]
    farm_scale: FarmScale
    national_id: Annotated[str, Field(min_length=1, max_length=20), Plain()]
    registration_date: Timestamp
    is_active: bool = True
    notification_channel: NotificationChannel = NotificationChannel.SMS
    interaction_pref: InteractionPreference = InteractionPreference.TEXT
    pref_lang: PreferredLanguage = PreferredLanguage.SW
    created_at: Timestamp
    updated_at: Timestamp
