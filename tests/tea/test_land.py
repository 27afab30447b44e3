"""Where things lie and what they are named after: regions, factories, points, farms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from demo_data.engine.world import World
from demo_data.tea.kenya.places import counties, places
from demo_data.tea.recipe.land import farm_hectares, mean_farm, mean_farms
from demo_data.tea.recipe.layout import APART_KM, gap, narrowest, spread
from demo_data.tea.recipe.shares import largest_remainder
from tests.tea.test_geography import haversine
from tests.worlds import AS_OF, crowd, make, rows_of

SMALL = {"smallholder": 98.5, "medium": 1.4, "estate": 0.1}


@cache
def nation() -> World:
    """The profile kenya with a thirtieth of its farmers, on farms eighteen times as large."""
    return make(
        regions__count=15,
        regions__shares="growers",
        factories__count=71,
        collection_points__count=3479,
        farmers__count=21_000,
        farmers__farm_scale={"estate": 100},
        farmers__scenarios={},
        days=10,
    )


@pytest.mark.parametrize("world", [crowd, nation])
def test_factories_lie_apart(world: Callable[[], World]) -> None:
    """From a factory to the next one it is 4 km and more, over the borders of regions too."""
    at = [(row["location"]["latitude"], row["location"]["longitude"]) for row in rows_of(world(), "factories")]
    nearest = [min(haversine(*one, *other) for other in at if other != one) for one in at]

    assert min(nearest) >= APART_KM


@pytest.mark.parametrize("world", [crowd, nation])
def test_nearest_point_is_the_factorys(world: Callable[[], World]) -> None:
    """For nearly all farms, the nearest active point is one of the factory to which their leaf goes."""
    farmers, points = world().whole("farmers"), world().whole("collection_points")
    is_open = np.flatnonzero(points["is_open"])
    there = points["location.latitude"][is_open], points["location.longitude"][is_open]
    own = 0
    for row in range(0, len(farmers), 10):
        north = farmers["farm_location.latitude"][row] - there[0]
        east = farmers["farm_location.longitude"][row] - there[1]
        nearest = is_open[np.argmin(north**2 + east**2)]
        own += int(points["factory"][nearest] == points["factory"][farmers["point"][row]])

    assert own / len(range(0, len(farmers), 10)) > 0.95


@pytest.mark.parametrize("world", [crowd, nation])
def test_farms_leave_half_of_the_land(world: Callable[[], World]) -> None:
    """In no region do farms take more than about half of the land, nor more than 0.6 of where they lie."""
    farmers = rows_of(world(), "farmers")
    for region in rows_of(world(), "regions"):
        geography = region["geography"]
        own = [farmer for farmer in farmers if farmer["region_id"] == region["region_id"]]
        hectares = sum(farmer["farm_size_hectares"] for farmer in own)
        places = [(farmer["farm_location"]["latitude"], farmer["farm_location"]["longitude"]) for farmer in own]
        squares = {(int(lat * 111.195 / 2), int(lng * 111.195 / 2)) for lat, lng in places}

        assert hectares / 100 <= 0.55 * geography["area_km2"]
        assert hectares / 100 <= 0.6 * 4 * len(squares)


def test_a_region_is_as_large_as_needed() -> None:
    """A county's own radius where that is enough; more for many farms, large farms or many factories."""
    radii = [region["geography"]["radius_km"] for region in rows_of(make(), "regions")]
    assert radii == [county.radius_km for county in counties()[:2]]

    many = rows_of(make(farmers__count=60_000, farmers__scenarios={}), "regions")
    large = rows_of(make(farmers__count=6_000, farmers__farm_scale={"estate": 100}, farmers__scenarios={}), "regions")
    several = rows_of(make(factories__count=40, collection_points__count=80), "regions")
    for regions in (many, large, several):
        assert all(region["geography"]["radius_km"] > 10 for region in regions)
        for region in regions:
            geography = region["geography"]
            assert geography["area_km2"] == pytest.approx(np.pi * geography["radius_km"] ** 2, abs=0.05)
            assert geography["perimeter_km"] == pytest.approx(2 * np.pi * geography["radius_km"], abs=0.05)


def test_circles_of_the_nation_do_not_overlap() -> None:
    """Neighbours' circles touch, at most."""
    regions = [row["geography"] for row in rows_of(nation(), "regions")]
    for one in regions:
        for other in regions:
            a, b = one["center_gps"], other["center_gps"]
            if one is not other:
                apart = haversine(a["lat"], a["lng"], b["lat"], b["lng"])
                assert apart > 0.97 * (one["radius_km"] + other["radius_km"])


def test_size_of_farms() -> None:
    """The means that are known in closed form are those of what is drawn."""
    unit = (np.arange(100_000) + 0.5) / 100_000
    for scale, farm in enumerate(mean_farms()):
        hectares = farm_hectares(np.full(len(unit), scale), unit)
        blocks = np.maximum(np.ceil(hectares), 1)
        assert tuple(farm) == pytest.approx((hectares.mean(), blocks.mean(), (hectares**2 / blocks).mean()), rel=1e-3)
    means = [farm.hectares for farm in mean_farms()]

    assert mean_farm(SMALL).hectares == pytest.approx(0.985 * means[0] + 0.014 * means[1] + 0.001 * means[2])
    assert mean_farm(SMALL).hectares == pytest.approx(0.49, abs=0.005)


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 9, 10, 17, 60, 400])
def test_spread(number: int) -> None:
    """Places lie within the circle, and no nearer to each other than is said."""
    at = spread(number)
    between = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)) + np.eye(number) * 9

    assert np.hypot(*at.T).max() < 0.95
    assert number == 1 or between.min() >= gap(number) - 1e-9
    assert number == 1 or narrowest(number) * gap(number) > APART_KM


