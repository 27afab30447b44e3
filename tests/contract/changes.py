"""One change of the lookalike per kind of difference, with what is found: listed here, a change is tested."""

from __future__ import annotations

from dataclasses import dataclass

from demo_data.contract import Breaks, Kind

OURS, YOURS, LOST, CHANGED = Breaks.OURS_FAIL, Breaks.YOURS_FAIL, Breaks.LOST, Breaks.CHANGED


@dataclass(frozen=True)
class Change:
    """The lookalike's text `old` becomes `new`; `kind` is found at `place` (`Class.field`), and `breaks` so much."""

    old: str
    new: str
    place: str
    kind: Kind
    breaks: tuple[Breaks, ...]
    says: str
    """A part of the message."""


NATIONAL_ID = "national_id: Annotated[str, Field(min_length=1), Field(max_length=20)]"
SIZE = "farm_size_hectares: float = Field(ge=0.01, le=1000)"
FARMER = "class Farmer(Base):\n"
SCALE = 'large = "estate"\n'
CONTACT = 'phone: str = ""\n'
VALIDATOR = '    @field_validator("phone")\n    @classmethod\n    def check(cls, phone: str) -> str:\n'


def validator(body: str) -> str:
    """A phone number with a validator of the user's own."""
    return f"{CONTACT}\n{VALIDATOR}        {body}\n\n"


