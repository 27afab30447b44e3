"""What the sky shares: its waves, the years of El Nino, cold nights, and the leaf that grows under it."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from demo_data.engine.cells import TableNoise
from demo_data.tea.kenya.climate import el_nino
from demo_data.tea.kenya.places import counties, crop_index
from demo_data.tea.recipe.hail import FADING_DAYS, losses
from demo_data.tea.recipe.sky import Sky
from tests.worlds import make

Floats = NDArray[np.float64]

YEARS = 20
FIRST, LAST = datetime.date(2005, 1, 1), datetime.date(2024, 12, 31)
DAYS = (LAST - FIRST).days + 1
REGIONS = len(counties())
EAST = np.array([county.lng > 36 for county in counties()])
FROSTY = [number for number, county in enumerate(counties()) if county.frost_risk]
DATES = np.datetime64(FIRST) + np.arange(DAYS)
YEAR = DATES.astype("datetime64[Y]").astype(int) + 1970
MONTH = DATES.astype("datetime64[M]").astype(int) % 12
MONTH_LENGTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
SEEDS = (1, 2, 3)


@cache
def world(seed: int, days: int = DAYS) -> Any:
    return make(
        as_of=LAST,
        days=days,
        seed=seed,
        regions__count=REGIONS,
        factories__count=REGIONS,
        collection_points__count=REGIONS,
        farmers__count=1,
    )


@cache
def weather(name: str, seed: int = 1) -> Floats:
    """A column of twenty years, shape (days, regions), or with more axes."""
    column = np.asarray(world(seed).whole("weather_observations")[name])
    return column.reshape(DAYS, REGIONS, *column.shape[1:])


def by_year(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """The mean of the chosen days, by year."""
    made: Floats = np.array([values[chosen & (year == YEAR)].mean(axis=0) for year in range(2005, 2025)])
    return made


def test_a_field_falls_off_as_it_says() -> None:
    """Values at places so far apart correlate by exp(-(d / reach)^2 / 2), in any direction, and are standard normal."""
    apart = np.array([0.0, 30.0, 60.0, 120.0, 240.0])
    for bearing in np.linspace(0, np.pi, 5):
        places = apart[:, None] * np.array([np.cos(bearing), np.sin(bearing)])
        sky = Sky(np.arange(6000), np.arange(len(apart)), places, TableNoise(5, ""))
        values = sky.field("anything", 60.0)
        assert np.abs(values.mean(axis=0)).max() < 0.06
        assert values.std(axis=0) == pytest.approx(1, abs=0.05)
        assert np.corrcoef(values.T)[0] == pytest.approx(np.exp(-((apart / 60) ** 2) / 2), abs=0.12)


@pytest.mark.parametrize("period", [60, 365])
def test_slow_fields_have_no_jumps(period: int) -> None:
    sky = Sky(np.arange(period * 300), np.arange(1), np.zeros((1, 2)), TableNoise(5, ""))
    values = sky.slow("anything", 100.0, period)[:, 0]

    assert np.abs(np.diff(values)).max() < 10 / period
    assert values.std() == pytest.approx(1, abs=0.15)


def test_any_day_of_any_region_alone() -> None:
    """A day and region asked for alone, or among others in any order, are those of the whole table."""
    block = world(1, 400).whole("weather_observations")
    rows = np.array([6_799, 17, 3_003, 3_002, 5_555])
    for name in ("precipitation_mm", "temp_min", "temp_max", "humidity_avg", "wet_week", "grown"):
        some = np.concatenate([world(1, 400).rows("weather_observations", row, row + 1)[name] for row in rows])
        assert np.array_equal(some, np.asarray(block[name])[rows])


def test_another_last_day_moves_nothing() -> None:
    """Weather, growth and hail of a day are what they are, however long the history."""
    short = world(1, 400).whole("weather_observations")
    for name in ("precipitation_mm", "temp_min", "wet_week", "grown"):
        assert np.array_equal(np.asarray(short[name]), weather(name)[-400:].reshape(np.asarray(short[name]).shape))


@pytest.mark.parametrize("seed", SEEDS)
def test_el_nino_wets_the_short_rains(seed: int) -> None:
    """October to December of known years: wetter the warmer the sea, east more than west; over the years as usual."""
    index = np.array([el_nino()[year] for year in range(2010, 2025)])
    rain = by_year(weather("precipitation_mm", seed), MONTH >= 9)[5:]
    east, west = rain[:, EAST].mean(axis=1), rain[:, ~EAST].mean(axis=1)
    strong, weak = index > 1.5, index < -0.5

    assert east[strong].mean() > 1.15 * east[weak].mean()
    assert np.corrcoef(index, east)[0, 1] > 0.2
    assert east[strong].mean() / east[weak].mean() > 0.9 * west[strong].mean() / west[weak].mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_cold_nights_come_where_there_is_frost(seed: int) -> None:
    """From November to March, on dry nights, in some years and not in others; nowhere else is it below 4.5 degrees."""
    cold = weather("temp_min", seed)
    frost = cold[:, FROSTY] < 4.5

    assert np.delete(cold, FROSTY, axis=1).min() > 4.5
    assert 3 < frost.sum() < 0.02 * frost.size
    tea = [number for number in FROSTY if counties()[number].altitude_min_m < 2_000]  # others are cold all year
    lower = cold[:, tea] < 4.5
    assert set(MONTH[np.nonzero(lower)[0]]) <= {9, 10, 11, 0, 1, 2, 3}
    assert (weather("precipitation_mm", seed)[:, tea][lower] < 1).all()
    years = np.bincount(YEAR - 2005, (cold[:, tea] < 7).any(axis=1), minlength=YEARS)
    assert years.min() < 4 < years.mean() < 9 < years.max()
    assert cold.min() > -4


def test_frost_costs_leaf() -> None:
    """In the weeks after the worst frost of Kericho or Bomet less leaf grows than in those regions that have none."""
    lost = []
    for seed in SEEDS:
        growth = weather("grown", seed)[:, :, 1]
        season = np.array([growth[month == MONTH].mean(axis=0) for month in range(12)])
        cold = weather("temp_min", seed)
        for region in FROSTY:
            for day in np.flatnonzero(cold[60 : DAYS - 60, region] < 2.5) + 60:
                after = growth[day + 1 : day + 15] / season[MONTH[day + 1 : day + 15]]
                lost.append(after[:, region].mean() - after[:, ~EAST].mean())
    assert len(lost) > 5
    assert np.mean(lost) < -0.1


@pytest.mark.parametrize(("flush", "regions"), [("east_of_rift", EAST), ("west_of_rift", ~EAST)])
def test_leaf_comes_in_as_published(flush: str, regions: NDArray[np.bool_]) -> None:
    """Leaf that comes in 0 to 13 days after it grew has the crop index of the month, within 0.06 over sixty years."""
    waits = [(np.arange(7, 15) > wait).sum() / np.arange(7, 15).sum() for wait in range(14)]
    months = []
    for seed in SEEDS:
        growth = weather("grown", seed)[:, regions, 1].mean(axis=1)
        comes_in = sum(share * growth[13 - wait : DAYS - wait] for wait, share in enumerate(waits))
        assert isinstance(comes_in, np.ndarray)
        months.append([comes_in[MONTH[13:] == month].mean() for month in range(12)])
    index = np.mean(months, axis=0) * MONTH_LENGTH
    index /= index.mean()

    assert index == pytest.approx(crop_index(flush), abs=0.06)


def test_growth_adds_up() -> None:
    """`grown` is what has grown in so many days; a mean day's growth is 1, over the years."""
    grown = weather("grown")

    assert grown.shape == (DAYS, REGIONS, 19)
    assert (grown[..., 0] == 0).all()
    for days in (7, 18):
        total = sum(grown[18 - ago : DAYS - ago, :, 1] for ago in range(days))
        assert np.allclose(grown[18:, :, days], total)
    assert np.mean([weather("grown", seed)[..., 1].mean() for seed in SEEDS]) == pytest.approx(1, abs=0.06)
    assert grown[..., 1].min() > 0
    assert grown[..., 1].max() < 2.1


