"""Every setting is honoured. The worlds are made in memory, from profiles with `--set`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest

from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.recipes.distributions import Weighted
from demo_data.tea import DOMAIN
from demo_data.tea.documents.recipe.quality import TIERS
from demo_data.tea.kenya.people import communities
from tests.worlds import near, published, records

SETTABLE = {
    f"{table}.{column}": distribution
    for table, recipe in DOMAIN.recipes.items()
    for column, distribution in recipe.drawn.items()
    if distribution.settable
}
WEIGHTS = [(key, word) for key, found in SETTABLE.items() if isinstance(found, Weighted) for word in found.weights]
CHANCES = [key for key, found in SETTABLE.items() if not isinstance(found, Weighted)]


class Made:
    """The records of a world, table by table."""

    def __init__(self, *changes: str) -> None:
        self.settings = load_profile("demo", changes=changes)
        self.world = World(DOMAIN, self.settings)

    def __getattr__(self, table: str) -> list[dict[str, Any]]:
        return _records(self.world, table)


@cache
def _records(world: World, table: str) -> list[dict[str, Any]]:
    return records(published(world, table), table)


def plain_farmers(made: Made) -> list[dict[str, Any]]:
    """The farmers that no scenario speaks of."""
    scenario = made.world.whole("farmers")["scenario"]
    return [farmer for farmer, number in zip(made.farmers, scenario, strict=True) if number < 0]


def thresholds(made: Made) -> Iterable[str]:
    names = {85.0: "standard", 88.0: "strict", 82.0: "lenient"}
    return (names[factory["quality_thresholds"]["tier_1"]] for factory in made.factories)


def statuses(made: Made) -> Iterable[str]:
    """Of every point but the factories' first ones."""
    factories = [point["factory_id"] for point in made.collection_points]
    return (point["status"] for n, point in enumerate(made.collection_points) if factories.index(factories[n]) != n)


def sources(made: Made) -> Iterable[str]:
    """Of what was delivered at points that have an analyser."""
    points = {point["id"] for point in made.collection_points if point["capacity"]["has_qc_device"]}
    here = (one for one in made.documents if one["linkage_fields"]["collection_point_id"] in points)
    return (one["ingestion"]["source_id"] for one in here)


def genders(made: Made) -> Iterable[str]:
    known = communities().values()
    female = {name for people in known for name in people.given["female"]}
    male = {name for people in known for name in people.given["male"]}
    for farmer in made.farmers:
        named = (farmer["first_name"] in female, farmer["first_name"] in male)
        yield {(True, False): "female", (False, True): "male"}.get(named, "either")


def qualities(made: Made) -> Iterable[str]:
    """The tier that each plain farmer's documents show most often."""
    plain = {farmer["id"] for farmer in plain_farmers(made)}
    found: dict[str, list[str]] = {}
    for document in made.documents:
        farmer = document["linkage_fields"]["farmer_id"]
        if farmer in plain:
            percent = document["extracted_fields"]["bag_summary"]["primary_percentage"]
            tier = TIERS[(percent < 85) + (percent < 70) + (percent < 50)]
            found.setdefault(farmer, []).append(tier)
    return (max(tiers, key=tiers.count) for tiers in found.values())


def enrolments(made: Made) -> Iterable[bool]:
    """Whether each active farmer with a choice is on two points."""
    points: dict[str, int] = {}
    for point in made.collection_points:
        for farmer in point["farmer_ids"]:
            points[farmer] = points.get(farmer, 0) + 1
    return (points.get(farmer["id"], 0) == 2 for farmer in made.farmers if farmer["is_active"])


OBSERVED: dict[str, Callable[[Made], Iterable[Any]]] = {
    "factories.thresholds": thresholds,
    "factories.policy": lambda made: (one["payment_policy"]["policy_type"] for one in made.factories),
    "collection_points.status": statuses,
    "collection_points.days": lambda made: (" ".join(one["collection_days"]) for one in made.collection_points),
    "collection_points.hours": lambda made: (one["operating_hours"]["weekdays"] for one in made.collection_points),
    "collection_points.weekend_hours": lambda made: (
        one["operating_hours"]["weekends"] for one in made.collection_points
    ),
    "collection_points.storage": lambda made: (one["capacity"]["storage_type"] for one in made.collection_points),
    "collection_points.has_weighing_scale": lambda made: (
        one["capacity"]["has_weighing_scale"] for one in made.collection_points
    ),
    "collection_points.has_qc_device": lambda made: (
        one["capacity"]["has_qc_device"] for one in made.collection_points
    ),
    "collection_points.has_clerk": lambda made: (
        value is not None for one in made.collection_points for value in (one["clerk_id"], one["clerk_phone"])
    ),
    "farmers.farm_scale": lambda made: (one["farm_scale"] for one in made.farmers),
    "farmers.is_active": lambda made: (one["is_active"] for one in plain_farmers(made)),
    "farmers.notification_channel": lambda made: (one["notification_channel"] for one in made.farmers),
    "farmers.interaction_pref": lambda made: (one["interaction_pref"] for one in made.farmers),
    "farmers.pref_lang": lambda made: (one["pref_lang"] for one in made.farmers),
    "farmers.gender": genders,
    "farmers.grower": lambda made: (one["grower_number"] is not None for one in made.farmers),
    "farmers.two_points": enrolments,
    "farmers.has_email": lambda made: (one["contact"]["email"] != "" for one in made.farmers),
    "farmers.quality": qualities,
    "documents.source": sources,
}


def test_each_has_a_test() -> None:
    """Everything that a profile may set is looked at here."""
    assert set(SETTABLE) == set(OBSERVED)


