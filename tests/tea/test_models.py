"""What the classes demand beyond single fields, and how they read and write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from demo_data.tea.documents.model import Document
from demo_data.tea.factories.model import QualityThresholds
from demo_data.tea.regions.model import AltitudeBand, AltitudeBandLabel, PolygonRing, Region
from demo_data.tea.regions.recipe import known_regions
from demo_data.tea.values import FarmScale
from demo_data.tea.weather.model import RegionalWeather


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
    ("meters", "label"),
    [(0, "lowland"), (799, "lowland"), (800, "midland"), (1200, "midland"), (1201, "highland")],
)
def test_altitude_labels(meters: float, label: str) -> None:
    """Lowland lies below 800 m, midland from 800 to 1200 m, highland above."""
    assert label == AltitudeBandLabel.of(meters)


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
