"""Every model against the platform's field tables: fields, types, bounds, defaults."""

from __future__ import annotations

import types
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import annotated_types
import pytest
from pydantic.fields import FieldInfo

from demo_data.schema.record import Record
from demo_data.tea import DOMAIN
from demo_data.tea.weather.model import RegionalWeather, WeatherObservation
from tests.tea.platform import CLASSES, CONTRACT, EVERY_CLASS, ROWS

OWN_DEFAULTS = {"CollectionPoint.collection_days": ["mon", "wed", "fri", "sat"]}


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
