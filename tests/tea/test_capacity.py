"""Capacities follow what comes: in closed form, as of the day that the world is born on."""

from __future__ import annotations

import datetime
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from demo_data.build import build
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.recipes import YEAR
from demo_data.tea import DOMAIN
from demo_data.tea.recipe import intake
from demo_data.tea.recipe.husbandry import OF_FARMS, mean_square
from demo_data.tea.recipe.land import mean_farms
from demo_data.tea.values import FarmScale
from tests.faults.planting import due, found, kinds_of, planted
from tests.worlds import AS_OF, crowd, make

LATER = AS_OF.replace(year=AS_OF.year + 5)
SEEDS = range(3)


@cache
def grown(seed: int) -> World:
    """450 farmers, many of them joining, over a year before the world is born and five after it."""
    return make(
        seed=seed,
        regions__count=2,
        factories__count=2,
        collection_points__count=18,
        farmers__count=450,
        farmers__scenarios={},
        days=365,
        as_of=LATER,
        born=AS_OF,
    )


@cache
def demo(seed: int) -> World:
    """The world of the demo, five years on: with a handful of farmers to a point, one estate that joins tells."""
    later = AS_OF + datetime.timedelta(days=5 * 365)
    return World(DOMAIN, load_profile("demo", seed=seed, as_of=later, domain=DOMAIN))


def by_day(world: World, place: str, first: datetime.date, last: datetime.date) -> dict[int, dict[int, float]]:
    """Kilograms by place and day."""
    day_of = (first - datetime.date(1970, 1, 1)).days, (last - datetime.date(1970, 1, 1)).days
    rows = world.rows("documents", 0, world.count("documents"), day_of)
    weights = rows["extracted_fields.bag_summary.total_weight_kg"]
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for where, day, kg in zip(rows[place].tolist(), rows["day"].tolist(), weights.tolist(), strict=True):
        found[where][day] += kg
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_points_are_never_full(seed: int) -> None:
    """Within five years no point gets more in a day than it can take, nor is any many times too large."""
    world = grown(seed)
    capacity = world.whole("collection_points")["capacity.max_daily_kg"]
    fullest = {
        point: max(days.values()) / capacity[point]
        for point, days in by_day(world, "point", AS_OF.replace(year=AS_OF.year - 1), LATER).items()
    }
    main = {point for point in fullest if world.whole("collection_points")["main_farmers"][point] > 5}

    assert max(fullest.values()) <= 1
    assert np.median([fullest[point] for point in main]) > 0.3


@pytest.mark.parametrize("seed", [6, 9, 10, 12])
def test_an_estate_may_join(seed: int) -> None:
    """Nor is a point that has few members, of whom some join: who they are counts, not what they are on average."""
    world = demo(seed)
    capacity = world.whole("collection_points")["capacity.max_daily_kg"]
    days = by_day(world, "point", AS_OF.replace(year=AS_OF.year - 1), LATER)

    assert world.count("farmers") > world.settings["farmers.count"]
    assert max(max(kilograms.values()) / capacity[point] for point, kilograms in days.items()) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_factories_have_room(seed: int) -> None:
    """Before the world is born a factory's crop is about half of what it could process, and few days are too full."""
    world = grown(seed)
    capacity = world.whole("factories")["processing_capacity_kg"]
    for factory, days in by_day(world, "factory", AS_OF - datetime.timedelta(days=364), AS_OF).items():
        assert 0.3 < sum(days.values()) / 365 / capacity[factory] < 0.8
        assert sum(kg > capacity[factory] for kg in days.values()) < 0.4 * 365


def test_capacities_stand() -> None:
    """They are those of the day of birth, whatever comes later, and the same for any range of rows."""
    earlier = make(born=AS_OF, as_of=AS_OF)
    later = make(born=AS_OF, as_of=LATER)
    for table, column in (
        ("factories", "processing_capacity_kg"),
        ("collection_points", "capacity.max_daily_kg"),
    ):
        whole = earlier.whole(table)[column]
        assert whole.tolist() == later.whole(table)[column].tolist()
        assert whole.tolist() == [int(earlier.rows(table, row, row + 1)[column][0]) for row in range(len(whole))]
        assert all(each % 100 == 0 and each > 0 for each in whole.tolist())
    assert make().whole("factories")["processing_capacity_kg"].max() < 5_000


