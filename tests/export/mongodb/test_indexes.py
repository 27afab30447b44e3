"""Databases with a life of their own: indexes, rules, views and names not ours stay, or the load is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from tests.export.mongodb.serving import Databases
from tests.running import called

FARMERS, WEATHER, DOCUMENTS = "plantation.farmers", "plantation.weather_observations", "collection.quality_documents"


@pytest.fixture(params=["merge", pytest.param("transaction", marks=pytest.mark.full)])
def server(request: pytest.FixtureRequest) -> Any:
    """A server without transactions, and one with them."""
    return request.getfixturevalue({"merge": "there", "transaction": "replica"}[request.param])


def whole(server: Databases) -> dict[str, Any]:
    """Everything that lies there, with all that is known of the indexes."""
    return {
        place: (server.documents(place), sorted(map(repr, server.collection(place).list_indexes())))
        for place in server.places()
    }


IN_THE_WAY: dict[str, tuple[Any, ...]] = {
    "our name, not unique": (FARMERS, {"id": 1}, {}, "the index id_1 on id is not unique"),
    "their name, not unique": (FARMERS, {"id": 1}, {"name": "mine"}, "the index mine on id is not unique"),
    "two fields": (WEATHER, {"region_id": 1, "date": 1}, {}, "region_id_1_date_1 on region_id, date is not unique"),
    "of some documents": (
        FARMERS,
        {"id": 1},
        {"unique": True, "partialFilterExpression": {"id": {"$gt": "a"}}},
        "id_1 on id covers only a part",
    ),
    "our name, other fields": (FARMERS, {"phone": 1}, {"name": "id_1"}, r"index id_1 is on phone, and a load needs"),
    "unique, where many agree": (
        DOCUMENTS,
        {"linkage_fields.farmer_id": 1},
        {"unique": True},
        "two of these records have one key: linkage_fields.farmer_id: 'WM-0001'",
    ),
}


@pytest.mark.parametrize("case", list(IN_THE_WAY))
def test_in_the_way(case: str, seed: Path, server: Databases, as_if_checked: None) -> None:
    """An index that a load cannot live with: told by name, by a dry run too, and nothing is changed."""
    place, keys, options, told = IN_THE_WAY[case]
    server.collection(place).create_index(list(keys.items()), **options)
    before = whole(server)
    ways: list[dict[str, Any]] = [{"dry_run": True}, {}, {"clear": True}]
    for how in ways:
        with pytest.raises(UsageError, match=told):
            load(seed, server.uri, suffix=server.suffix, **how)
    assert before == whole(server)


SERVES: dict[str, tuple[Any, ...]] = {
    "their name": (FARMERS, {"id": 1}, {"name": "mine", "unique": True}, "index mine (under a name of its own)"),
    "stricter": (FARMERS, {"id": 1}, {"unique": True, "collation": {"locale": "en", "strength": 2}}, "(collation)"),
    "downwards": (WEATHER, {"date": -1, "region_id": 1}, {"unique": True}, "(on date: -1, region_id: 1)"),
    "more fields": (DOCUMENTS, {"ingestion.source_id": 1, "x": 1}, {}, "(on ingestion.source_id: 1, x: 1)"),
}


@pytest.mark.parametrize("case", list(SERVES))
def test_serves(case: str, seed: Path, server: Databases, as_if_checked: None) -> None:
    """An index that is at least as strict as ours serves: it stays, ours is not made, and that is told before."""
    place, keys, options, told = SERVES[case]
    name = server.collection(place).create_index(list(keys.items()), **options)
    before = server.collection(place).index_information()[name]
    said: list[str] = []
    report = load(seed, server.uri, suffix=server.suffix, notify=said.append)
    load(seed, server.uri, suffix=server.suffix, clear=True)

    assert report.notes == said
    assert any(told in note and note.endswith("which serves; it stays as it is") for note in said)
    assert server.collection(place).index_information()[name] == before
    kinds = [set(dict(one["key"])) for one in server.collection(place).index_information().values()]
    assert [kind for kind in kinds if kinds.count(kind) > 1] == []
    assert server.collection(place).count_documents({}) > 0


@pytest.mark.parametrize("clear", [False, True], ids=["", "clear"])
def test_their_own_stay(clear: bool, seed: Path, server: Databases, as_if_checked: None) -> None:
    """Indexes and rules that have nothing to do with a load stay, even where the documents go."""
    rule = {"$jsonSchema": {"required": ["id", "first_name"]}}
    server.client[f"plantation_{server.suffix}"].create_collection("farmers", validator=rule)
    server.collection(FARMERS).create_index([("last_name", -1)], name="by_name", sparse=True)
    load(seed, server.uri, suffix=server.suffix)
    before = whole(server)
    load(seed, server.uri, suffix=server.suffix, clear=clear)

    assert before == whole(server)
    if not clear:  # The tests' server forgets the rules of what is renamed.
        assert server.collection(FARMERS).options()["validator"] == rule
    assert "by_name" in server.collection(FARMERS).index_information()


@pytest.mark.parametrize("clear", [False, True], ids=["", "clear"])
def test_broken_rule(clear: bool, seed: Path, server: Databases, as_if_checked: None) -> None:
    """A record that a collection's own rule forbids stops the load before anything is changed, and a dry run."""
    rule = {"$jsonSchema": {"required": ["nickname"]}}
    server.client[f"plantation_{server.suffix}"].create_collection("farmers", validator=rule)
    before = whole(server)
    for dry_run in (True, False):
        told = r"farmers: 'WM-\d+' does not satisfy the collection's own validator; nothing was changed"
        with pytest.raises(UsageError, match=told):
            load(seed, server.uri, suffix=server.suffix, clear=clear, dry_run=dry_run)
        assert before == whole(server)


