from __future__ import annotations

import calendar
import datetime
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from demo_data.tea.kenya.climate import normals, station_altitude_m
from demo_data.tea.kenya.places import counties
from demo_data.tea.weather.rules import rain_normals
from tests.worlds import make, published, rows_of

YEARS = 40
FIRST, LAST = datetime.date(1986, 1, 1), datetime.date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1
SLUGS = [county.slug for county in counties()]


@cache
def weather() -> dict[str, Any]:
    """Forty whole years of every tea county, as arrays of shape (counties, days)."""
    world = make(
        as_of=LAST,
        days=DAYS,
        regions__count=len(SLUGS),
        factories__count=14,
        collection_points__count=14,
        farmers__count=1,
    )
    table = published(world, "weather_observations")
    found = {
        name: np.asarray(table[name]).reshape(DAYS, len(SLUGS)).T
        for name in ("temp_min", "temp_max", "precipitation_mm", "humidity_avg")
    }
    return found | {"table": table, "regions": rows_of(world, "regions")}


YEAR = np.array([(FIRST + datetime.timedelta(n)).year - FIRST.year for n in range(DAYS)])
MONTHS = np.array([(FIRST + datetime.timedelta(n)).month for n in range(DAYS)])
EVERY_COUNTY = pytest.mark.parametrize("number", range(len(SLUGS)), ids=SLUGS)


def test_every_day_of_every_region() -> None:
    """There is a row for each day and region, in order, without gaps."""
    table = weather()["table"]
    days = [FIRST + datetime.timedelta(n) for n in range(DAYS)]
    ids = [region["region_id"] for region in weather()["regions"]]

    assert table["date"].to_pylist() == [day for day in days for _ in SLUGS]
    assert table["region_id"].to_pylist() == ids * DAYS
    assert set(table["source"].to_pylist()) == {"open-meteo"}


def test_written_on_the_evening() -> None:
    """A day's row is made that day, by Kenya's calendar, before 21:00."""
    table = weather()["table"].slice(0, 400)
    for day, created in zip(table["date"].to_pylist(), table["created_at"].to_pylist(), strict=True):
        local = created.astimezone(datetime.timezone(datetime.timedelta(hours=3)))
        assert local.date() == day
        assert 12 <= local.hour < 21


def test_bounds() -> None:
    """temp_min < temp_max, humidity is a percentage, rain is none or can be measured; values have one decimal."""
    found = weather()

    assert (found["temp_min"] < found["temp_max"]).all()
    assert ((found["humidity_avg"] >= 15) & (found["humidity_avg"] <= 100)).all()
    assert ((found["precipitation_mm"] == 0) | (found["precipitation_mm"] >= 0.1)).all()
    assert 100 < found["precipitation_mm"].max() < 230
    for name in ("temp_min", "temp_max", "precipitation_mm", "humidity_avg"):
        assert np.array_equal(np.rint(found[name] * 10) / 10, found[name])


@EVERY_COUNTY
def test_rain_is_near_the_normals(number: int) -> None:
    """Over forty years, rain and rainy days of each month are the county's normals, within five standard errors."""
    rain = weather()["precipitation_mm"][number]
    for normal in normals(SLUGS[number]):
        inside = normal.month == MONTHS
        for expected, daily in ((normal.rainy_days, rain >= 1), (normal.rain_mm, rain)):
            yearly = np.bincount(YEAR[inside], daily[inside])
            assert yearly.mean() == pytest.approx(expected, abs=5 * yearly.std() / YEARS**0.5 + 0.1)


@EVERY_COUNTY
def test_temperature_and_humidity_are_near_the_normals(number: int) -> None:
    """Monthly means are the county's normals, moved to the region's altitude by 6.5 K per km."""
    found, region = weather(), weather()["regions"][number]
    band = region["geography"]["altitude_band"]
    middle = (band["min_meters"] + band["max_meters"]) // 2
    cooler = 6.5 * (middle - station_altitude_m(SLUGS[number])) / 1000

    assert region["weather_config"]["altitude_for_api"] == middle
    for normal in normals(SLUGS[number]):
        inside = normal.month == MONTHS
        assert found["temp_min"][number][inside].mean() == pytest.approx(normal.temp_min_c - cooler, abs=0.5)
        assert found["temp_max"][number][inside].mean() == pytest.approx(normal.temp_max_c - cooler, abs=0.6)
        assert found["humidity_avg"][number][inside].mean() == pytest.approx(normal.humidity_pct, abs=2.5)


