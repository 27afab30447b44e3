"""What the models' classes take, what they refuse, and in what form it comes back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from demo_data.schema.record import Record
from demo_data.tea.documents.model import Document
from demo_data.tea.factories.model import QualityThresholds
from demo_data.tea.regions.model import AltitudeBand, AltitudeBandLabel, PolygonRing, Region
from demo_data.tea.regions.recipe import known_regions
from demo_data.tea.values import FarmScale
from demo_data.tea.weather.model import RegionalWeather
from tests.tea.platform import CLASSES, EVERY_CLASS, ROWS

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


@pytest.mark.parametrize(
    ("tiers", "fine"),
    [
        ((85, 70, 50), True),
        ((85, 85, 50), False),
        ((85, 50, 50), False),
        ((50, 70, 85), False),
        ((60, 70, 50), False),
    ],
)
def test_tiers_fall(tiers: tuple[float, float, float], fine: bool) -> None:
    """tier_1 > tier_2 > tier_3."""
    values = dict(zip(("tier_1", "tier_2", "tier_3"), tiers, strict=True))
    if fine:
        assert values == QualityThresholds(**values).model_dump()
    else:
        with pytest.raises(ValidationError, match="tier_1 > tier_2 > tier_3"):
            QualityThresholds(**values)


@pytest.mark.parametrize(("low", "high", "fine"), [(1500, 1500, True), (1500, 2000, True), (1500, 1499, False)])
def test_altitudes_rise(low: int, high: int, fine: bool) -> None:
    """max_meters >= min_meters."""
    if fine:
        assert AltitudeBand(min_meters=low, max_meters=high, label=AltitudeBandLabel.HIGHLAND).max_meters == high
    else:
        with pytest.raises(ValidationError, match="max_meters"):
            AltitudeBand(min_meters=low, max_meters=high, label=AltitudeBandLabel.HIGHLAND)


@pytest.mark.parametrize(
    ("corners", "fine"),
    [
        ([(36, 0), (37, 0), (37, 1), (36, 0)], True),
        ([(36, 0), (37, 0), (37, 1), (36, 0.5)], False),
        ([(36, 0), (37, 0), (36, 0)], False),
    ],
)
def test_rings_are_closed(corners: list[tuple[float, float]], fine: bool) -> None:
    """A ring has at least four points, and the last equals the first."""
    ring = {"points": [{"longitude": longitude, "latitude": latitude} for longitude, latitude in corners]}
    if fine:
        assert len(corners) == len(PolygonRing.model_validate(ring).points)
    else:
        with pytest.raises(ValidationError):
            PolygonRing.model_validate(ring)


@pytest.mark.parametrize(
    ("hectares", "scale"),
    [
        (0.01, "smallholder"),
        (0.99, "smallholder"),
        (1.0, "medium"),
        (5.0, "medium"),
        (5.01, "estate"),
        (1000.0, "estate"),
    ],
)
def test_farm_scale(hectares: float, scale: str) -> None:
    """Smallholder below 1 ha, medium from 1 to 5 ha with both ends, estate above."""
    assert scale == FarmScale.from_hectares(hectares)


MOMENT = datetime(2026, 1, 31, 6, 12, tzinfo=UTC)


def document(**values: Any) -> Document:
    return Document.model_validate(
        {
            "raw_document": {
                "blob_container": "qc-raw",
                "blob_path": "a.json",
                "content_hash": "sha256:0",
                "size_bytes": 1,
                "stored_at": MOMENT,
            },
            "extraction": {"ai_agent_id": "x", "extraction_timestamp": MOMENT, "confidence": 1},
            "ingestion": {
                "ingestion_id": "1",
                "source_id": "s",
                "received_at": MOMENT,
                "processed_at": MOMENT,
            },
            "created_at": MOMENT,
        }
        | values
    )


def test_timestamps_end_in_z() -> None:
    """Timestamps are UTC and end in Z in JSON; dates are plain."""
    record = document().model_dump(mode="json")
    weather = RegionalWeather(
        region_id="nyeri-highland",
        date=date(2026, 1, 31),
        temp_min=10,
        temp_max=20,
        precipitation_mm=0,
        humidity_avg=60,
        created_at=MOMENT,
    )

    assert record["created_at"] == "2026-01-31T06:12:00Z"
    assert record["raw_document"]["stored_at"] == "2026-01-31T06:12:00Z"
    assert record["ingestion"]["received_at"] == "2026-01-31T06:12:00Z"
    assert weather.model_dump(mode="json")["date"] == "2026-01-31"


def test_other_time_zones_become_utc() -> None:
    """A moment given in another time zone is published in UTC."""
    there = MOMENT.astimezone(timezone(timedelta(hours=3)))

    assert document(created_at=there).model_dump(mode="json")["created_at"] == "2026-01-31T06:12:00Z"


def test_open_dicts_take_what_comes() -> None:
    """A document from elsewhere may hold other keys in its two dicts, and miss any of ours."""
    record = document(extracted_fields={"colour": "green", "n": [1, {"a": None}]}, linkage_fields={})

    assert record.extracted_fields == {"colour": "green", "n": [1, {"a": None}]}
    assert record.linkage_fields == {}


def test_records_read_back() -> None:
    """A record's JSON is read back in strict mode as the same record."""
    for region in known_regions():
        assert region == Region.model_validate_json(region.model_dump_json(), strict=True)
