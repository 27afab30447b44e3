"""What models can tell of themselves."""

from __future__ import annotations

import datetime

import pytest

import demo_data.models
from demo_data.models import FarmerPerformance, FarmScale, HistoricalMetrics, RegionalWeather, WeatherObservation
from demo_data.schema.record import Record
from demo_data.tea import DOMAIN
from demo_data.tea.kenya.places import counties
from demo_data.tea.regions.model import AltitudeBandLabel
from demo_data.tea.regions.recipe import known_regions, region_of
from tests.tea.kenya.naming import band_of


@pytest.mark.parametrize(
    ("hectares", "scale"),
    [(0.01, "smallholder"), (0.99, "smallholder"), (1.0, "medium"), (5.0, "medium"), (5.01, "estate"), (900, "estate")],
)
def test_scale_from_hectares(hectares: float, scale: str) -> None:
    """Smallholders have less than 1 ha, estates more than 5."""
    assert FarmScale.from_hectares(hectares) == scale


def test_altitude_band_label() -> None:
    """A region tells the label of its band, which holds all of its altitudes."""
    assert {region.get_altitude_band_label() for region in known_regions()} == {AltitudeBandLabel.HIGHLAND}
    for county in counties():
        for label in AltitudeBandLabel:
            band = region_of(county, label).geography.altitude_band
            assert region_of(county, label).get_altitude_band_label() == label
            assert {band_of(meters) for meters in (band.min_meters, band.max_meters)} == {label}


def test_weather_there_and_back() -> None:
    """A measured day becomes a record and comes back the same."""
    seen = WeatherObservation(temp_min=9.5, temp_max=21.0, precipitation_mm=3.2, humidity_avg=81.0)
    record = RegionalWeather.from_observation("nyeri-highland", datetime.date(2026, 1, 31), seen)

    assert (record.region_id, record.date, record.source) == (
        "nyeri-highland",
        datetime.date(2026, 1, 31),
        "open-meteo",
    )
    assert record.to_observation() == seen
    assert RegionalWeather.from_observation("x", record.date, seen, source="gauge").source == "gauge"


def test_a_farmer_who_has_delivered_nothing() -> None:
    """The first record of a farmer holds zeros, and a scale that follows from the farm's size."""
    made = FarmerPerformance.initialize_for_farmer(
        farmer_id="WM-0001", farm_size_hectares=7.5, grading_model_id="tbk_kenya_tea_v1", grading_model_version="1.0.0"
    )

    assert made.farm_scale == FarmScale.ESTATE
    assert made.historical == HistoricalMetrics()
    assert (made.today.deliveries, made.today.grade_counts) == (0, {})


@pytest.mark.parametrize(
    ("recent", "longer", "trend"),
    [
        ({"bud": 30, "banji": 70}, {"bud": 60, "banji": 240}, "increasing"),
        ({"bud": 10, "banji": 90}, {"bud": 60, "banji": 240}, "decreasing"),
        ({"bud": 22, "banji": 78}, {"bud": 60, "banji": 240}, "stable"),
        ({"bud": 18, "banji": 82}, {"bud": 60, "banji": 240}, "stable"),
        ({"banji": 100}, {"banji": 300}, "stable"),
        ({"banji": 100}, {"bud": 3, "banji": 300}, "decreasing"),
        ({"bud": 1, "banji": 1}, {"bud": 60, "banji": 240}, None),
        ({"bud": 2, "banji": 1}, {"bud": 2, "banji": 1}, "stable"),
        ({}, {"bud": 60, "banji": 240}, None),
        ({}, {}, None),
    ],
)
def test_attribute_trend(recent: dict[str, int], longer: dict[str, int], trend: str | None) -> None:
    """A class's share of the last 30 days against that of 90: stable within 10 %, unknown below three samples."""
    made = FarmerPerformance.initialize_for_farmer("WM-0001", 1.0, "m", "1")
    made.historical.attribute_distributions_30d = {"leaf_type": recent}
    made.historical.attribute_distributions_90d = {"leaf_type": longer}

    assert made.get_attribute_trend("leaf_type", "bud") == trend
    assert made.get_attribute_trend("colour", "bud") is None


def test_every_class_can_be_imported() -> None:
    """`demo_data.models` offers every model, value object and enumeration that the tables are made of."""

    def below(model: type) -> set[type]:
        found = {model}
        for field in model.model_fields.values():  # type: ignore[attr-defined]
            for kind in _classes(field.annotation):
                found |= below(kind) if issubclass(kind, Record) else {kind}
        return found

    reached = {kind.__name__ for model in DOMAIN.models.values() for kind in below(model)} - {"datetime", "date"}
    offered = {name for name, kind in vars(demo_data.models).items() if isinstance(kind, type)}

    assert reached <= offered
    assert not [name for name in vars(demo_data.models) if name[0].isalpha() and name not in offered]
    assert all(getattr(demo_data.models, name).__name__ == name for name in offered)


def _classes(annotation: object) -> list[type]:
    from typing import get_args

    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation] if annotation.__module__.startswith("demo_data.") else []
    return [kind for part in get_args(annotation) for kind in _classes(part)]