@EVERY_COUNTY
def test_wet_days_come_in_spells(number: int) -> None:
    """After a wet day another one is likelier than after a dry one, in every month that has enough of both."""
    wet = weather()["precipitation_mm"][number] >= 1
    for month in range(1, 13):
        inside = MONTHS[1:] == month
        share = wet[1:][inside].mean()
        if 0.2 < share < 0.8:
            after_wet = wet[1:][inside & wet[:-1]].mean()
            after_dry = wet[1:][inside & ~wet[:-1]].mean()
            assert after_wet > after_dry + 0.2
    assert 1.8 < wet.sum() / (wet[1:] & ~wet[:-1]).sum() < 8


@EVERY_COUNTY
def test_neighbouring_days_are_alike(number: int) -> None:
    """Temperatures of neighbouring days correlate once the season is taken out; those of a fortnight apart do not."""
    for name in ("temp_min", "temp_max"):
        series = weather()[name][number].astype(float)
        for month in range(1, 13):
            series[month == MONTHS] -= series[month == MONTHS].mean()
        assert 0.5 < np.corrcoef(series[1:], series[:-1])[0, 1] < 0.85
        assert abs(np.corrcoef(series[14:], series[:-14])[0, 1]) < 0.15


@EVERY_COUNTY
def test_wet_days(number: int) -> None:
    """Wet days are more humid and cooler than dry ones of the same month, and their nights are warmer."""
    found = weather()
    wet = found["precipitation_mm"][number] >= 1
    for month in range(1, 13):
        inside = month == MONTHS

        def more(name: str, inside: Any = inside) -> float:
            values = found[name][number]
            return float(values[inside & wet].mean() - values[inside & ~wet].mean())

        assert more("humidity_avg") > 3
        assert more("temp_max") < -0.5
        assert more("temp_min") > 0


def _anomalies(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What is off the month's mean, by region."""
    off = values.astype(float)
    for month in range(1, 13):
        off[:, month == MONTHS] -= off[:, month == MONTHS].mean(axis=1, keepdims=True)
    return off


def _distances_km() -> np.ndarray[Any, Any]:
    places = np.array([(county.lat, county.lng) for county in counties()]) * 111.2
    apart: np.ndarray[Any, Any] = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    return apart


@pytest.mark.parametrize(
    ("near", "far", "least", "most"),
    [(1, 50, 0.25, 0.75), (50, 75, 0.2, 0.55), (90, 120, 0.05, 0.3), (200, 400, -0.05, 0.12)],
)
def test_neighbours_share_their_weather(near: float, far: float, least: float, most: float) -> None:
    """Wet days of neighbours correlate beyond the season, less so the farther apart they are."""
    between = np.corrcoef(_anomalies(weather()["precipitation_mm"] >= 1))
    apart = _distances_km()
    pairs = between[(apart >= near) & (apart < far)]

    assert len(pairs) > 5
    assert least < pairs.min()
    assert pairs.max() < most


def test_warmth_reaches_farther_than_rain() -> None:
    apart = _distances_km()
    pairs = (apart > 100) & (apart < 160)
    rain, warmth = (np.corrcoef(_anomalies(weather()[name]))[pairs].mean() for name in ("precipitation_mm", "temp_max"))
    assert warmth > rain + 0.3


def test_leap_days() -> None:
    """29 February is a day like its neighbours."""
    leaps = [(datetime.date(year, 2, 29) - FIRST).days for year in range(1988, 2026) if calendar.isleap(year)]
    minimum = weather()["temp_min"]

    assert minimum[:, leaps].mean() == pytest.approx(minimum[:, [day - 1 for day in leaps]].mean(), abs=0.5)


def off_normal(days: int, wet: float, rain: float) -> int:
    """How often rain is told to be off, where so many days in 20 are wet (8 normally), with this part of the rain."""
    fallen = [8.0 * rain * 8.0 / wet if day * wet % 20 < wet else 0.0 for day in range(days)]
    columns = {"region_id": "nyeri-highland", "rain_a_day": 3.2, "wet_a_day": 0.4}
    frame = pl.DataFrame({"precipitation_mm": fallen}).with_columns(
        pl.lit(value).alias(name) for name, value in columns.items()
    )
    rule: Any = rain_normals.function
    return sum(each.rows.height for each in rule(None, frame))


@pytest.mark.parametrize(
    ("days", "wet", "rain", "off"),
    [
        (90, 8, 1.0, 0),
        (90, 8, 3.9, 1),
        (90, 8, 0.3, 0),
        (365, 8, 0.13, 1),
        (90, 8, 0.0, 2),
        (40, 8, 0.0, 0),
        (730, 8, 2.6, 1),
        (730, 8, 0.3, 1),
        (730, 8, 0.8, 0),
        (730, 3, 1.0, 1),
        (730, 17, 1.0, 1),
    ],
)
def test_rain_off_the_normal(days: int, wet: float, rain: float, off: int) -> None:
    """Floods are told and droughts, the longer the history the smaller; none in a month, which may well be dry."""
    assert off_normal(days, wet, rain) == off
