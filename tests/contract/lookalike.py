# ruff: noqa: RUF036, UP006, UP007, UP035, UP042, UP045 (other ways to write the same types are what this file is for)
"""Some of our classes as another team would write them: the same contract, in other typing styles.

The tests change this text, a piece at a time, and see the difference told.
"""

import datetime as dt
from enum import Enum
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional, Union

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    RootModel,
    StrictBool,
    StringConstraints,
    confloat,
    conint,
    conlist,
    constr,
)

FarmerId = NewType("FarmerId", str)
Name = constr(min_length=1, max_length=100)
TimeRange = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Latitude(RootModel[confloat(ge=-90, le=90)]):
    pass


class Base(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)


class GeoLocation(Base):
    latitude: Latitude
    longitude: confloat(ge=-180, le=180)
    altitude_meters: float = 0


class ContactInfo(Base):
    phone: str = ""
    email: str = ""
    address: str = ""


class FarmScale(Enum):
    small = "smallholder"
    middle = "medium"
    large = "estate"


class Language(str, Enum):
    swahili = "sw"
    kikuyu = "ki"
    luo = "luo"
    english = "en"


class Farmer(Base):
    id: FarmerId
    grower_number: Optional[str] = None
    first_name: Name
    last_name: Name
    region_id: str
    farm_location: GeoLocation
    contact: ContactInfo = ContactInfo()
    farm_size_hectares: float = Field(ge=0.01, le=1000)
    farm_scale: FarmScale
    national_id: Annotated[str, Field(min_length=1), Field(max_length=20)]
    registration_date: AwareDatetime
    is_active: StrictBool = True
    notification_channel: Literal["sms", "whatsapp"] = "sms"
    interaction_pref: Union[Literal["text"], Literal["voice"]] = "text"
    pref_lang: Language = Language.swahili
    created_at: dt.datetime = Field(default_factory=now)
    updated_at: dt.datetime = Field(default_factory=now)


class Hours(Base):
    """Ours is called OperatingHours."""

    weekdays: TimeRange = "06:00-10:00"
    weekends: TimeRange = "07:00-09:00"


class CollectionPointCapacity(Base):
    max_daily_kg: NonNegativeInt = 0
    storage_type: Literal["covered_shed", "open_air", "refrigerated"] = "covered_shed"
    has_weighing_scale: bool = False
    has_qc_device: bool = False


class CollectionPoint(Base):
    id: str
    name: Name
    factory_id: str = Field(alias="factory_id")
    location: GeoLocation
    region_id: str = Field(validation_alias=AliasChoices("region", "region_id"))
    clerk_id: None | str = None
    clerk_phone: None | str = None
    operating_hours: Hours = Hours()
    collection_days: List[Weekday]
    capacity: CollectionPointCapacity = CollectionPointCapacity()
    status: Annotated[str, Field(pattern="^(?:seasonal|active|inactive)$")] = "active"
    farmer_ids: List[FarmerId] = []
    created_at: dt.datetime
    updated_at: dt.datetime


class WeatherObservation(Base):
    temp_min: float
    temp_max: float
    precipitation_mm: NonNegativeFloat
    humidity_avg: confloat(ge=0, le=100)


class RegionalWeather(WeatherObservation):
    region_id: str
    date: dt.date
    source: str = "open-meteo"
    created_at: dt.datetime


class GradingAttribute(Base):
    num_classes: conint(gt=1)
    classes: conlist(str, min_length=2)


class ConditionalReject(Base):
    if_attribute: str
    if_value: str
    then_attribute: str
    reject_values: list[str]


class GradeRules(Base):
    reject_conditions: dict[str, list[str]] = {}
    conditional_reject: list[ConditionalReject] = []


class GradingModel(Base):
    model_id: str
    model_version: str
    regulatory_authority: Optional[str] = None
    crops_name: str
    market_name: str
    grading_type: Literal["binary", "ternary", "multi_level"]
    attributes: Dict[str, GradingAttribute]
    grade_rules: GradeRules = GradeRules()
    grade_labels: Dict[str, str]
    active_at_factory: List[str] = []
    created_at: dt.datetime
    updated_at: dt.datetime


class RawDocumentRef(Base):
    blob_container: str
    blob_path: str
    content_hash: str
    size_bytes: NonNegativeInt
    stored_at: dt.datetime


class ExtractionMetadata(Base):
    ai_agent_id: str
    extraction_timestamp: dt.datetime
    confidence: Annotated[float, Field(ge=0, le=1)]
    validation_passed: bool = True
    validation_warnings: list[str] = []


class IngestionMetadata(Base):
    ingestion_id: str
    source_id: str
    received_at: dt.datetime
    processed_at: dt.datetime


class LinkageFields(Base):
    """Ours is an open dict, so that this class may leave more open than what we publish does."""

    farmer_id: Optional[str] = None
    factory_id: str
    collection_point_id: str
    grading_model_id: str
    note: str = ""


class Document(Base):
    document_id: str = Field(default_factory=lambda: "DOC-1")
    raw_document: RawDocumentRef
    extraction: ExtractionMetadata
    ingestion: IngestionMetadata
    extracted_fields: dict[str, Any]
    linkage_fields: LinkageFields
    created_at: dt.datetime
