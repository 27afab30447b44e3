"""Changes of fields: on one side only, named otherwise, required or not."""

from __future__ import annotations

from demo_data.contract import Kind
from tests.contract.changes.change import CHANGED, CONTACT, FARMER, LOST, NATIONAL_ID, OURS, SIZE, YOURS, Change

FIELDS = {
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
}
