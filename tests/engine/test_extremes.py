"""Worlds at the ends of what a profile may say."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from demo_data.engine.world import World
from demo_data.recipes.distributions import Chance, Weighted
from demo_data.schema.tree import primary_key, references
from demo_data.tea import DOMAIN
from demo_data.tea.kenya.places import counties
from demo_data.tea.recipe import SCENARIOS
from tests.worlds import TABLES, changed, make, published, records

ALONE = {"regions__count": 1, "factories__count": 1, "collection_points__count": 1}
WORLDS: dict[str, dict[str, Any]] = {
    "demo": {},
    "one of each": ALONE | {"farmers__count": 1, "farmers__scenarios": {}},
    "one day": {"days": 1},
    "a leap year": {"days": 366, "farmers__count": 5, "farmers__scenarios": {}},
    "more points than places": ALONE | {"collection_points__count": 700, "farmers__count": 60},
    "more points than farmers": {"collection_points__count": 40, "farmers__count": 3, "farmers__scenarios": {}},
    "more regions than factories": {"regions__count": 14, "factories__count": 3, "farmers__count": 20},
    "more factories than places": ALONE | {"factories__count": 120, "collection_points__count": 120},
    "nobody active": {"farmers__is_active": 0, "farmers__scenarios": {}},
    "all at two points": {"farmers__two_points": 100, "farmers__is_active": 100},
    "every farmer in a scenario": {"farmers__scenarios": dict.fromkeys(SCENARIOS, 10)},
    "one scenario for all": {"farmers__scenarios": {"inactive": 50}},
    "no point active by weight": {"collection_points__status": {"inactive": 100}},
    "all points seasonal by weight": {"collection_points__status": {"seasonal": 100}},
}


@cache
def world(name: str) -> World:
    return make(**(WORLDS[name] | ({"farmers__scenarios": {}} if WORLDS[name].get("farmers__count", 50) < 20 else {})))


@cache
def rows_of(name: str, table: str) -> list[dict[str, Any]]:
    return records(published(world(name), table), table)


def as_text(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value.isoformat()


@pytest.mark.parametrize("name", WORLDS)
def test_rows_are_valid(name: str) -> None:
    """Every row of every table passes its model in strict JSON mode, and its JSON form is the row."""
    for table in TABLES:
        text = json.dumps(rows_of(name, table), default=as_text)
        model: Any = DOMAIN.models[table]
        adapter = TypeAdapter(list[model])
        found = adapter.validate_json(text, strict=True)
        assert json.loads(text) == adapter.dump_python(found, mode="json")


@pytest.mark.parametrize("name", WORLDS)
def test_keys_hold(name: str) -> None:
    """Primary keys are unique and every reference, deferred ones too, names a row."""
    for table, model in DOMAIN.models.items():
        keys = [tuple(row[key] for key in primary_key(model)) for row in rows_of(name, table)]
        assert len(set(keys)) == len(keys), table
        for reference in references(model):
            if reference.key.if_present:
                continue
            target = primary_key(DOMAIN.models[reference.key.table])[0]
            known = {row[target] for row in rows_of(name, reference.key.table)}
            assert values(rows_of(name, table), reference.path) <= known, reference


def values(rows: list[dict[str, Any]], path: str) -> set[str]:
    found = set()
    for row in rows:
        value: Any = row
        for step in path.split("."):
            value = value[step]
        found |= set(value) if isinstance(value, list) else {value}
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_counts_are_exact(name: str) -> None:
    """Tables have the rows asked for: weather one per region and day, performance one per farmer."""
    settings = world(name).settings
    counted = {t: settings[f"{t}.count"] for t in ("regions", "factories", "collection_points", "farmers")}
    expected = counted | {
        "grading_models": 2,
        "source_configs": 3,
        "weather_observations": settings["regions.count"] * settings["days"],
        "farmer_performance": settings["farmers.count"],
    }

    assert expected == {table: len(rows_of(name, table)) for table in TABLES if table != "documents"}


@pytest.mark.parametrize("name", WORLDS)
def test_every_factory_keeps_an_active_point(name: str) -> None:
    """Each factory with points has an active one, and each model's factories are all factories once."""
    points = rows_of(name, "collection_points")
    models = rows_of(name, "grading_models")

    assert {point["factory_id"] for point in points} == {p["factory_id"] for p in points if p["status"] == "active"}
    assert sorted(factory["id"] for factory in rows_of(name, "factories")) == sorted(
        factory for model in models for factory in model["active_at_factory"]
    )


@pytest.mark.parametrize("name", WORLDS)
def test_names_are_unique(name: str) -> None:
    """No two factories, and no two points of one region, bear the same name; codes and addresses are unique too."""
    factories, points = rows_of(name, "factories"), rows_of(name, "collection_points")

    for field in ("name", "code"):
        assert len(factories) == len({factory[field] for factory in factories})
    assert len(points) == len({(point["region_id"], point["name"]) for point in points})


@pytest.mark.parametrize("name", ["nobody active", "one scenario for all"])
def test_nobody_active(name: str) -> None:
    """Where nobody is active there are no documents, and performances are zeros and empty dicts."""
    assert not any(farmer["is_active"] for farmer in rows_of(name, "farmers"))
    assert rows_of(name, "documents") == []
    for row in rows_of(name, "farmer_performance"):
        history, today = row["historical"], row["today"]
        assert [history["grade_distribution_year"], history["attribute_distributions_year"]] == [{}, {}]
        assert [history["total_kg_year"], history["primary_percentage_year"]] == [0.0, 0.0]
        assert (today["deliveries"], today["total_kg"], today["grade_counts"]) == (0, 0.0, {})
        assert (today["attribute_counts"], today["last_delivery"]) == ({}, None)
        assert history["improvement_trend"] == "stable"


