from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.engine.cells import TableNoise
from demo_data.engine.world import World
from demo_data.tea.recipe.rhythm import deliveries
from tests.worlds import make, rows_of, village

KENYA = datetime.timezone(datetime.timedelta(hours=3))
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def everywhere() -> World:
    """A world of all tea counties over 800 days: every calendar of seasons and days."""
    return make(
        regions__count=14,
        factories__count=28,
        collection_points__count=140,
        farmers__count=420,
        days=800,
        farmers__scenarios={},
        farmers__two_points=30,
    )


def local(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(KENYA)


def dormant(region: dict[str, Any], day: datetime.date) -> bool:
    """Whether a day lies in the region's dormant season, both ends included; it may wrap the year's end."""
    start, end = (region["flush_calendar"]["dormant"][at] for at in ("start", "end"))
    today = f"{day:%m-%d}"
    return start <= today <= end if start <= end else today >= start or today <= end


def by_farmer(world: World) -> dict[str, list[datetime.date]]:
    """Every farmer's delivery days, as the documents tell them: one for each bag."""
    found = defaultdict(list)
    for document in rows_of(world, "documents"):
        found[document["linkage_fields"]["farmer_id"]].append(local(document["ingestion"]["received_at"]).date())
    return found


@pytest.mark.sample(1)
@pytest.mark.parametrize("world", [everywhere, village])
def test_gaps(world: Any) -> None:
    """A block is plucked every 7 to 14 days, or 10 to 18 where the gap touches the dormant season.

    A farm has a block for each hectare, so as many deliveries on lie as far apart: longer where one of its blocks is
    in a gap that touches the dormant season.
    """
    regions = {region["region_id"]: region for region in rows_of(world(), "regions")}
    farmers = {farmer["id"]: farmer for farmer in rows_of(world(), "farmers")}
    seen: Counter[tuple[bool, int]] = Counter()
    for farmer, days in by_farmer(world()).items():
        blocks, home = max(1, math.ceil(farmers[farmer]["farm_size_hectares"])), regions[farmers[farmer]["region_id"]]
        for before, after in zip(days, days[blocks:], strict=False):
            around = 18 if blocks > 1 else 0
            between = [before + datetime.timedelta(n) for n in range(-around, (after - before).days + 1 + around)]
            touched = any(dormant(home, day) for day in between)
            if blocks == 1:
                seen[touched, (after - before).days] += 1
            assert 7 <= (after - before).days <= (18 if touched else 14)

    assert {gap for asleep, gap in seen if not asleep} == set(range(7, 15))
    assert {gap for asleep, gap in seen if asleep} == set(range(10, 19))


@pytest.mark.parametrize("world", [everywhere, village])
def test_blocks_have_rounds_of_their_own(world: Any) -> None:
    """The blocks of a farm are not all plucked on the same days, and each brings a bag of its own size."""
    hectares = {farmer["id"]: farmer["farm_size_hectares"] for farmer in rows_of(world(), "farmers")}
    estates = {who: days for who, days in by_farmer(world()).items() if hectares[who] > 3}

    assert estates
    for who, days in estates.items():
        assert len(set(days)) > len(days) / math.ceil(hectares[who]) * 1.5


@pytest.mark.parametrize("world", [everywhere, village])
def test_no_gap_at_the_ends(world: Any) -> None:
    """An active farmer's last delivery is at most 18 days old, the first at most 18 days after the history's first."""
    last = world().settings["as_of"]
    first = last - datetime.timedelta(world().settings["days"] - 1)
    found = by_farmer(world())

    assert {farmer["id"] for farmer in rows_of(world(), "farmers") if farmer["is_active"]} == set(found)
    assert all((last - days[-1]).days < 18 for days in found.values())
    assert all((days[0] - first).days < 18 for days in found.values())
    assert all(first <= day <= last for days in found.values() for day in days)


def test_collection_days_and_hours() -> None:
    """Leaf is delivered on the point's collection days, in its opening hours, Kenya's time: those of the day."""
    kept = {
        hours
        for point in rows_of(everywhere(), "collection_points")
        for hours in [point["operating_hours"]["weekdays"]]
    }
    points = {point["id"]: point for point in rows_of(everywhere(), "collection_points")}
    for document in rows_of(everywhere(), "documents"):
        point = points[document["linkage_fields"]["collection_point_id"]]
        at = local(document["ingestion"]["received_at"])
        hours = point["operating_hours"]["weekends" if at.weekday() >= 5 else "weekdays"]
        assert WEEK[at.weekday()] in point["collection_days"]
        known = at > point["updated_at"] or at.weekday() >= 5
        spans = [span.split("-") for span in ([hours] if known else kept)]
        assert any(opens <= f"{at:%H:%M}" < closes for opens, closes in spans)


def test_points_used() -> None:
    """A farmer with two points uses the main one about 4 times in 5, and no other; closed points take no leaf."""
    points = {point["id"]: point for point in rows_of(everywhere(), "collection_points")}
    regions = {region["region_id"]: region for region in rows_of(everywhere(), "regions")}
    ids, farmers = list(points), rows_of(everywhere(), "farmers")
    block = everywhere().rows("farmers", 0, len(farmers))
    main = {farmer["id"]: ids[point] for farmer, point in zip(farmers, block["point"], strict=True)}
    second = {farmer["id"]: ids[point] for farmer, point in zip(farmers, block["second"], strict=True) if point >= 0}
    used: Counter[str] = Counter()
    for document in rows_of(everywhere(), "documents"):
        farmer, point = (document["linkage_fields"][f"{what}_id"] for what in ("farmer", "collection_point"))
        assert point in (main[farmer], second.get(farmer))
        if farmer in second:
            used["main" if point == main[farmer] else "second"] += 1
        day = local(document["ingestion"]["received_at"]).date()
        status = points[point]["status"]
        assert status == "active" or (status == "seasonal" and not dormant(regions[points[point]["region_id"]], day))

    assert used["main"] / used.total() == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("as_of", [datetime.date(2025, 11, 15), datetime.date(2026, 5, 30)])
def test_steady_over_the_history(as_of: datetime.date) -> None:
    """Deliveries do not bunch at the history's ends: awake or dormant, each week of a season has as many."""
    world = make(
        as_of=as_of, factories__count=4, collection_points__count=40, farmers__count=6000, farmers__scenarios={}
    )
    regions = rows_of(world, "regions")
    found = world.rows("documents", 0, 6000)
    home = world.rows("farmers", 0, 6000)["region"][found["farmer"]]
    age = (as_of - datetime.date(1970, 1, 1)).days - found["day"]
    for number, region in enumerate(regions):
        weeks = np.bincount(age[home == number] // 7)
        for season in (True, False):
            alike = [
                week
                for week in range(12)
                if {dormant(region, as_of - datetime.timedelta(7 * week + n)) for n in range(-10, 18)} == {season}
            ]
            if len(alike) > 1:
                assert weeks[alike].max() <= 1.2 * weeks[alike].min()


@settings(deadline=None, max_examples=25)
@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 365),
    st.integers(0, 120),
    st.integers(10_000, 40_000),
    st.integers(1, 400),
    st.integers(0, 2**32),
)
def test_any_calendar(days: set[int], start: int, length: int, last: int, history: int, seed: int) -> None:
    """For any collection days and dormant season: collection days only, and the gaps that season allows."""
    asleep = np.zeros((1, 366), bool)
    asleep[0, (start + np.arange(length)) % 366] = True
    open_on = np.array([[day in days for day in range(7)]])
    first = last - history + 1
    rows = np.arange(20)
    noise = TableNoise(seed, "documents")
    counts, found, gaps = deliveries(rows, np.zeros(20, np.int64), open_on, asleep, first, last, noise)

    assert counts.sum() == len(found)
    firsts = np.cumsum(counts) - counts
    assert (np.delete(np.diff(found, prepend=0), firsts[counts > 0]) == np.delete(gaps, firsts[counts > 0])).all()
    for mine in np.split(found, np.cumsum(counts)[:-1]):
        dates = [datetime.date(1970, 1, 1) + datetime.timedelta(int(day)) for day in mine]
        assert all(date.weekday() in days for date in dates)
        for before, after in pairwise(dates):
            between = [before + datetime.timedelta(n) for n in range((after - before).days + 1)]
            touched = any(asleep[0, date.replace(year=2024).timetuple().tm_yday - 1] for date in between)
            assert (after - before).days in (range(10, 19) if touched else range(7, 15))


@settings(deadline=None, max_examples=50)
@given(
    st.sets(st.integers(0, 6)),
    st.integers(0, 365),
    st.integers(0, 366),
    st.integers(10_000, 40_000),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(0, 2**32),
)
def test_any_span(days: set[int], start: int, length: int, first: int, before: int, span: int, seed: int) -> None:
    """A span of days holds the same deliveries, and the same days between rounds, wherever one begins to look."""
    asleep = np.zeros((2, 366), bool)
    asleep[1, (start + np.arange(length)) % 366] = True
    open_on = np.array([[day in days for day in range(7)], [True] * 7])
    rows = np.arange(30)
    noise = TableNoise(seed, "documents")
    wider, all_days, all_gaps = deliveries(rows, rows % 2, open_on, asleep, first - before, first + span + 400, noise)
    counts, found, gaps = deliveries(rows, rows % 2, open_on, asleep, first, first + span, noise)

    inside = (all_days >= first) & (all_days <= first + span)
    assert (found == all_days[inside]).all()
    assert (gaps == all_gaps[inside]).all()
    assert (counts == np.bincount(np.repeat(rows, wider)[inside], minlength=30)).all()
