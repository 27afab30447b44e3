"""The climate normals: what must be true of them anywhere, and what is known of Kenya's tea country."""

from __future__ import annotations

from calendar import monthrange
from statistics import correlation, fmean

import pytest

from demo_data.tea.kenya.climate import normals, station_altitude_m
from demo_data.tea.kenya.places import County, counties

EACH_COUNTY = pytest.mark.parametrize("one", counties(), ids=lambda one: one.slug)
# Annual rain in mm, from independent descriptions of the tea zones (KTDA factories, gridded rain).
ANNUAL_RAIN = {
    "nyeri": (1200, 1800),
    "kericho": (1700, 2200),
    "kisii": (1600, 2100),
    "kirinyaga": (1200, 1900),
    "muranga": (1500, 2200),
    "embu": (1300, 1800),
    "kakamega": (1400, 2000),
    "transnzoia": (1100, 1400),
    "nakuru": (1100, 1600),
}


@EACH_COUNTY
def test_twelve_months(one: County) -> None:
    """Each county has the twelve months, January first."""
    assert list(range(1, 13)) == [normal.month for normal in normals(one.slug)]


@EACH_COUNTY
def test_normals_are_plausible(one: County) -> None:
    """Days are more than 7 degrees warmer than nights; it neither freezes nor swelters; the air is moist."""
    for normal in normals(one.slug):
        assert normal.temp_max_c - normal.temp_min_c > 7
        assert normal.temp_min_c >= 5
        assert normal.temp_max_c <= 30
        assert 50 <= normal.humidity_pct <= 90


@EACH_COUNTY
def test_rainy_days_fit_the_rain(one: County) -> None:
    """A wet day brings 5 to 20 mm on average, and no month rains every day."""
    for normal in normals(one.slug):
        assert 0 < normal.rainy_days < monthrange(2023, normal.month)[1] - 1
        assert 5 <= normal.rain_mm / normal.rainy_days <= 20


@EACH_COUNTY
def test_tea_has_rain_enough(one: County) -> None:
    """Tea needs some 1,200 mm a year."""
    assert 1200 <= sum(normal.rain_mm for normal in normals(one.slug)) <= 2200


@pytest.mark.parametrize("slug", ANNUAL_RAIN)
def test_annual_rain(slug: str) -> None:
    """The year's rain lies where independent sources put it."""
    low, high = ANNUAL_RAIN[slug]
    assert low <= sum(normal.rain_mm for normal in normals(slug)) <= high


@EACH_COUNTY
def test_seasons(one: County) -> None:
    """East of the Rift it rains twice, around April and November; west of it August is wet too."""
    rain = [normal.rain_mm for normal in normals(one.slug)]
    april, july, august, november = rain[3], rain[6], rain[7], rain[10]
    if one.flush == "east_of_rift":
        assert april > 4 * july
        assert november > 2 * august
    else:
        assert min(rain[3:9]) > 100
        assert max(rain[0], rain[1]) < august


@EACH_COUNTY
def test_altitude_of_the_normals(one: County) -> None:
    """The normals are for an altitude within the tea zone."""
    assert one.altitude_min_m <= station_altitude_m(one.slug) <= one.altitude_max_m


def test_higher_is_colder() -> None:
    """Over the counties, mean temperature falls by 4 to 10 degrees per kilometre of altitude."""
    altitude = [station_altitude_m(one.slug) for one in counties()]
    mean = [fmean((n.temp_min_c + n.temp_max_c) / 2 for n in normals(one.slug)) for one in counties()]
    centre, warm = fmean(altitude), fmean(mean)
    slope = sum((a - centre) * (t - warm) for a, t in zip(altitude, mean, strict=True)) / sum(
        (a - centre) ** 2 for a in altitude
    )
    assert -0.010 <= slope <= -0.004
    assert correlation(altitude, mean) < -0.7


@EACH_COUNTY
def test_july_is_cool(one: County) -> None:
    """July's days are the coolest of the year, or within half a degree of it."""
    days = [normal.temp_max_c for normal in normals(one.slug)]
    assert days[6] <= min(days) + 0.5


def test_unknown_county() -> None:
    """A county without tea has no normals."""
    with pytest.raises(ValueError, match="mombasa"):
        normals("mombasa")
    with pytest.raises(ValueError, match="mombasa"):
        station_altitude_m("mombasa")