def test_shares_by_growers() -> None:
    """Factories and farmers are to each other as the counties' are; every region has a factory."""
    known = [county for county in counties() if county.factories]
    assert (len(known), sum(c.factories for c in known), sum(c.growers for c in known)) == (15, 71, 650_000)
    assert [county.slug for county in counties()[:15]] == [county.slug for county in known]

    factories = Counter(row["region_id"] for row in rows_of(nation(), "factories"))
    farmers = Counter(row["region_id"] for row in rows_of(nation(), "farmers"))
    points = Counter(row["factory_id"] for row in rows_of(nation(), "collection_points"))
    assert set(points.values()) == {49}
    for county in known:
        assert factories[f"{county.slug}-highland"] == county.factories
        assert farmers[f"{county.slug}-highland"] == pytest.approx(county.growers * 21_000 / 650_000, abs=1)


def test_joiners_by_growers() -> None:
    """Who joins later goes where the growers are."""
    world = make(
        regions__count=5,
        regions__shares="growers",
        factories__count=20,
        collection_points__count=200,
        farmers__joining=100.0,
        farmers__count=5_000,
        farmers__scenarios={},
    )
    later = world.but({"as_of": AS_OF.replace(year=2028)})
    farmers = later.rows("farmers", 5_000)
    shares = np.bincount(farmers["region"], minlength=5) / len(farmers)
    growers = np.array([county.growers for county in counties()[:5]])

    assert len(farmers) > 9_000
    assert shares == pytest.approx(growers / growers.sum(), abs=0.02)


def test_largest_remainder() -> None:
    """Whole numbers add up, are as near as they can be, and leave nobody without."""
    assert largest_remainder([5, 3, 2], 10).tolist() == [5, 3, 2]
    assert largest_remainder([100, 1, 1], 5, least=1).tolist() == [3, 1, 1]
    assert largest_remainder([0, 0], 3).tolist() == [2, 1]
    for total in range(40):
        shared = largest_remainder([3.5, 2.25, 9, 0.1], total)
        assert shared.sum() == total
        assert np.abs(shared - np.array([3.5, 2.25, 9, 0.1]) / 14.85 * total).max() < 1


@cache
def crowded() -> World:
    """Nearly as many factories as the county has names for."""
    return make(regions__count=1, factories__count=20, collection_points__count=60)


@pytest.mark.parametrize("world", [crowd, nation, crowded])
def test_a_place_is_in_one_factorys_hands(world: Callable[[], World]) -> None:
    """No two factories have points of one name, and one lies among those that bear the name that it has."""
    factories = {row["id"]: row for row in rows_of(world(), "factories")}
    owner: dict[tuple[str, str], set[str]] = defaultdict(set)
    words = world().rows("collection_points", 0)["place"]
    of = [words.words[code].as_py() for code in words.codes]
    for point, place in zip(rows_of(world(), "collection_points"), of, strict=True):
        owner[point["region_id"], place].add(point["factory_id"])
    own = {key: {place for (_, place), keys in owner.items() if key in keys} for key in factories}

    assert {len(keys) for keys in owner.values()} == {1}
    assert all(row["name"].removesuffix(" Tea Factory") in own[key] for key, row in factories.items())


def few() -> World:
    return make(regions__count=15, factories__count=15, collection_points__count=60)


@pytest.mark.parametrize("world", [crowd, nation, make, cache(few)])
def test_names_and_places_agree(world: Callable[[], World]) -> None:
    """What bears the name of a place on the map lies within some kilometres of it."""
    mapped = 0
    for table in ("factories", "collection_points"):
        for row in rows_of(world(), table):
            slug = row["region_id"].partition("-")[0]
            fitting = [place for place in places(slug) if f"{row['name']} ".startswith(f"{place.place} ")]
            place = max(fitting, key=lambda place: len(place.place))
            if place.lat is not None and place.lng is not None:
                mapped += 1
                at = row["location"]
                assert haversine(at["latitude"], at["longitude"], place.lat, place.lng) < 4.5, row["name"]
    assert mapped


def test_points_fill_their_catchment() -> None:
    """Neighbouring points of a factory lie about as far from each other everywhere."""
    points = nation().whole("collection_points")
    for factory in range(0, 71, 5):
        own = np.flatnonzero(points["factory"] == factory)
        at = np.stack([points["location.latitude"][own], points["location.longitude"][own]], axis=1) * 111.195
        away = np.sqrt(((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=-1)) + np.eye(len(own)) * 99
        nearest = np.sort(away.min(axis=1))
        assert nearest[2] > 0.3 * np.median(nearest)


def test_second_points_are_near() -> None:
    """A farmer's second point is one of the three next to the main one."""
    farmers, points = crowd().whole("farmers"), crowd().whole("collection_points")
    has = np.flatnonzero(farmers["second"] >= 0)
    assert len(has) > 1000
    for row in has[::20].tolist():
        main, second = farmers["point"][row], farmers["second"][row]
        same = np.flatnonzero((points["factory"] == points["factory"][main]) & ~points["status"].equals("inactive"))
        north = points["location.latitude"][same] - points["location.latitude"][main]
        east = points["location.longitude"][same] - points["location.longitude"][main]
        assert second in same[np.argsort(north**2 + east**2)[1:4]]
