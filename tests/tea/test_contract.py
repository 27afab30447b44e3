"""Every model against the platform's field tables, transcribed in contract.csv."""

from __future__ import annotations

import csv
import json
import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import annotated_types
import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from demo_data.schema.record import Entity, Record
from demo_data.tea import DOMAIN
from demo_data.tea.documents.model import BagSummary, ExtractedFields, LinkageFields
from demo_data.tea.weather.model import RegionalWeather, WeatherObservation

with (Path(__file__).parent / "contract.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
CONTRACT = {name: [row for row in ROWS if row["model"] == name] for name in dict.fromkeys(r["model"] for r in ROWS)}
OURS = {
    Record,
    Entity,
    WeatherObservation,
    LinkageFields,
    BagSummary,
    ExtractedFields,
}  # in none of its tables

PATTERNS = {
    "Region.region_id": {"nyeri-highland": True, "Nyeri-highland": False, "nyeri": False, "a-upland": False},
    "Agronomic.harvest_peak_hours": {"06:00-10:00": True, "6:00-10:00": False, "06:00": False},
    "WeatherConfig.collection_time": {"23:59": True, "24:00": False, "06:60": False},
    "OperatingHours.weekdays": {"06:30-10:30": True, "06:30-25:00": False},
    "OperatingHours.weekends": {"06:30-10:30": True, "06:30 - 10:30": False},
    "FlushPeriod.start": {"02-29": True, "13-01": False, "1-01": False, "04-32": False},
    "FlushPeriod.end": {"12-31": True, "00-10": False, "12-00": False},
    "CollectionPointCapacity.storage_type": dict.fromkeys(("covered_shed", "open_air", "refrigerated"), True)
    | {"barn": False},
    "CollectionPoint.status": dict.fromkeys(("active", "inactive", "seasonal"), True) | {"open": False},
}
"""Texts that a field takes, and texts that it does not."""

OWN_DEFAULTS = {"CollectionPoint.collection_days": ["mon", "wed", "fri", "sat"]}


def subclasses(kind: type[Record]) -> Iterator[type[Record]]:
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


CLASSES = {
    kind.__name__: kind
    for kind in subclasses(Record)
    if kind not in OURS and kind.__module__.startswith("demo_data.tea.")
}
EVERY_CLASS = [pytest.param(CLASSES.get(name), id=name) for name in CONTRACT]
EVERY_FIELD = [pytest.param(row, id=f"{row['model']}.{row['field']}") for row in ROWS]


def field_of(row: dict[str, str]) -> FieldInfo:
    return CLASSES[row["model"]].model_fields[row["field"]]


def type_text(annotation: Any) -> str:
    """A type as the contract writes it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_text(args[0])
    if origin in (Union, types.UnionType):
        assert args[1:] == (type(None),)
        return f"{type_text(args[0])} or null"
    if origin is Literal:
        return f"one of {'/'.join(args)}"
    if origin in (list, dict):
        return f"{origin.__name__}[{', '.join(type_text(arg) for arg in args)}]"
    return "Any" if annotation is Any else str(annotation.__name__)


def bounds_text(field: FieldInfo) -> str:
    """A field's bounds as the contract writes them; patterns stand elsewhere."""
    found = []
    for mark in field.metadata:
        match mark:
            case annotated_types.MinLen(low):
                found.append(f"length >= {low}")
            case annotated_types.MaxLen(high):
                found.append(f"length <= {high}")
            case annotated_types.Ge(low):
                found.append(f">= {low}")
            case annotated_types.Gt(low):
                found.append(f"> {low}")
            case annotated_types.Le(high):
                found.append(f"<= {high}")
    return ", ".join(found)


def test_models_are_the_contracts() -> None:
    """There is a class for every model of the contract, and none besides."""
    assert set(CONTRACT) == set(CLASSES)


@pytest.mark.parametrize("model", EVERY_CLASS)
def test_fields_in_order(model: type[Record]) -> None:
    """A model has the contract's fields in the contract's order, no field more or less."""
    assert [row["field"] for row in CONTRACT[model.__name__]] == list(model.model_fields)


@pytest.mark.parametrize("row", EVERY_FIELD)
def test_type(row: dict[str, str]) -> None:
    """A field's type is the contract's."""
    assert row["type"] == type_text(field_of(row).annotation)


@pytest.mark.parametrize("row", EVERY_FIELD)
def test_bounds(row: dict[str, str]) -> None:
    """A field's bounds are the contract's."""
    assert row["constraints"] == bounds_text(field_of(row))


@pytest.mark.parametrize("row", EVERY_FIELD)
def test_default(row: dict[str, str]) -> None:
    """A field is required, or has the contract's default."""
    field, name, kind = field_of(row), f"{row['model']}.{row['field']}", row["type"]
    if row["default"] == "required":
        assert field.is_required()
        return
    assert not field.is_required()
    value = field.get_default(call_default_factory=True, validated_data={})
    if row["default"] == "default: now (UTC)":
        assert value.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - value) < timedelta(minutes=1)
    elif row["default"] != "default: its own defaults / empty":
        assert row["default"] == f"default: {(value.value if isinstance(value, Enum) else value)!r}"
    elif name == "Document.document_id":
        assert UUID(value).version == 4
        assert value != field.get_default(call_default_factory=True, validated_data={})
    elif name == "TodayMetrics.metrics_date":
        assert abs(datetime.now(UTC).date() - value) <= timedelta(days=1)
    elif kind in CLASSES:
        assert CLASSES[kind]() == value
    else:
        assert OWN_DEFAULTS.get(name, [] if kind.startswith("list") else {}) == value


