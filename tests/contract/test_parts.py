from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, IntEnum
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NewType, Optional, TypeVar, Union

import pytest
from pydantic import (
    AwareDatetime,
    BaseModel,
    EmailStr,
    Field,
    JsonValue,
    NegativeInt,
    PastDate,
    PositiveInt,
    RootModel,
    StrictFloat,
    confloat,
    conint,
    conlist,
    constr,
)
from typing_extensions import TypeAliasType

from demo_data.contract.changes import changes, located, top
from demo_data.contract.describe import Value, describe, read
from demo_data.contract.drift import Kind
from demo_data.contract.values import unfit
from demo_data.tea.documents.model import Document
from demo_data.tea.performance.model import FarmerPerformance
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.regions.model import Region

T = TypeVar("T")
Name = NewType("Name", str)
Many = TypeAliasType("Many", list[T], type_params=(T,))


class Share(RootModel[Annotated[float, Field(ge=0)]]):
    pass


class Colour(Enum):
    GREEN = "green"


SAME = {
    "whole numbers above": (PositiveInt, Annotated[int, Field(ge=1)]),
    "whole numbers below": (NegativeInt, Annotated[int, Field(le=-1)]),
    "the tightest bound": (Annotated[PositiveInt, Field(ge=5, lt=10)], conint(ge=5, le=9)),
    "the tightest length": (Annotated[constr(min_length=2), Field(min_length=1)], constr(min_length=2)),
    "no least length": (constr(min_length=0), str),
    "strictness": (StrictFloat, float),
    "a root": (Share, confloat(ge=0)),
    "bounds around null": (Annotated[Optional[float], Field(ge=0)], Optional[confloat(ge=0)]),  # noqa: UP045
    "null in a Literal": (Literal["a", None], Optional[Literal["a"]]),  # noqa: UP045
    "Literals together": (Union[Literal["a"], Literal["b"]], Literal["a", "b"]),  # noqa: UP007
    "a pattern of words": (constr(pattern=r"^(a|b)$"), Literal["a", "b"]),
    "a compiled pattern": (Annotated[str, Field(pattern=re.compile("^x"))], constr(pattern="^x")),
    "members in a Literal": (Literal[Colour.GREEN], Literal["green"]),
    "another name": (Name, str),
    "an alias with an argument": (Many[int], list[int]),
    "a sequence": (Sequence[str], list[str]),
    "a tuple of any length": (tuple[str, ...], list[str]),
    "a tuple": (tuple[float, float], conlist(float, min_length=2, max_length=2)),
    "a mapping": (Mapping[str, int], dict[str, int]),
    "a bare dict": (dict, dict[str, Any]),
    "a moment with a zone": (AwareDatetime, dt.datetime),
    "a day gone by": (PastDate, dt.date),
    "anything": (object, Any),
    "any JSON": (JsonValue, Any),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_the_same_in_other_words(one: Any, other: Any) -> None:
    """Ways to write one type are read alike."""
    assert read(one) == read(other)


def test_an_alias_of_itself() -> None:
    """A type that contains itself may hold anything, as far as we tell."""
    nested: Any = SimpleNamespace()  # as Python 3.12 makes of `type Nested = list[Nested]`
    nested.__value__ = list[nested]

    assert read(nested) == Value("any")
    assert read(list[nested]) == Value("any")


FITS = {
    "int for float": (float, int, None, None),
    "float for int": (int, float, " with a fraction", ""),
    "text for int": (int, str, " whose text is no number", ""),
    "bool for int": (int, bool, None, ""),
    "date for datetime": (dt.datetime, dt.date, None, ""),
    "datetime for date": (dt.date, dt.datetime, "", ""),
    "datetime for text": (str, dt.datetime, None, None),
    "text for datetime": (dt.datetime, str, " whose text is no datetime", " whose text is no datetime"),
    "UUID for text": (str, uuid.UUID, None, None),
    "text for an address": (EmailStr, str, " whose text is no EmailStr", " whose text is no EmailStr"),
    "float for Decimal": (Decimal, float, None, None),
    "Decimal for float": (float, Decimal, "", ""),
    "words for text": (str, Literal["a"], None, None),
    "text for words": (Literal["a"], str, " with another word", " with another word"),
    "words for more words": (Literal["a", "b"] | int, Literal["a"], None, None),
    "numbers in words for text": (str, IntEnum("Grade", "FIRST SECOND"), "", ""),
    "anything for text": (str, Any, " that hold another type", " that hold another type"),
    "text for anything": (Any, str, None, None),
    "text for one of two": (int | str, str, None, None),
    "one of two for text": (str, int | str, " that hold another type", " that hold another type"),
    "none of two for text": (str, int | float, "", ""),
    "a model for a dict": (dict[str, Any], Share | None, "", ""),
}


@pytest.mark.parametrize(("reader", "writer", "lax", "strict"), FITS.values(), ids=FITS.keys())
def test_what_a_reader_rejects(reader: Any, writer: Any, lax: str | None, strict: str | None) -> None:
    """Which of the writer's values the reader rejects, and which it does in strict JSON mode."""
    assert unfit(read(reader), read(writer), strict=False) == lax
    assert unfit(read(reader), read(writer), strict=True) == strict


def test_a_model_for_a_dict() -> None:
    """A dict takes a model where its values take the model's fields."""

    class Pair(BaseModel):
        left: int
        right: str

    assert unfit(read(dict[str, Any]), read(Pair), strict=False) is None
    assert unfit(read(dict[str, int | str]), read(Pair), strict=False) is None
    assert unfit(read(dict[str, bool]), read(Pair), strict=True) == ""
    assert unfit(read(Pair), read(dict[str, Any]), strict=False) == " with other keys"


@pytest.mark.parametrize(
    ("model", "ours", "back", "expected"),
    [
        (CollectionPoint, {"farmer_ids": ["a", "b"]}, {"farmer_ids": ["a", "b"]}, []),
        (CollectionPoint, {"farmer_ids": ["a", "b"]}, {"farmer_ids": ["a", "c"]}, [("farmer_ids[]", Kind.CHANGES)]),
        (CollectionPoint, {"farmer_ids": ["a", "b"]}, {"farmer_ids": ["a"]}, [("farmer_ids", Kind.CHANGES)]),
        (CollectionPoint, {"farmer_ids": ["a"]}, {"farmer_ids": "a"}, [("farmer_ids", Kind.CHANGES)]),
        (CollectionPoint, {"location": {"latitude": 1}}, {"location": 1}, [("location", Kind.CHANGES)]),
        (CollectionPoint, {"location": {"latitude": 1}}, {"location": {}}, [("latitude", Kind.LOSES)]),
        (CollectionPoint, {"location": {"latitude": 1}}, {"location": {"latitude": 1.0}}, []),
        (Region, {"is_active": True}, {"is_active": 1}, [("is_active", Kind.CHANGES)]),
        (Region, {"name": "a"}, {"name": "a", "more": 1}, []),  # validation by our class tells it
        (Region, {"created_at": "2026-01-31T06:12:00Z"}, {"created_at": "2026-01-31T09:12:00+03:00"}, []),
        (Region, {"created_at": "2026-01-31T06:12:00Z"}, {"created_at": "2026-01-31T06:12:00"}, []),
        (Region, {"created_at": "2026-01-31T06:12:00Z"}, {"created_at": "x"}, [("created_at", Kind.CHANGES)]),
        (Region, {"name": "2026-01-31T06:12:00Z"}, {"name": "2026-01-31T06:12:00"}, [("name", Kind.CHANGES)]),
        (
            FarmerPerformance,
            {"today": {"grade_counts": {"A": 1, "B": 2}}},
            {"today": {"grade_counts": {"A": 2, "C": 1}}},
            [("grade_counts.*", Kind.CHANGES), ("grade_counts.*", Kind.LOSES), ("grade_counts", Kind.CHANGES)],
        ),
        (
            Document,
            {"extracted_fields": {"bag_summary": {"grade": "primary"}, "further": {"a": [1]}}},
            {"extracted_fields": {"bag_summary": {"grade": "reject"}, "further": {"a": [2]}, "more": 1}},
            [("grade", Kind.CHANGES), ("further", Kind.CHANGES)],
        ),
    ],
)
def test_changes(model: type[BaseModel], ours: Any, back: Any, expected: list[tuple[str, Kind]]) -> None:
    """What comes back otherwise is found at its place; moments count, not their text; 1 and 1.0 are one number."""
    assert [(place.field, kind) for place, kind, _ in changes(ours, back, top(model))] == expected


@pytest.mark.parametrize(
    ("steps", "owner", "field"),
    [
        ((), "Region", ""),
        (("geography",), "Region", "geography"),
        (("geography", "center_gps", "lat"), "GPS", "lat"),
        (("geography", "boundary", "rings", 0, "points", 3, "latitude"), "Coordinate", "latitude"),
        (("agronomic", "typical_diseases", 1), "Agronomic", "typical_diseases[]"),
        (("agronomic", "typical_diseases", "list[str]"), "Agronomic", "typical_diseases"),
        (("nickname",), "Region", "nickname"),
        (("name", "function-before[check(), str]"), "Region", "name"),
    ],
)
def test_places(steps: tuple[Any, ...], owner: str, field: str) -> None:
    """An error's location is told as a field of the class that it lies in."""
    place = located(Region, steps)

    assert (place.owner.__name__, place.field) == (owner, field)


def test_names_in_json() -> None:
    """A field is known by the names that it is read and written by; a default by its JSON, where no call makes it."""

    class Record(BaseModel, populate_by_name=True):
        plain: Colour = Colour.GREEN
        aliased: list[str] = Field(alias="other", default_factory=list)
        made: str = Field(default_factory=str, exclude=True)

    found = describe(Record).fields

    assert [(field.reads, field.writes) for field in found.values()] == [
        (("plain",), "plain"),
        (("other", "aliased"), "other"),
        (("made",), None),
    ]
    assert [found["plain"].default, found["aliased"].default] == ["green", []]
    assert found["plain"].value == Value("words", words=("green",), type=Colour)