def test_who_gets_more_is_larger() -> None:
    """Capacities follow intake, over factories and over points, as the capacity of a point follows its farmers."""
    world = crowd()
    factories, points = world.whole("factories"), world.whole("collection_points")
    comes = by_day(world, "point", AS_OF - datetime.timedelta(days=89), AS_OF)
    brought = np.array([sum(comes[point].values()) for point in range(len(points))])
    of_factory = np.bincount(points["factory"], brought)

    used = brought > 0
    assert np.corrcoef(brought[used], points["capacity.max_daily_kg"][used])[0, 1] > 0.7
    assert np.corrcoef(of_factory, factories["processing_capacity_kg"])[0, 1] > 0.6
    assert 30_000 < np.median(factories["processing_capacity_kg"]) < 60_000


def test_mean_farm() -> None:
    """What is expected of farmers of whom nothing is known is what farmers are like."""
    farmers = crowd().rows("farmers", 0, 20_000)
    hectares, blocks = farmers["farm_size_hectares"], farmers["blocks"]
    for name, farm in zip(FarmScale, mean_farms(), strict=True):
        own = farmers["farm_scale"].equals(name)
        measured = hectares[own].mean(), blocks[own].mean(), (hectares[own] ** 2 / blocks[own]).mean()
        assert np.allclose(measured, farm, rtol=0.03)
    assert (farmers["vigour"] ** 2).mean() == pytest.approx(mean_square(*OF_FARMS), rel=0.02)


def test_expected_intake() -> None:
    """A factory's capacity is about twice what usually comes, and more where farmers are few."""
    many, few = (float(intake.capacity(np.array(hectares), np.array(hectares / 2))) for hectares in (5_000, 10))
    usual = intake.YIELD_KG / YEAR
    assert 1.8 < many / (5_000 * usual) < 2.0
    assert 2.5 < few / (10 * usual) < 4


@pytest.fixture(scope="module")
def year_of_a_factory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "factory"
    changes = ["days=365", "regions.count=1", "factories.count=1", "collection_points.count=8", "farmers.count=260"]
    changes.append("farmers.scenarios={}")
    build(load_profile("demo", changes=changes), out, json_form=False)
    return out


@pytest.fixture(scope="module")
def two_regions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "regions"
    changes = ["days=30", "factories.count=4", "collection_points.count=44", "farmers.count=1000"]
    changes.append("farmers.scenarios={}")
    build(load_profile("demo", changes=changes), out, json_form=False)
    return out


@pytest.mark.parametrize("kind", ["factory-capacity", "factory-crop"])
def test_faults_in_a_factory(kind: str, year_of_a_factory: Path, tmp_path: Path) -> None:
    """A factory that is far too small, or too large, for what comes to it is found."""
    ledger = planted(year_of_a_factory, tmp_path / "bad", 1, 1, kind)
    assert kinds_of(ledger) == [kind]
    assert found(tmp_path / "bad") == due(ledger)


@pytest.mark.parametrize("kind", ["capacity-intake", "nearest-point", "farm-land"])
def test_faults_in_many_points(kind: str, two_regions: Path, tmp_path: Path) -> None:
    """Capacities that go against intake, points in others' catchments, and farms on one spot are found."""
    ledger = planted(two_regions, tmp_path / "bad", 1, 1, kind)
    assert kinds_of(ledger) == [kind]
    assert found(tmp_path / "bad") == due(ledger)


def test_a_point_a_factory(tmp_path: Path) -> None:
    """Where every factory has a single point, none of another's can lie beside it: the fault is left out, and told."""
    changes = ["days=20", "collection_points.count=20", "farmers.count=600", "farmers.scenarios={}"]
    build(load_profile("load-test", changes=changes), tmp_path / "sound", json_form=False)
    ledger = planted(tmp_path / "sound", tmp_path / "bad", 1, 1, "nearest-point")
    reason = "too few factories have several collection points"
    assert ledger["left_out"] == [{"kind": "nearest-point", "reason": reason}]
