"""The geography: what must be true of the counties, places, flush calendars and crop indices."""

from __future__ import annotations

from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt
from statistics import fmean

import pytest

from demo_data.tea.kenya.places import (
    PERIODS,
    County,
    FlushPeriod,
    counties,
    county,
    crop_index,
    flush_calendar,
    places,
)
from demo_data.tea.kenya.tables import rows

FLUSHES = ("east_of_rift", "west_of_rift")
# From an independent gazetteer (GeoNames): a town in or beside the tea zone, and its greatest distance in km.
TOWNS = {
    "nyeri": ("Othaya", -0.5465, 36.9318, 10),
    "kericho": ("Kericho", -0.3677, 35.2831, 10),
    "kisii": ("Ogembo", -0.8012, 34.7258, 15),
    "kirinyaga": ("Kerugoya", -0.4989, 37.2803, 10),
    "nandi": ("Nandi Hills", 0.1037, 35.1843, 10),
    "muranga": ("Kangema", -0.6855, 36.9646, 15),
    "tharakanithi": ("Chogoria", -0.2295, 37.6273, 10),
    "meru": ("Nkubu", -0.0693, 37.6662, 10),
    "bomet": ("Bomet", -0.7813, 35.3416, 20),
    "nyamira": ("Nyamira", -0.5633, 34.9358, 10),
    "nakuru": ("Olenguruone", -0.5861, 35.6877, 10),
    "vihiga": ("Chavakali", 0.1177, 34.7334, 10),
    "bungoma": ("Kapsokwony", 0.8522, 34.7019, 5),
}


def km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """The distance between two points in kilometres (haversine)."""
    a = (
        sin(radians(other_lat - lat) / 2) ** 2
        + cos(radians(lat)) * cos(radians(other_lat)) * sin(radians(other_lng - lng) / 2) ** 2
    )
    return 2 * 6371.0 * asin(sqrt(a))


def days_of_year() -> list[str]:
    """Every calendar day of a leap year as MM-DD."""
    return [f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]


@pytest.mark.parametrize("table", ["counties", "flush_calendars", "crop_index", "climate_stations", "places"])
def test_every_row_has_a_source(table: str) -> None:
    """Each row of the geography tables cites where its facts come from."""
    assert [row for row in rows(table) if len(row["source"]) < 10] == []


@pytest.mark.parametrize(
    "table", ["counties", "flush_calendars", "crop_index", "climate", "climate_stations", "places"]
)
def test_every_field_is_there(table: str) -> None:
    """No row is shorter or longer than the header, and only a place's coordinates may be empty."""
    faults = [
        row
        for row in rows(table)
        for key, value in row.items()
        if key is None or value is None or (value == "" and key not in ("lat", "lng"))
    ]
    assert faults == []


def test_first_counties() -> None:
    """Profiles take Nyeri first, then Kericho, Kisii, Kirinyaga and Nandi."""
    assert [c.slug for c in counties()][:5] == ["nyeri", "kericho", "kisii", "kirinyaga", "nandi"]


def test_slugs_follow_from_names() -> None:
    """A slug is its county's name in lower case, letters only, and no county stands twice."""
    slugs = [c.slug for c in counties()]
    assert ["".join(filter(str.isalpha, c.county.lower())) for c in counties()] == slugs
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("one", counties(), ids=lambda one: one.slug)
def test_tea_zone_bounds(one: County) -> None:
    """Tea grows in Kenya at latitude -1.5 to 1.5, longitude 34 to 38, and altitude 1500 to 2700 m."""
    assert -1.5 <= one.lat <= 1.5
    assert 34 <= one.lng <= 38
    assert 3 <= one.radius_km <= 25
    assert 1500 <= one.altitude_min_m < one.altitude_max_m <= 2700
    assert 0 <= one.uphill_bearing_deg < 360
    assert one.flush in FLUSHES
    assert 0 < len(one.soil_type) <= 50
    assert len(one.typical_diseases) >= 3


@pytest.mark.parametrize("slug", TOWNS)
def test_centres_lie_by_their_tea_towns(slug: str) -> None:
    """A tea zone's centre lies near the town that it is known by."""
    _, lat, lng, at_most = TOWNS[slug]
    assert km(county(slug).lat, county(slug).lng, lat, lng) <= at_most


def test_tea_zones_do_not_overlap() -> None:
    """No two counties' circles share more than a sliver of ground."""
    zones = counties()
    overlaps = [
        (a.slug, b.slug)
        for i, a in enumerate(zones)
        for b in zones[i + 1 :]
        if km(a.lat, a.lng, b.lat, b.lng) < 0.8 * (a.radius_km + b.radius_km)
    ]
    assert overlaps == []


def test_east_and_west_of_the_rift() -> None:
    """The Aberdares and Mount Kenya lie east of 36.2 degrees, all other tea zones west of it."""
    assert {c.lng > 36.2: c.flush for c in counties()} == {True: "east_of_rift", False: "west_of_rift"}
    assert [c.slug for c in counties() if (c.lng > 36.2) != (c.flush == "east_of_rift")] == []