CHANGES = {
    # fields on one side only
    "missing, ours optional": Change(
        "    grower_number: Optional[str] = None\n", "", "Farmer.grower_number", Kind.MISSING, (LOST,), "yours lacks it"
    ),
    "missing, ours required": Change(
        f"    {NATIONAL_ID}\n", "", "Farmer.national_id", Kind.MISSING, (LOST, YOURS), "records of yours fail in ours"
    ),
    "missing and forbidden": Change(
        'address: str = ""\n',
        'model_config = ConfigDict(extra="forbid")\n',
        "ContactInfo.address",
        Kind.MISSING,
        (OURS,),
        "forbids unknown fields",
    ),
    "extra, required": Change(
        FARMER, FARMER + "    nickname: str\n", "Farmer.nickname", Kind.EXTRA, (OURS, YOURS), "give it a default"
    ),
    "extra, optional": Change(
        FARMER, FARMER + "    nickname: str = 'x'\n", "Farmer.nickname", Kind.EXTRA, (YOURS,), "yours only"
    ),
    "extra, by alias": Change(
        FARMER,
        FARMER + "    nickname: str = Field('x', alias='nick')\n",
        "Farmer.nick",
        Kind.EXTRA,
        (YOURS,),
        "yours only",
    ),
    "extra, in an open dict": Change(
        'note: str = ""', "note: str", "LinkageFields.note", Kind.EXTRA, (OURS,), "records of ours fail in yours"
    ),
    "computed": Change(
        NATIONAL_ID,
        f"{NATIONAL_ID}\n\n    @computed_field\n    def age(self) -> int:\n        return 1\n",
        "Farmer.age",
        Kind.COMPUTED,
        (YOURS,),
        "yours computes it",
    ),
    "computed instead of read": Change(
        "farm_scale: FarmScale\n",
        "@computed_field\n    def farm_scale(self) -> FarmScale:\n        return FarmScale.small\n\n",
        "Farmer.farm_scale",
        Kind.COMPUTED,
        (LOST,),
        "does not read ours",
    ),
    "unknown fields": Change(
        FARMER,
        FARMER + '    model_config = ConfigDict(extra="allow")\n',
        "Farmer.",
        Kind.UNKNOWN_FIELDS,
        (YOURS,),
        "allows unknown fields",
    ),
    # names
    "alias": Change(
        NATIONAL_ID,
        'national_id: str = Field(alias="nationalId", min_length=1, max_length=20)',
        "Farmer.national_id",
        Kind.ALIAS,
        (OURS, YOURS),
        "calls it 'nationalId'",
    ),
    "alias of an optional field": Change(
        "grower_number: Optional[str] = None",
        'grower_number: Optional[str] = Field(None, alias="grower")',
        "Farmer.grower_number",
        Kind.ALIAS,
        (LOST, YOURS),
        "calls it 'grower'",
    ),
    "alias of a whole class": Change(
        "class CollectionPointCapacity(Base):\n    max_daily_kg: NonNegativeInt = 0\n",
        "class CollectionPointCapacity(Base):\n"
        "    model_config = ConfigDict(alias_generator=lambda name: name.replace('max', 'most'), defer_build=True)\n"
        "    max_daily_kg: NonNegativeInt = 0\n",
        "CollectionPointCapacity.max_daily_kg",
        Kind.ALIAS,
        (LOST, YOURS),
        "calls it 'most_daily_kg'",
    ),
    "alias in reading": Change(
        NATIONAL_ID,
        'national_id: str = Field(validation_alias="nationalId", min_length=1, max_length=20)',
        "Farmer.national_id",
        Kind.ALIAS,
        (OURS,),
        "reads it as 'nationalId'",
    ),
    "alias in writing": Change(
        NATIONAL_ID,
        'national_id: str = Field(serialization_alias="nationalId", min_length=1, max_length=20)',
        "Farmer.national_id",
        Kind.ALIAS,
        (YOURS,),
        "writes it as 'nationalId'",
    ),
    "left out in writing": Change(
        "grower_number: Optional[str] = None",
        "grower_number: Optional[str] = Field(None, exclude=True)",
        "Farmer.grower_number",
        Kind.UNWRITTEN,
        (LOST,),
        "leaves it out",
    ),
    "left out in writing, ours required": Change(
        NATIONAL_ID,
        "national_id: str = Field(min_length=1, max_length=20, exclude=True)",
        "Farmer.national_id",
        Kind.UNWRITTEN,
        (YOURS,),
        "leaves it out",
    ),
    # required, default, null
    "required": Change(
        SIZE,
        "farm_size_hectares: float = Field(1.0, ge=0.01, le=1000)",
        "Farmer.farm_size_hectares",
        Kind.REQUIRED,
        (YOURS,),
        "ours requires it",
    ),
    "default": Change(
        'source: str = "open-meteo"',
        'source: str = "satellite"',
        "RegionalWeather.source",
        Kind.DEFAULT,
        (CHANGED,),
        "default is 'satellite', ours is 'open-meteo'",
    ),
    "default null": Change(
        CONTACT, "phone: str = None\n", "ContactInfo.phone", Kind.DEFAULT, (YOURS,), "default is None, ours is ''"
    ),
    "null in yours": Change(
        'email: str = ""', "email: Optional[str] = None", "ContactInfo.email", Kind.NULL, (YOURS,), "may be null"
    ),
    "null in ours": Change(
        "clerk_id: None | str = None", "clerk_id: str", "CollectionPoint.clerk_id", Kind.NULL, (OURS,), "never null"
    ),
    "null in a list": Change(
        "collection_days: List[Weekday]",
        "collection_days: List[Optional[Weekday]]",
        "CollectionPoint.collection_days[]",
        Kind.NULL,
        (YOURS,),
        "may be null",
    ),
    # types
    "float for int": Change(
        "max_daily_kg: NonNegativeInt",
        "max_daily_kg: NonNegativeFloat",
        "CollectionPointCapacity.max_daily_kg",
        Kind.TYPE,
        (YOURS,),
        "type is float, ours is int (records of yours fail in ours)",
    ),
    "int for float": Change(
        "altitude_meters: float",
        "altitude_meters: int",
        "GeoLocation.altitude_meters",
        Kind.TYPE,
        (OURS,),
        "records of ours with a fraction",
    ),
    "str for datetime": Change(
        "registration_date: AwareDatetime",
        "registration_date: str",
        "Farmer.registration_date",
        Kind.TYPE,
        (YOURS,),
        "whose text is no datetime",
    ),
    "datetime for date": Change(
        "date: dt.date\n", "date: dt.datetime\n", "RegionalWeather.date", Kind.TYPE, (YOURS,), "type is datetime"
    ),
    "int for str": Change(
        NATIONAL_ID + "\n",
        "national_id: int\n",
        "Farmer.national_id",
        Kind.TYPE,
        (OURS, YOURS),
        "records of ours whose text is no number",
    ),
    "one of two types": Change(
        "region_id: str\n    farm_location",
        "region_id: str | int\n    farm_location",
        "Farmer.region_id",
        Kind.TYPE,
        (YOURS,),
        "type is str or int, ours is str (records of yours that hold another type fail in ours)",
    ),
    "text for a bounded number": Change(
        SIZE,
        "farm_size_hectares: str",
        "Farmer.farm_size_hectares",
        Kind.TYPE,
        (OURS, YOURS),
        "type is str, ours is float (records of ours fail in yours, records of yours fail in ours)",
    ),
    "a number or null": Change(
        "clerk_id: None | str = None",
        "clerk_id: None | int = None",
        "CollectionPoint.clerk_id",
        Kind.TYPE,
        (OURS, YOURS),
        "type is int, ours is str",
    ),
    "a list's items": Change(
        "farmer_ids: List[FarmerId]",
        "farmer_ids: List[int]",
        "CollectionPoint.farmer_ids[]",
        Kind.TYPE,
        (OURS, YOURS),
        "type is int, ours is str",
    ),
    "a set": Change(
        "collection_days: List[Weekday]",
        "collection_days: set[Weekday]",
        "CollectionPoint.collection_days",
        Kind.TYPE,
        (CHANGED,),
        "order and repeats get lost",
    ),
    "a dict's values": Change(
        "grade_labels: Dict[str, str]",
        "grade_labels: Dict[str, int]",
        "GradingModel.grade_labels.*",
        Kind.TYPE,
        (OURS, YOURS),
        "type is int, ours is str",
    ),
    "a dict's keys": Change(
        "grade_labels: Dict[str, str]",
        'grade_labels: Dict[Literal["first", "second"], str]',
        "GradingModel.grade_labels (keys)",
        Kind.TYPE,
        (OURS,),
        "type is one of 'first', 'second', ours is str",
    ),
    "an open dict": Change(
        "extracted_fields: dict[str, Any]",
        "extracted_fields: dict[str, str]",
        "Document.extracted_fields.*",
        Kind.TYPE,
        (OURS,),
        "type is str, ours is Any",
    ),
    "a dict for a model": Change(
        "    contact: ContactInfo = ContactInfo()\n",
        "    contact: dict[str, str] = {}\n",
        "Farmer.contact",
        Kind.TYPE,
        (YOURS,),
        "type is dict of str, ours is ContactInfo",
    ),
    "text for words": Change(
        "pref_lang: Language = Language.swahili",
        'pref_lang: str = "sw"',
        "Farmer.pref_lang",
        Kind.TYPE,
        (YOURS,),
        "with another word",
    ),
    "another type of text": Change(
        "region_id: str\n    farm_location",
        "region_id: UUID\n    farm_location",
        "Farmer.region_id",
        Kind.TYPE,
        (OURS,),
        "no UUID",
    ),
    "a type that cannot be read": Change(
        "    capacity: CollectionPointCapacity = CollectionPointCapacity()\n",
        "    capacity: TypedDict('Capacity', {'max_daily_kg': int, 'storage_type': str, 'has_weighing_scale': bool,"
        " 'has_qc_device': bool})\n",
        "CollectionPoint.capacity",
        Kind.TYPE,
        (),
        "type is Capacity, ours is CollectionPointCapacity: compare by hand",
    ),
    # words
    "a member less": Change(SCALE, "", "FarmScale.estate", Kind.MEMBER, (OURS,), "yours lacks it"),
    "a member more": Change(
        SCALE, SCALE + '    tiny = "hobby"\n', "FarmScale.hobby", Kind.MEMBER, (YOURS,), "ours does not have it"
    ),
    "a word less": Change(
        'Literal["covered_shed", "open_air", "refrigerated"]',
        'Literal["covered_shed", "refrigerated"]',
        "CollectionPointCapacity.storage_type",
        Kind.MEMBER,
        (OURS,),
        "yours lacks 'open_air'",
    ),
    "a word more in a pattern": Change(
        "^(?:seasonal|active|inactive)$",
        "^(seasonal|active|inactive|closed)$",
        "CollectionPoint.status",
        Kind.MEMBER,
        (YOURS,),
        "ours does not have 'closed'",
    ),
    # bounds
    "upper bound, tighter": Change(
        "ge=0.01, le=1000",
        "ge=0.01, le=500",
        "Farmer.farm_size_hectares",
        Kind.BOUND,
        (OURS,),
        "upper bound is 500, ours is 1000.0 (records of ours above it fail in yours)",
    ),
    "upper bound, none": Change(
        "confidence: Annotated[float, Field(ge=0, le=1)]",
        "confidence: NonNegativeFloat",
        "ExtractionMetadata.confidence",
        Kind.BOUND,
        (YOURS,),
        "no upper bound, ours is 1.0",
    ),
    "lower bound, excluded": Change(
        "ge=0.01, le=1000", "gt=0.01, le=1000", "Farmer.farm_size_hectares", Kind.BOUND, (OURS,), "is 0.01 (excluded)"
    ),
    "lower bound, lower": Change(
        "num_classes: conint(gt=1)",
        "num_classes: conint(gt=0)",
        "GradingAttribute.num_classes",
        Kind.BOUND,
        (YOURS,),
        "lower bound is 1, ours is 2",
    ),
    "a step": Change(
        "altitude_meters: float = 0",
        "altitude_meters: float = Field(0, multiple_of=0.5)",
        "GeoLocation.altitude_meters",
        Kind.BOUND,
        (OURS,),
        "step is 0.5, ours has none",
    ),
    "a text's length": Change(
        "max_length=20", "max_length=5", "Farmer.national_id", Kind.LENGTH, (OURS,), "maximum length is 5, ours is 20"
    ),
    "a text's length, looser": Change(
        "max_length=20",
        "max_length=30",
        "Farmer.national_id",
        Kind.LENGTH,
        (YOURS,),
        "maximum length is 30, ours is 20",
    ),
    "a text's least length": Change(
        "Field(min_length=1)", "Field(min_length=2)", "Farmer.national_id", Kind.LENGTH, (OURS,), "minimum length is 2"
    ),
    "a list's length": Change(
        "classes: conlist(str, min_length=2)",
        "classes: List[str]",
        "GradingAttribute.classes",
        Kind.LENGTH,
        (YOURS,),
        "no minimum length, ours is 2",
    ),
    "a pattern": Change(
        CONTACT,
        'phone: Annotated[str, Field(pattern=r"^\\+254")] = ""\n',
        "ContactInfo.phone",
        Kind.PATTERN,
        (OURS,),
        "that do not match it",
    ),
    "another pattern": Change(
        "weekdays: TimeRange",
        r"weekdays: Annotated[str, Field(pattern=r'^\d+ to \d+$')]",
        "OperatingHours.weekdays",
        Kind.PATTERN,
        (OURS, YOURS),
        "ours is ^([01]",
    ),
    # what only records show
    "a validator that rejects": Change(
        CONTACT,
        validator("assert not phone.startswith('+2541'), f'no number of Airtel: {phone}'; return phone"),
        "ContactInfo.phone",
        Kind.REJECTED,
        (OURS,),
        "no number of Airtel",
    ),
    "a validator that changes": Change(
        CONTACT,
        validator("return phone.removeprefix('+254')"),
        "ContactInfo.phone",
        Kind.CHANGES,
        (CHANGED,),
        "'+254",
    ),
    "a validator that breaks": Change(
        CONTACT,
        validator("return {}[phone]"),
        "Farmer.",
        Kind.RAISES,
        (OURS,),
        "reading a record raises KeyError: '+254",
    ),
    "a serializer that loses": Change(
        CONTACT,
        f"{CONTACT}\n    @model_serializer\n    def text(self) -> dict[str, str]:\n"
        "        return {'phone': self.phone, 'address': self.address}\n\n",
        "ContactInfo.email",
        Kind.LOSES,
        (LOST,),
        "is not in what yours writes",
    ),
    "a serializer that breaks": Change(
        FARMER,
        f"{FARMER}    @field_serializer('updated_at')\n    def text(self, moment: dt.datetime) -> str:\n"
        "        raise RuntimeError('no clock')\n\n",
        "Farmer.",
        Kind.RAISES,
        (OURS,),
        "writing a record raises",
    ),
    "a number written as text": Change(
        FARMER,
        f"{FARMER}    @field_serializer('farm_size_hectares')\n    def text(self, size: float) -> str:\n"
        "        return str(size)\n\n",
        "Farmer.farm_size_hectares",
        Kind.RETURNED,
        (YOURS,),
        "Input should be a valid number",
    ),
    "a serializer that ours rejects": Change(
        FARMER,
        f"{FARMER}    @field_serializer('updated_at')\n    def text(self, moment: dt.datetime) -> int:\n"
        "        return 'yesterday'\n\n",
        "Farmer.updated_at",
        Kind.RETURNED,
        (YOURS,),
        "yours writes 'yesterday', which ours rejects",
    ),
}