@pytest.mark.parametrize(("key", "word"), [at for at in WEIGHTS if at[0] != "farmers.pref_lang"])
def test_weights(key: str, word: str) -> None:
    """A value with weight 100 is the only one; those with weight 0 do not occur."""
    made = Made(f"{key}={{{word!r}: 100}}", "factories.count=4", "collection_points.count=30")
    found = list(OBSERVED[key](made))

    assert len(found) >= 4
    assert {word} == set(found)


@pytest.mark.parametrize("key", CHANCES)
@pytest.mark.parametrize("percent", [0, 100])
def test_chances(key: str, percent: int) -> None:
    """0 per cent is never and 100 per cent is always."""
    changes = [f"{key}={percent}", "collection_points.status={active: 100}"]
    found = list(OBSERVED[key](Made(*changes)))

    assert len(found) >= 10
    assert {percent == 100} == set(found)


@pytest.mark.parametrize("language", ["sw", "en"])
def test_common_languages(language: str) -> None:
    """Swahili and English are for everybody: with weight 100 all speak it."""
    assert {language} == set(OBSERVED["farmers.pref_lang"](Made(f"farmers.pref_lang={{{language}: 100}}")))


@pytest.mark.parametrize("language", ["ki", "luo"])
def test_own_languages(language: str) -> None:
    """With weight 100, a community's language is that of all its people, and of nobody else; they keep Swahili."""
    made = Made(f"farmers.pref_lang={{{language}: 100}}", "regions.count=8", "factories.count=8", "farmers.count=400")
    community = made.world.whole("farmers")["community"]
    speaks = [found.language == language for found in communities().values()]

    assert [language if speaks[number] else "sw" for number in community] == [one["pref_lang"] for one in made.farmers]
    assert {language, "sw"} == {one["pref_lang"] for one in made.farmers}


def test_a_factory_keeps_an_active_point() -> None:
    """Whatever the weights, each factory's first collection point is active."""
    made = Made("collection_points.status={inactive: 100}")
    active = [point["factory_id"] for point in made.collection_points if point["status"] == "active"]

    assert [factory["id"] for factory in made.factories] == active


def test_weights_between() -> None:
    """A changed weight shifts the share, in a table large enough to tell."""
    made = Made("farmers.count=5000", "farmers.notification_channel={sms: 35, whatsapp: 65}", "farmers.has_email=40")

    assert near(sum(one["notification_channel"] == "sms" for one in made.farmers), 5000, 35)
    assert near(sum(one["contact"]["email"] != "" for one in made.farmers), 5000, 40)


@pytest.mark.parametrize(("table", "prefix"), [("farmers", "FRM-DEMO-"), ("factories", "KE-F-")])
def test_prefixes(table: str, prefix: str) -> None:
    """Ids begin with the profile's prefix, wherever they are named."""
    made = Made(f"{table}.id_prefix={prefix}")
    ids = [one["id"] for one in getattr(made, table)]
    field = {"farmers": "farmer_id", "factories": "factory_id"}[table]

    width = {"farmers": 4, "factories": 3}[table]
    assert [f"{prefix}{number:0{width}}" for number in range(1, len(ids) + 1)] == ids
    assert {one["linkage_fields"][field] for one in made.documents} <= set(ids)
    if table == "farmers":
        assert all(one["document_id"].startswith(f"DOC-{prefix}") for one in made.documents)
        assert ids == [one["farmer_id"] for one in made.farmer_performance]
        assert {farmer for one in made.collection_points for farmer in one["farmer_ids"]} <= set(ids)
    else:
        assert ids == sorted(factory for one in made.grading_models for factory in one["active_at_factory"])


@pytest.mark.parametrize("count", [1, 7, 23])
def test_counts(count: int) -> None:
    """Counts come out exact."""
    changes = ("regions.count=1", f"factories.count={count}", f"collection_points.count={count + 9}")
    made = Made(*changes, f"farmers.count={count + 2}", "farmers.scenarios={}", "days=20")

    assert (1, count, count + 9, count + 2, 20, count + 2) == tuple(
        len(rows)
        for rows in (
            made.regions,
            made.factories,
            made.collection_points,
            made.farmers,
            made.weather_observations,
            made.farmer_performance,
        )
    )


def test_scenario_counts() -> None:
    """As many farmers show a scenario as the profile says; the inactive ones are not active and deliver nothing."""
    made = Made("farmers.scenarios={inactive: 9, top_performer: 30%}", "farmers.is_active=100")
    off = {one["id"] for one in made.farmers if not one["is_active"]}

    assert len(off) == 9
    assert not off & {one["linkage_fields"]["farmer_id"] for one in made.documents}
    numbers = list(made.world.whole("farmers")["scenario"])
    assert tuple(numbers.count(number) for number in (0, 1, -1)) == (9, 15, 26)


def test_last_day_and_days() -> None:
    """The history has `days` up to `born`, and ends on `as_of`."""
    made = Made("born=2024-02-29", "as_of=2024-03-05", "days=35", "regions.count=1")
    dates = [one["date"] for one in made.weather_observations]
    last = datetime.date(2024, 3, 5)

    assert [last - datetime.timedelta(39 - day) for day in range(40)] == dates
    received = [one["ingestion"]["received_at"].date() for one in made.documents]
    assert dates[0] <= min(received)
    assert max(received) <= last


def test_seed() -> None:
    """Another seed gives other people, weather and deliveries; the same one the same."""
    ours, same, other = Made("seed=1"), Made("seed=1"), Made("seed=2")

    for table in ("factories", "weather_observations", "collection_points", "farmers", "documents"):
        assert getattr(ours, table) == getattr(same, table), table
        assert getattr(ours, table) != getattr(other, table), table