def test_frost() -> None:
    """Frost is known in Kericho, Nandi, Kiambu and at Olenguruone, not in the warm west."""
    assert all(county(slug).frost_risk for slug in ("kericho", "nandi", "kiambu", "nakuru"))
    assert not any(county(slug).frost_risk for slug in ("kakamega", "vihiga", "kisii"))


def test_unknown_county_names_the_nearest() -> None:
    """A misspelt county is answered with the nearest slug."""
    with pytest.raises(ValueError, match="'muranga'"):
        county("murang'a")
    with pytest.raises(ValueError, match="'kericho'"):
        places("kerich")


def test_unknown_flush_names_the_nearest() -> None:
    """A misspelt flush calendar is answered with the nearest name."""
    with pytest.raises(ValueError, match="'east_of_rift'"):
        flush_calendar("east_rift")


@pytest.mark.parametrize("one", counties(), ids=lambda one: one.slug)
def test_places(one: County) -> None:
    """Each county has at least 15 distinct places (the first five 25), in ASCII, with a postcode."""
    found = places(one.slug)
    at_least = 25 if one.slug in [c.slug for c in counties()[:5]] else 15
    assert len(found) >= at_least
    assert len({place.place for place in found}) == len(found)
    assert all(place.place.isascii() and place.place.istitle() for place in found)
    assert all(len(place.postcode) == 5 and place.postcode.isdigit() for place in found)
    assert all(one.slug == place.slug for place in found)


@pytest.mark.parametrize("one", counties(), ids=lambda one: one.slug)
def test_places_lie_near_the_tea_zone(one: County) -> None:
    """A place with coordinates lies within 35 km of its county's tea zone's centre."""
    located = [(p.lat, p.lng) for p in places(one.slug) if p.lat is not None and p.lng is not None]
    assert all(km(one.lat, one.lng, lat, lng) <= 35 for lat, lng in located)


@pytest.mark.parametrize("one", counties(), ids=lambda one: one.slug)
def test_enough_names_for_invented_factories(one: County) -> None:
    """In each county at least ten places have no tea factory of their name."""
    assert sum(not place.tea_factory for place in places(one.slug)) >= 10


def covers(period: FlushPeriod, day: str) -> bool:
    """Whether a day (MM-DD) lies in a period, which may run over New Year."""
    if period.start <= period.end:
        return period.start <= day <= period.end
    return day >= period.start or day <= period.end


@pytest.mark.parametrize("flush", FLUSHES)
def test_flush_calendar_partitions_the_year(flush: str) -> None:
    """Each day of the year, 29 February too, lies in exactly one period."""
    calendar = flush_calendar(flush)
    assert tuple(calendar) == PERIODS
    assert [day for day in days_of_year() if sum(covers(p, day) for p in calendar.values()) != 1] == []


@pytest.mark.parametrize("flush", FLUSHES)
def test_dormant_season_is_45_to_90_days(flush: str) -> None:
    """The season of least crop lasts 45 to 90 days."""
    dormant = flush_calendar(flush)["dormant"]
    assert 45 <= sum(covers(dormant, day) for day in days_of_year()) <= 90


@pytest.mark.parametrize("flush", FLUSHES)
def test_characteristics_fit(flush: str) -> None:
    """A period's description has at most 200 characters."""
    assert all(0 < len(period.characteristics) <= 200 for period in flush_calendar(flush).values())


@pytest.mark.parametrize("flush", FLUSHES)
def test_crop_index_has_mean_one(flush: str) -> None:
    """Twelve months whose mean is 1, none below 0.4 or above 1.4."""
    index = crop_index(flush)
    assert len(index) == 12
    assert fmean(index) == pytest.approx(1, abs=0.001)
    assert min(index) >= 0.4
    assert max(index) <= 1.4


@pytest.mark.parametrize("flush", FLUSHES)
def test_crop_is_lowest_in_the_dormant_season(flush: str) -> None:
    """The poorest month has its middle in the dormant season."""
    index = crop_index(flush)
    poorest = min(range(12), key=index.__getitem__)
    assert covers(flush_calendar(flush)["dormant"], f"{poorest + 1:02d}-15")


def test_low_seasons_differ_by_side_of_the_rift() -> None:
    """East of the Rift the cold July and August are poorest, west of it the dry February, by little."""
    east, west = (crop_index(flush) for flush in ("east_of_rift", "west_of_rift"))
    assert {7, 8} == set(sorted(range(1, 13), key=lambda month: east[month - 1])[:2])
    assert min(range(1, 13), key=lambda month: west[month - 1]) == 2
    assert min(west) > 1.5 * min(east)
    assert sum(west[:3]) / 12 == pytest.approx(0.24, abs=0.005)