def test_every_farmer_in_a_scenario() -> None:
    """Scenarios that take every farmer have exactly the numbers asked for; only the inactive ones are not active."""
    block = world("every farmer in a scenario").rows("farmers", 0, 50)
    numbers = block["scenario"][:, 0].tolist()

    assert [numbers.count(number) for number in range(5)] == [10] * 5
    assert block["is_active"].tolist() == [number != list(SCENARIOS).index("inactive") for number in numbers]


@pytest.mark.parametrize(
    ("farmers", "first", "last"),
    [(2499, "WM-0001", "WM-2499"), (2500, "WM-00001", "WM-02500"), (100_001, "WM-000001", "WM-100001")],
)
def test_wide_ids(farmers: int, first: str, last: str) -> None:
    """Ids are as wide as a century of joining needs, at least four digits, the same for all."""
    wide = make(farmers__count=farmers)
    ids = [wide.rows("farmers", row, row + 1)["id"].to_pylist() for row in (0, farmers - 1)]
    documents = wide.rows("documents", farmers - 40, farmers)

    assert [[first], [last]] == ids
    assert {len(f"DOC-{last}-0001")} == {len(text) for text in documents["document_id"].to_pylist()}
    if farmers > 90_000:
        assert {len("GN-1") + len(str(3 * 400_000))} == {
            len(text) for text in wide.rows("farmers", 0, 50)["grower_number"].values.to_pylist()
        }


def test_wide_point_ids() -> None:
    """Factories and points get wider numbers when three digits run out."""
    wide = make(regions__count=1, factories__count=1000, collection_points__count=1000)

    assert wide.rows("factories", 999, 1000)["id"].to_pylist() == ["KEN-FAC-1000"]
    assert wide.rows("collection_points", 6, 7)["id"].to_pylist() == [f"{counties()[0].slug}-highland-cp-0007"]


def test_prefixes() -> None:
    """A profile's own prefixes stand in every id that holds them."""
    own = make(farmers__id_prefix="FRM-DEMO-", factories__id_prefix="F-")

    assert own.rows("farmers", 0, 1)["id"].to_pylist() == ["FRM-DEMO-0001"]
    document = records(published(own, "documents", 0, 10), "documents")[0]
    farmer, factory = document["linkage_fields"]["farmer_id"], document["linkage_fields"]["factory_id"]
    assert document["document_id"] == f"DOC-{farmer}-0001"
    assert farmer.startswith("FRM-DEMO-")
    assert factory.startswith("F-")
    assert document["raw_document"]["blob_path"] == f"{factory}/DOC-{farmer}-0001.json"


def test_all_counties() -> None:
    """Every tea county can be a region, with the platform's name and id."""
    every = make(regions__count=len(counties()), factories__count=30, collection_points__count=60)
    found = records(published(every, "regions"), "regions")

    assert len(counties()) == len({row["region_id"] for row in found})
    for row in found:
        slug, band = row["region_id"].split("-")
        assert slug == row["county"].lower().replace(" ", "").replace("'", "").replace("-", "")
        assert row["name"] == f"{row['county']} {band.capitalize()}"
    assert len({row["code"] for row in records(published(every, "factories"), "factories")}) == 30


WEIGHTED = [
    (table, column, word)
    for table, recipe in DOMAIN.recipes.items()
    for column, distribution in recipe.drawn.items()
    if isinstance(distribution, Weighted)
    for word in distribution.weights
    if column not in ("status", "pref_lang")
]
CHANCES = [
    (table, column)
    for table, recipe in DOMAIN.recipes.items()
    for column, distribution in recipe.drawn.items()
    if isinstance(distribution, Chance)
]


@pytest.mark.parametrize(("table", "column", "word"), WEIGHTED)
def test_weight_of_100(table: str, column: str, word: str) -> None:
    """A profile that gives one word all the weight gets no other; by analyser come the bags of points that have one."""
    only = make(
        farmers__scenarios={}, collection_points__has_qc_device=100, **changed(f"{table}.{column}", {word: 100})
    )
    made = only.rows(table, 0, min(only.count(table), 50))[column]

    assert {word} == {made.words[code] for code in made.codes.tolist()}


@pytest.mark.parametrize(("table", "column"), CHANCES)
def test_chance_of_all_or_none(table: str, column: str) -> None:
    """A chance of 100 is always, of 0 never; where all points are active, for inactive ones have no clerk."""
    for percent in (0, 100):
        working: dict[str, Any] = {"farmers__scenarios": {}, "collection_points__status": {"active": 100}}
        sure = make(**working, **changed(f"{table}.{column}", percent))
        assert {percent == 100} == set(sure.rows(table, 0, sure.count(table))[column].tolist())


@pytest.mark.parametrize("word", ["active", "inactive", "seasonal"])
def test_status_of_100(word: str) -> None:
    """All points but each factory's first have the only status that has weight."""
    only = make(collection_points__status={word: 100})
    block = only.rows("collection_points", 0, 10)
    first = (block["number_in_factory"] == 0).tolist()
    found = [block["status"].words[code] for code in block["status"].codes]

    assert found == ["active" if one else word for one in first]


@pytest.mark.parametrize(("word", "others"), [("sw", set()), ("en", set()), ("ki", {"sw"}), ("luo", {"sw"})])
def test_language_of_100(word: str, others: set[str]) -> None:
    """All farmers speak the only language that has weight; who cannot, Kiswahili."""
    only = make(
        regions__count=14,
        factories__count=14,
        collection_points__count=28,
        farmers__count=500,
        farmers__pref_lang={word: 100},
    )
    found = {farmer["pref_lang"] for farmer in records(published(only, "farmers"), "farmers")}

    assert {word} | others == found
