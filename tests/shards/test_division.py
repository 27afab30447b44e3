"""Which parts each shard makes: all, each once, those of the same rows together."""

from __future__ import annotations

from collections import Counter

import pytest

from demo_data.engine.world import World
from demo_data.plan import Part, plan
from demo_data.profile import load_profile
from demo_data.shards.division import _expected_rows, divided
from demo_data.tea import DOMAIN
from tests.shards.sharded import settings


def planned(world: World) -> list[Part]:
    return [part for table in DOMAIN.models for part in plan(world, table)]


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 30, 64, 500])
@pytest.mark.parametrize("profile", ["demo", "kenya"])
def test_each_part_once(profile: str, shards: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many shards there are, each part is of one; parts of the same farmers are of the same."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 120 if profile == "demo" else 65_536)
    world = World(DOMAIN, settings() if profile == "demo" else load_profile(profile))

    found = divided(world, shards)

    assert len(found) == shards
    assert Counter(part for parts in found for part in parts) == Counter(planned(world))
    for table in ("farmers", "documents", "farmer_performance"):
        starts = [{part.start for part in parts if part.table == table} for parts in found]
        assert sum(map(len, starts)) == len(set().union(*starts))
        assert [start for each in starts for start in sorted(each)] == sorted(set().union(*starts))


@pytest.mark.parametrize("shards", [2, 4, 8])
def test_balanced(shards: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shard of a nation has more than a range of rows above its share."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 65_536)
    world = World(DOMAIN, load_profile("kenya"))
    rows = [sum(_expected_rows(world, part) for part in parts) for parts in divided(world, shards)]
    ranges = Counter[int]()
    for part in planned(world):
        ranges[part.start] += _expected_rows(world, part)

    assert max(rows) <= sum(rows) / shards + max(ranges.values())
    assert min(rows) >= sum(rows) / shards - max(ranges.values())


def test_rows_are_expected() -> None:
    """What a part is weighed by is about what it holds."""
    world = World(DOMAIN, load_profile("demo-large"))
    for table in ("documents", "farmers", "weather_observations"):
        expected = sum(_expected_rows(world, part) for part in plan(world, table))
        block = world.rows(table, 0)
        assert expected == pytest.approx(len(block), rel=0.2)