def test_broken_rule_of_an_old_server(seed: Path, there: Databases, as_if_checked: None) -> None:
    """Where the server cannot be asked before, it tells when the record is staged."""
    rule = {"$jsonSchema": {"required": ["nickname"]}}
    there.client[f"plantation_{there.suffix}"].create_collection("farmers", validator=rule)
    before = whole(there)
    with (
        patch("demo_data.export.mongodb.existing.Rules._validate"),
        pytest.raises(UsageError, match="failed validation"),
    ):
        load(seed, there.uri, suffix=there.suffix)

    assert before == whole(there)


@pytest.mark.parametrize("clear", [False, True], ids=["", "clear"])
@pytest.mark.parametrize("dry_run", [False, True], ids=["", "dry"])
def test_view(clear: bool, dry_run: bool, seed: Path, server: Databases, as_if_checked: None) -> None:
    """A target that is a view is refused before anything is written; a load of other tables goes on."""
    server.client[f"plantation_{server.suffix}"].create_collection("farmers", viewOn="others", pipeline=[])
    before = server.places()
    with pytest.raises(UsageError, match=r"farmers: is a view, which cannot be loaded into"):
        load(seed, server.uri, suffix=server.suffix, clear=clear, dry_run=dry_run)
    assert before == server.places()

    for path in seed.iterdir():
        if path.stem not in ("grading_models", "source_configs"):
            path.unlink()
    assert load(seed, server.uri, suffix=server.suffix, clear=clear, dry_run=dry_run).ok


def test_names_like_ours(seed: Path, there: Databases, as_if_checked: None) -> None:
    """A collection of somebody's own whose name looks like a temporary one of ours is left alone."""
    for name in ("plantation.farmers.loading", f"plantation.farmers.loading.{'0' * 32}", "demo_data.staged"):
        there.collection(name).insert_one({"_id": "mine"})
    load(seed, there.uri, suffix=there.suffix, clear=True)
    load(seed, there.uri, suffix=there.suffix)

    for name in ("plantation.farmers.loading", f"plantation.farmers.loading.{'0' * 32}", "demo_data.staged"):
        assert there.documents(name) == [{"_id": "mine"}]


def test_another_has_the_key(seed: Path, server: Databases, as_if_checked: None) -> None:
    """A unique index of somebody's own, over another field: a clash is told by a dry run, too, with both documents."""
    server.collection(FARMERS).create_index([("contact.phone", 1)], unique=True)
    phone = json.loads((seed / "farmers.json").read_text(encoding="utf-8"))[0]["contact"]["phone"]
    server.collection(FARMERS).insert_one({"_id": "x", "id": "x", "contact": {"phone": phone}})
    before = whole(server)
    for dry_run in (True, False):
        with pytest.raises(
            UsageError, match=rf"contact\.phone: '{re.escape(phone)}' is that of 'x', and the index contact"
        ):
            load(seed, server.uri, suffix=server.suffix, dry_run=dry_run)
        assert before == whole(server)


def test_told_before(seed: Path, there: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says what existing collections get, dry or not, above the table; --quiet says nothing."""
    there.collection(FARMERS).insert_one({"_id": "x", "id": "x"})
    arguments = ("load", seed, "--uri", there.uri, "--suffix", there.suffix)
    dry = called(capsys, *arguments, "--dry-run")[1]
    quiet = called(capsys, *arguments, "--quiet")[1]

    assert dry.startswith(f"plantation_{there.suffix}.farmers: gets a unique index on id\n")
    assert quiet == ""
