"""What the rules on leaf find in deliveries that are made by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from math import exp
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from demo_data.tea import DOMAIN
from demo_data.tea.documents.rounds import by_round, of_one_block, single
from demo_data.tea.documents.rules.growth import bag_area, plucking_growth
from demo_data.tea.documents.rules.links import document_numbers
from demo_data.tea.documents.rules.rhythm import calendar, delivery_rhythm
from demo_data.tea.documents.rules.seasons import crop_months
from demo_data.tea.documents.rules.years import crop_years
from demo_data.tea.farmers.rules.membership import delivery_silence
from demo_data.tea.kenya.places import crop_index
from demo_data.validation import Skip
from demo_data.validation.rules import said

SPRING = date(2025, 4, 10)
ASLEEP = date(2025, 7, 1)
"""The first day of the region's dormant season, which ends on 20 September."""


def wrong(rule: Any, *frames: Any, data: Any = None) -> list[str]:
    """The messages of a rule, as templates, one for each row at fault."""
    return [each.message for each in rule.function(data, *frames) for _ in range(each.rows.height)]


def wrong_of(rule: Any, bags: pl.DataFrame) -> list[str]:
    """The same, of rules on farms of one block."""
    return [each.message for each in said(rule, DOMAIN, {single: bags}) for _ in range(each.rows.height)]