def test_good_and_bad_years_are_the_nations() -> None:
    """The nation's leaf varies by 8 to 18 % from year to year, regions go together, and good years are wet."""
    everywhere = np.ones(DAYS, bool)
    variations = []
    for seed in SEEDS:
        years = by_year(weather("grown", seed)[..., 1], everywhere)
        nation = years.mean(axis=1)
        variations.append(nation.std(ddof=1) / nation.mean())
        assert np.corrcoef(years.T).min() > 0
        assert np.corrcoef(years.T).mean() > 0.5
        assert np.corrcoef(nation, by_year(weather("precipitation_mm", seed), everywhere).mean(axis=1))[0, 1] > 0.3
    assert min(variations) > 0.08
    assert max(variations) < 0.18


def hail(first: int, last: int, seed: int = 1) -> tuple[Floats, list[str]]:
    """Losses to hail by factory and day, and each factory's county."""
    regions, factories = world(seed).whole("regions"), world(seed).whole("factories")
    made = losses(
        first,
        last,
        factories["region"],
        factories["location.latitude"],
        factories["location.longitude"],
        regions["climate"],
        regions["center_km"],
        regions["number"],
        regions["storms"],
        factories.noise,
    )
    return made, [counties()[region].slug for region in factories["region"]]


def test_hail_falls_in_the_west() -> None:
    """Kericho and Nandi lose some 5 to 12 % of their leaf, the East none; a storm's loss fades in three weeks."""
    lost, county = hail(14_000, 14_000 + 365 * 20)
    mean = dict(zip(county, lost.mean(axis=1), strict=True))

    assert 0.04 < mean["kericho"] < 0.13
    assert 0.04 < mean["nandi"] < 0.13
    assert all(mean[each.slug] == 0 for each, east in zip(counties(), EAST, strict=True) if east)
    assert 0 <= lost.min() <= lost.max() < 0.95
    assert (np.diff(lost, axis=1) > 0.05).sum() > 100
    assert (np.diff(lost, axis=1).min()) > -0.2


def test_hail_lies_in_heavy_rain() -> None:
    """On the day before leaf is first lost it rained in the region; any span of days tells the same."""
    first = int(np.datetime64(FIRST).astype(int)) + FADING_DAYS
    lost, county = hail(first, first + 4_000)
    rain = weather("precipitation_mm")[FADING_DAYS - 1 : FADING_DAYS + 4_000]
    slugs = [each.slug for each in counties()]
    storms = 0
    for factory, slug in enumerate(county):
        begins = np.flatnonzero(np.diff(lost[factory]) > 0.08) + 1
        assert (rain[begins, slugs.index(slug)] >= 1).all()
        storms += len(begins)
    assert storms > 50
    again, _ = hail(first + 100, first + 150)
    assert np.array_equal(again, lost[:, 100:151])
