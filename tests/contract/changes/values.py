"""Changes of bounds, and those that only records show."""

from __future__ import annotations

from demo_data.contract import Kind
from tests.contract.changes.change import CHANGED, CONTACT, FARMER, LOST, OURS, YOURS, Change, validator

VALUES = {
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