def test_weather_observation_has_the_measured_fields() -> None:
    """A WeatherObservation has RegionalWeather's four measured fields, with their types and bounds."""
    measured = ["temp_min", "temp_max", "precipitation_mm", "humidity_avg"]

    assert measured == list(WeatherObservation.model_fields)
    for name in measured:
        ours, theirs = WeatherObservation.model_fields[name], RegionalWeather.model_fields[name]
        assert (theirs.annotation, theirs.metadata) == (ours.annotation, ours.metadata)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("FarmScale", ["smallholder", "medium", "estate"]),
        ("NotificationChannel", ["sms", "whatsapp"]),
        ("InteractionPreference", ["text", "voice"]),
        ("PreferredLanguage", ["sw", "ki", "luo", "en"]),
        ("GradingType", ["binary", "ternary", "multi_level"]),
        ("PaymentPolicyType", ["split_payment", "weekly_bonus", "delayed_payment", "feedback_only"]),
        ("TrendDirection", ["improving", "stable", "declining"]),
        ("AltitudeBandLabel", ["highland", "midland", "lowland"]),
    ],
)
def test_enumeration(name: str, values: list[str]) -> None:
    """An enumeration has the contract's values in order, and its members are texts."""
    found = {
        kind
        for model in CLASSES.values()
        for field in model.model_fields.values()
        if isinstance(kind := field.annotation, type) and issubclass(kind, Enum) and kind.__name__ == name
    }

    assert len(found) == 1
    members = list(found.pop())
    assert values == [member.value for member in members]
    assert all(isinstance(member, str) for member in members)


def test_tables_are_the_contracts() -> None:
    """The tables bear the contract's names and models."""
    assert {table: model.__name__ for table, model in DOMAIN.models.items()} == {
        "grading_models": "GradingModel",
        "source_configs": "SourceConfig",
        "regions": "Region",
        "factories": "Factory",
        "weather_observations": "RegionalWeather",
        "collection_points": "CollectionPoint",
        "farmers": "Farmer",
        "documents": "Document",
        "farmer_performance": "FarmerPerformance",
    }


@pytest.mark.parametrize("model", EVERY_CLASS)
def test_unknown_fields_are_errors(model: type[Record]) -> None:
    """A field that a model does not know is an error."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"shoe_size": 43})

    assert ("extra_forbidden", ("shoe_size",)) in [(fault["type"], fault["loc"]) for fault in caught.value.errors()]


@pytest.mark.parametrize("row", [row for row in ROWS if row["type"].split()[0] in ("int", "float", "bool")])
def test_texts_are_no_numbers_in_files(row: dict[str, str]) -> None:
    """Strict JSON mode takes no text for a number or a truth value, where lax constructors do."""
    model, name = CLASSES[row["model"]], row["field"]
    text = json.dumps({name: "true" if row["type"] == "bool" else "7"})

    def faults(strict: bool) -> list[tuple[Any, ...]]:
        try:
            model.model_validate_json(text, strict=strict)
        except ValidationError as error:
            return [fault["loc"] for fault in error.errors()]
        return []

    assert (name,) in faults(strict=True)
    if row["constraints"] not in (">= -1.0, <= 1.0", ">= 0.0, <= 1.0"):
        assert (name,) not in faults(strict=False)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns(name: str) -> None:
    """Identifiers, times and words of a fixed set are held to the contract's formats."""
    model, field = name.split(".")

    for text, fine in PATTERNS[name].items():
        assert fine == (text not in refused(CLASSES[model], field, text)), text


def refused(model: type[BaseModel], field: str, value: Any) -> list[Any]:
    """The values that `field` refuses; other fields may be missing."""
    try:
        model.model_validate({field: value})
    except ValidationError as error:
        return [fault["input"] for fault in error.errors() if fault["loc"][0] == field]
    return []


def test_patterns_stand_nowhere_else() -> None:
    """Only those fields are held to a pattern, and the items of `collection_days`."""
    held = {
        f"{name}.{key}"
        for name, model in CLASSES.items()
        for key, field in model.model_fields.items()
        if any(getattr(mark, "pattern", None) for mark in field.metadata)
    }

    assert set(PATTERNS) == held


@pytest.mark.parametrize("day", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_collection_days(day: str) -> None:
    """Collection days are the seven weekdays by three letters."""
    assert refused(CLASSES["CollectionPoint"], "collection_days", [day]) == []
    assert [day.upper()] == refused(CLASSES["CollectionPoint"], "collection_days", [day.upper()])
