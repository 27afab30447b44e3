"""Changes of types, and of the words that a field takes."""

from __future__ import annotations

from demo_data.contract import Kind
from tests.contract.changes.change import CHANGED, NATIONAL_ID, OURS, SCALE, SIZE, YOURS, Change

TYPES = {
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
}