def visits(days: Sequence[date], farmer: str = "F1", tenths: int = 500) -> pl.DataFrame:
    rows = [(row, farmer, "nyeri-highland", day, tenths) for row, day in enumerate(days)]
    names = {"row": pl.Int64, "farmer": pl.String, "region": pl.Categorical, "day": pl.Date, "tenths": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row")


def off_rhythm(first: date, *gaps: int, hectares: float) -> int:
    """How many deliveries break the rhythm, of a farm that delivers on the first day and these numbers of days on."""
    made = visits([first + timedelta(days=gap) for gap in (0, *gaps)])
    farmers = pl.DataFrame({"farmer": ["F1"], "hectares": [hectares]})
    regions = pl.DataFrame({"region": ["nyeri-highland"], "start": ["07-01"], "end": ["09-20"]})
    rounds = by_round(made, farmers)
    return len(wrong(delivery_rhythm, rounds, calendar.function(None, made, regions)))


def test_a_round_back() -> None:
    """A farm of 2.1 hectares has three blocks: a round back is three deliveries back."""
    days = [SPRING + timedelta(days=day) for day in (0, 2, 5, 9, 11)]
    rounds = by_round(visits(days), pl.DataFrame({"farmer": ["F1"], "hectares": [2.1]}))
    assert rounds["blocks"].to_list() == [3] * 5
    assert rounds["before"].to_list() == [None, None, None, *days[:2]]


@pytest.mark.parametrize(
    ("first", "gaps", "hectares", "off"),
    [
        (SPRING, (7, 21, 31), 1.0, 0),
        (SPRING, (6,), 1.0, 1),
        (SPRING, (15,), 0.2, 1),
        (ASLEEP, (15, 33, 43), 0.2, 0),
        (ASLEEP, (9,), 0.2, 1),
        (ASLEEP, (19,), 0.2, 1),
        (ASLEEP - timedelta(days=15), (15,), 0.2, 0),
        (ASLEEP - timedelta(days=8), (8,), 0.2, 1),
        (SPRING, (0, 7, 7, 14, 14), 1.01, 0),
        (SPRING, (3, 10, 17, 20), 2.0, 0),
        (SPRING, (3, 6), 2.0, 1),
        (SPRING, (3, 15), 2.0, 1),
        (SPRING, (3, 15), 3.0, 0),
        (ASLEEP - timedelta(days=18), (1, 17), 2.0, 0),
        (ASLEEP - timedelta(days=40), (1, 17), 2.0, 1),
        (ASLEEP - timedelta(days=8), (1, 8), 2.0, 0),
        (ASLEEP - timedelta(days=5), (1, 8), 2.0, 1),
    ],
)
def test_rhythm(first: date, gaps: tuple[int, ...], hectares: float, off: int) -> None:
    """A block is plucked again in 7 to 14 days, in 10 to 18 by the dormant season; of several, what can be seen."""
    assert off_rhythm(first, *gaps, hectares=hectares) == off


@pytest.mark.parametrize(
    ("days", "hectares", "silent"),
    [
        ((18, 36, 52), 1.0, 0),
        ((19, 36, 52), 1.0, 1),
        ((3, 12, 24, 36, 45, 52), 2.0, 0),
        ((3, 19, 24, 36, 45, 52), 2.0, 1),
        ((3, 12, 24, 36, 52), 2.0, 1),
        ((3,), 2.0, 1),
    ],
)
def test_silence(days: tuple[int, ...], hectares: float, silent: int) -> None:
    """Each block brings something in 18 days: of two, two deliveries at the beginning and two at the end."""
    first = SPRING
    made = visits([first - timedelta(days=1) + timedelta(days=day) for day in days])
    farmers = pl.DataFrame(
        {
            "row": [0],
            "registration_date": [date(2020, 1, 1)],
            "is_active": [True],
            "updated_at": [date(2020, 1, 1)],
            "farmer": ["F1"],
            "hectares": [hectares],
        }
    ).with_columns(pl.col("registration_date", "updated_at").cast(pl.Datetime("us", "UTC")))
    last = first + timedelta(days=60)
    assert len(wrong(delivery_silence, made, farmers, [], last, data=SimpleNamespace(first_day=first))) == silent


@pytest.mark.parametrize(
    ("numbers", "off"), [((1, 2, 3, 4), 0), ((1, 3, 2, 4), 0), ((2, 1, 3, 4), 2), ((1, 2, 3, 5), 1)]
)
def test_numbers(numbers: tuple[int, ...], off: int) -> None:
    """Deliveries of a day may be numbered in any order, days only in theirs."""
    days = [SPRING, *[SPRING + timedelta(days=3)] * 2, SPRING + timedelta(days=9)]
    documents = pl.DataFrame({"row": range(4), "document_id": [f"DOC-F1-{number:04}" for number in numbers]})
    data = SimpleNamespace(recipe=True)
    assert len(wrong(document_numbers, visits(days), documents, [], data=data)) == off


def bags(weigh: Callable[[float, int, random.Random], float], farms: int = 120) -> pl.DataFrame:
    """The rounds of small farms in autumn, of which each bag weighs what the hectares, the days and chance make."""
    chance = random.Random(1)
    rows: list[tuple[Any, ...]] = []
    sizes: dict[str, float] = {}
    for farm in range(farms):
        hectares = round(exp(chance.uniform(-2.3, 0.0)), 2)
        sizes[f"F{farm}"] = hectares
        day, good = date(2025, 9, 25) + timedelta(days=chance.randrange(7)), exp(chance.gauss(0, 0.5))
        for _ in range(8):
            gap = chance.randrange(7, 15)
            day += timedelta(days=gap)
            kg = 13 * good * weigh(hectares, gap, chance) * chance.uniform(0.85, 1.15)
            rows.append((len(rows), f"F{farm}", "nyeri-highland", day, round(kg * 10)))
    made = pl.DataFrame(rows, schema=visits([]).schema, orient="row")
    return of_one_block(by_round(made, pl.DataFrame({"farmer": list(sizes), "hectares": list(sizes.values())})))


def test_growth() -> None:
    """Weights that follow the days hold; those of which a week's are as two weeks' do not; few bags tell nothing."""
    assert wrong_of(plucking_growth, bags(lambda hectares, gap, _: hectares * gap)) == []
    assert len(wrong_of(plucking_growth, bags(lambda hectares, gap, _: hectares * 10))) == 1
    assert len(wrong_of(plucking_growth, bags(lambda hectares, gap, chance: hectares * chance.randrange(7, 15)))) == 1
    with pytest.raises(Skip):
        wrong_of(plucking_growth, bags(lambda hectares, gap, _: hectares * gap, farms=10))


def test_area() -> None:
    """Weights that follow the land hold, of tens of kilograms; those that know nothing of it do not."""
    assert wrong_of(bag_area, bags(lambda hectares, gap, _: hectares * gap)) == []
    assert len(wrong_of(bag_area, bags(lambda hectares, gap, _: 0.4 * gap))) == 1
    assert len(wrong_of(bag_area, bags(lambda hectares, gap, _: 10 * hectares * gap))) == 1
    with pytest.raises(Skip):
        wrong_of(bag_area, bags(lambda hectares, gap, _: hectares * gap, farms=50))


def crops(leaf: Callable[[str, date, random.Random], float], years: int) -> pl.DataFrame:
    """The crop of three regions over whole years: what a hectare brings in a month of mean length."""
    chance = random.Random(2)
    rows = []
    for region in ("kericho-highland", "kirinyaga-highland", "nyeri-highland"):
        for month in range(12 * years):
            day = date(2010 + month // 12, month % 12 + 1, 1)
            rows.append((region, day, 5000, leaf(region, day, chance) * 1e5, 1000.0 * 30.4))
    schema = {"region": pl.String, "month": pl.Date, "bags": pl.Int64, "tenths": pl.Float64, "land": pl.Float64}
    crop = pl.DataFrame(rows, schema=schema, orient="row")
    return crop.with_columns(pl.col("land") * pl.col("month").dt.days_in_month() / 30.4)


def published(region: str, day: date) -> float:
    side = "west_of_rift" if region.startswith("kericho") else "east_of_rift"
    return crop_index(side)[day.month - 1]


@pytest.mark.parametrize("years", [1, 4, 16])
def test_months(years: int) -> None:
    """The published months hold, with a year's weather; those of the other half-year do not, nor a flat year."""

    def weather(region: str, day: date, chance: random.Random) -> float:
        return published(region, day) * exp(chance.gauss(0, 0.14))

    def turned(region: str, day: date, _: random.Random) -> float:
        return published(region, day.replace(month=(day.month + 5) % 12 + 1))

    assert wrong(crop_months, crops(weather, years)) == []
    assert wrong(crop_months, crops(turned, years)) != []
    assert wrong(crop_months, crops(lambda *_: 1.0, years)) != []


def test_months_need_a_year() -> None:
    short = crops(lambda region, day, _: published(region, day), 1).filter(pl.col("month") < date(2010, 12, 1))
    with pytest.raises(Skip):
        wrong(crop_months, short)


def test_years() -> None:
    """Shared years hold; years that are alike, wild, or each region's own do not."""
    chance = random.Random(3)
    shared = {2010 + year: exp(chance.gauss(0, 0.13)) for year in range(20)}
    wild = {2010 + year: exp(chance.gauss(0, 0.6)) for year in range(20)}
    own = {(region, year): exp(chance.gauss(0, 0.2)) for region in "kn" for year in shared} | {
        ("kirinyaga", year): exp(chance.gauss(0, 0.2)) for year in shared
    }

    def by_region(region: str, day: date) -> float:
        name = region.partition("-")[0]
        return own[name if name == "kirinyaga" else name[0], day.year]

    limits = pl.DataFrame(
        {
            "region_id": ["kericho-highland", "kirinyaga-highland", "nyeri-highland"],
            "lat": [-0.34, -0.44, -0.535],
            "lng": [35.27, 37.3, 36.915],
        }
    )
    assert wrong(crop_years, crops(lambda _, day, __: shared[day.year], 20), limits) == []
    assert len(wrong(crop_years, crops(lambda *_: 1.0, 20), limits)) >= 1
    assert len(wrong(crop_years, crops(lambda _, day, __: wild[day.year], 20), limits)) == 1
    assert any("pairs" in message for message in wrong(crop_years, crops(lambda r, d, _: by_region(r, d), 20), limits))
    with pytest.raises(Skip):
        wrong(crop_years, crops(lambda _, day, __: shared[day.year], 14), limits)
