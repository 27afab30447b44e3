"""What happens after the day a world is drawn as of: who joins, leaves, changes; and what stays."""

from __future__ import annotations

import datetime
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from demo_data.engine.world import World
from tests.worlds import SCENARIO_SHARES, make, near, rows_of

BORN = datetime.date(2026, 1, 31)
DAY = datetime.timedelta(1)
YEARS = 4


@cache
def town(days_later: int = 0, joining: float = 3.0) -> World:
    """6,000 farmers of all stories, some days after they were drawn."""
    scenarios = {name: number // 4 for name, number in SCENARIO_SHARES.items()}
    return make(
        as_of=BORN + days_later * DAY,
        born=BORN,
        collection_points__count=60,
        farmers__count=6_000,
        farmers__scenarios=scenarios,
        farmers__joining=joining,
    )


def farmers(days_later: int, joining: float = 3.0) -> list[dict[str, Any]]:
    return rows_of(town(days_later, joining), "farmers")


def end(days_later: int) -> datetime.datetime:
    return datetime.datetime.combine(BORN + days_later * DAY, datetime.time(18), datetime.UTC)


@pytest.mark.parametrize("joining", [0, 3, 40])
def test_joining(joining: float) -> None:
    """So many per cent of the farmers at first join in a year, steadily, on working days after the day of `born`, as
    the last rows.
    """
    before, after = farmers(0, joining), farmers(365, joining)
    joined = after[6_000:]

    assert len(before) == 6_000
    a_day = 6_000 * joining / 100 / 365.25
    assert -1 - 2 * a_day <= len(joined) - 365 * a_day <= 1
    assert [farmer["id"] for farmer in before] == [farmer["id"] for farmer in after[:6_000]]
    assert all(end(0) < farmer["registration_date"] <= end(365) for farmer in joined)
    days = [farmer["registration_date"].date() for farmer in joined]
    assert sorted(days) == days
    assert all(day.weekday() < 5 for day in days)
    quarters = Counter((day - BORN).days // 92 for day in days)
    assert not joining or max(quarters.values()) - min(quarters.values()) <= 2 + 0.1 * max(quarters.values())


def test_who_joins_is_listed_and_delivers() -> None:
    """Who joins is on the list of an active collection point, after those who were there, and brings leaf there."""
    world = town(365)
    before = {point["id"]: point for point in rows_of(town(0), "collection_points")}
    joined = {farmer["id"]: farmer for farmer in farmers(365)[6_000:]}
    home: dict[str, dict[str, Any]] = {}
    for point in rows_of(world, "collection_points"):
        at_first = before[point["id"]]["farmer_ids"]
        assert point["farmer_ids"][: len(at_first)] == at_first
        new = point["farmer_ids"][len(at_first) :]
        assert set(new) <= set(joined)
        home |= {farmer: point for farmer in new if farmer not in home}
        for farmer in new:
            assert point["updated_at"] >= joined[farmer]["registration_date"]
    assert set(home) == set(joined)
    assert {point["status"] for point in home.values()} == {"active"}
    block = world.rows("documents", 6_000, world.count("farmers"))
    delivered = set(block["farmer"].tolist())
    members = world.rows("farmers", 6_000, world.count("farmers"))
    registered, left = members["registered_day"], members["left_day"]
    assert all(block["day"] > registered[block["farmer"]])
    assert all(place in delivered for place in np.flatnonzero(np.minimum(left, registered.max()) - registered > 30))


def test_leaving() -> None:
    """Some two in a hundred of the active leave in a year; none before `born`, nor in a story's numbers at first."""
    active = {days: {farmer["id"] for farmer in farmers(days) if farmer["is_active"]} for days in (-60, 0, 365 * YEARS)}
    members = {farmer["id"]: farmer for farmer in farmers(365 * YEARS)}
    left = active[0] - active[365 * YEARS]

    assert active[-60] == active[0]
    assert near(len(left), len(active[0]), 100 * (1 - 0.98**YEARS))
    assert all(end(0) < members[farmer]["updated_at"] <= end(365 * YEARS) for farmer in left)
    world = town(365 * YEARS)
    ids = list(members)
    gone = np.array([members[farmer]["updated_at"].timestamp() if farmer in left else 0 for farmer in ids])
    documents = world.rows("documents", 0, len(ids))
    theirs = gone[documents["farmer"]] > 0
    assert (documents["created_at"][theirs] < gone[documents["farmer"][theirs]] * 1e6).all()
    assert set(np.unique(documents["farmer"][theirs])) == set(np.flatnonzero(gone))


def test_changing() -> None:
    """A farmer changes phone, channel or way to interact about once in three years, and shares stay as they are."""
    before, after = farmers(0), farmers(365 * 3)[:6_000]
    fields = ("phone", "notification_channel", "interaction_pref")
    pairs = [
        (_ways(old, fields), _ways(new, fields)) for old, new in zip(before, after, strict=True) if new["is_active"]
    ]
    changed = sum(old != new for old, new in pairs)

    assert 0.5 < changed / len(pairs) < 0.75
    for rows in (before, after):
        assert near(sum(farmer["notification_channel"] == "sms" for farmer in rows), 6_000, 70)
        assert near(sum(farmer["interaction_pref"] == "text" for farmer in rows), 6_000, 80)
    for old, new in zip(before, after, strict=True):
        moved = {name for name in old if old[name] != new[name]}
        assert moved <= {"contact", "notification_channel", "interaction_pref", "is_active", "updated_at"}
        assert ("updated_at" in moved) == (new["updated_at"] > end(0))
        assert not moved - {"updated_at"} or "updated_at" in moved


def _ways(farmer: dict[str, Any], fields: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(farmer["contact"]["phone"] if name == "phone" else farmer[name] for name in fields)


def test_no_phone_is_ever_anybody_elses() -> None:
    """A number belongs to one farmer or clerk, over all time."""
    owner: dict[str, str] = {}
    for days in range(-80, 365 * 60, 500):
        world = town(days)
        block = world.rows("farmers", 0, world.count("farmers"))
        for farmer, phone in zip(block["id"].to_pylist(), block["contact.phone"].to_pylist(), strict=True):
            assert owner.setdefault(phone, farmer) == farmer
        points = world.whole("collection_points")
        clerks = points["clerk_id"].values.to_pylist()
        for clerk, phone in zip(clerks, points["clerk_phone"].values.to_pylist(), strict=True):
            assert owner.setdefault(phone, clerk) == clerk
    assert len(owner) > 10_000


@pytest.mark.parametrize("days_later", [0, 1, 90, 91, 400])
def test_stories_by_season(days_later: int) -> None:
    """Each season of 90 days has the profile's numbers of stories, dealt to those who are active when it begins."""
    world = town(days_later)
    block = world.rows("farmers", 0, world.count("farmers"))
    numbers = list(world.settings["farmers.scenarios"].values())

    assert block["scenario"].shape == (len(block), 1 + -(-days_later // 90))
    for season, stories in enumerate(block["scenario"].T):
        first = (BORN - datetime.date(1970, 1, 1)).days + 1 + (season - 1) * 90
        assert np.bincount(stories[stories >= 0]).tolist() == numbers
        told = stories >= 0
        inactive = stories == list(world.settings["farmers.scenarios"]).index("inactive")
        assert (inactive == (block["scenario"][:, 0] == 4)).all()
        if season:
            assert ((block["registered_day"] < first) & (block["left_day"] >= first))[told & ~inactive].all()
            again = (stories == block["scenario"][:, 0])[told & ~inactive].mean()
            assert again < 0.4
