"""Regions, which are limited and known by their ids, and what lies in them."""

from __future__ import annotations

import pytest

from demo_data import (
    FactoryEntityFactory,
    FarmerFactory,
    FKRegistry,
    RegionalWeatherFactory,
    RegionFactory,
)
from demo_data.tea.kenya.places import counties
from tests.objects.village import village


@pytest.mark.parametrize("region_id", ["machakos-highland", "atlantis-lowland", "R1", "Über-highland"])
def test_unknown_regions_are_in_tea_country(region_id: str, registry: FKRegistry) -> None:
    """In a region that nobody knows, things lie in Kenya's tea area."""
    registry.register("regions", [region_id])
    for place in (FarmerFactory.build().farm_location, FactoryEntityFactory.build().location):
        assert -1.5 < place.latitude < 1.5
        assert 34 < place.longitude < 38.2


def test_regions_are_limited() -> None:
    """Every tea county in every band: as many regions can be made, and a larger batch is told the limit."""
    limit = 3 * len(counties())
    with pytest.raises(ValueError, match=f"^{limit + 1} regions are more than can be made: there are {limit}"):
        RegionFactory.batch(limit + 1)
    regions = RegionFactory.build_batch_and_register(limit)

    assert len({region.region_id for region in regions}) == limit
    assert RegionFactory.build().region_id == "nyeri-highland"  # from the start again, when all were handed out


def test_regions_do_not_repeat() -> None:
    """No region comes twice before every one was handed out, be it asked for by name, in batches or one by one."""
    named = RegionFactory.build_and_register(county="Kericho")
    regions = [named, *RegionFactory.build_batch_and_register(3), *(RegionFactory.build() for _ in range(40))]
    regions += RegionFactory.batch(7)

    assert len({region.region_id for region in regions}) == 51


def test_regions_follow_their_circle() -> None:
    """Area, perimeter and what the weather service is asked for follow from the circle and the altitudes given."""
    region = RegionFactory.build(
        geography={
            "radius_km": 3.0,
            "center_gps": {"lat": -0.5},
            "altitude_band": {"min_meters": 1700, "max_meters": 1900},
        }
    )

    assert (region.geography.area_km2, region.geography.perimeter_km) == (28.3, 18.8)
    assert region.weather_config.api_location.lat == -0.5
    assert region.weather_config.altitude_for_api == 1800


def test_regions_by_county_and_band() -> None:
    """Any tea county can be asked for, in any band; an unknown county is told with the nearest one."""
    region = RegionFactory.build(county="Murang'a", geography={"altitude_band": {"label": "midland"}})

    assert region.region_id == "muranga-midland"
    assert region.name == "Murang'a Midland"
    assert 800 <= region.geography.altitude_band.min_meters < region.geography.altitude_band.max_meters <= 1200
    with pytest.raises(ValueError, match="did you mean 'Kericho'"):
        RegionFactory.build(county="Kerichoo")
    with pytest.raises(ValueError, match="is no altitude band"):
        RegionFactory.build(geography={"altitude_band": {"label": "highlands"}})


def test_weather_has_a_row_a_day() -> None:
    """A batch of weather has no region and day twice."""
    RegionFactory.build_batch_and_register(2)
    days = {(row.region_id, row.date) for row in RegionalWeatherFactory.batch(60)}

    assert len(days) == 60
    RegionalWeatherFactory.reset_counter()
    with pytest.raises(ValueError, match="build_for_region_and_dates"):
        RegionalWeatherFactory.batch(63)


def test_post_boxes_are_a_points_own() -> None:
    """A farmer's post box is that of the place after which the collection point is named."""
    made = village(3, 4, 30, 100)
    for farmer in made.farmers:
        place = farmer.contact.address.partition(", ")[2]
        assert [point for point in made.points if farmer.id in point.farmer_ids and point.name.startswith(place)]
        assert farmer.contact.address.startswith("P.O. Box 1")


def test_weather_of_unknown_regions_differs() -> None:
    """Two regions that nobody knows have weather of their own."""
    rain = [
        [day.precipitation_mm for day in RegionalWeatherFactory.batch(30, region_id=region_id)]
        for region_id in ("atlantis-highland", "utopia-highland")
    ]

    assert rain[0] != rain[1]
