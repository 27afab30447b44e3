"""A feed brings a database that holds the old dataset to the new one: held to a direct load of that, byte for byte."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo_data.export.mongodb import LoadReport, load
from tests.export.mongodb.feeds import Change, between, dump, feed
from tests.export.mongodb.serving import Databases
from tests.running import called

Capture = pytest.CaptureFixture[str]


def direct(databases: Databases, dataset: Path) -> dict[str, Any]:
    """What lies there after a direct load of a dataset into nothing."""
    databases.drop()
    load(dataset, databases.uri, suffix=databases.suffix)
    return dump(databases)


def counts(report: LoadReport) -> dict[str, tuple[int, int, int, int]]:
    """Per table: inserted, updated, deleted, unchanged."""
    return {one.table: (one.inserted, one.updated, one.deleted, one.unchanged) for one in report.collections}


def told(changes: Iterator[Change]) -> dict[str, tuple[int, int, int, int]]:
    """The same, counted by what is before and after."""
    number: Counter[tuple[str, bool, bool]] = Counter(
        (table, before is None, after is None) for table, before, after in changes
    )
    tables = {table for table, _, _ in number}
    return {
        table: (number[table, True, False], number[table, False, False], number[table, False, True], 0)
        for table in tables
    }


def test_old_to_new(held: Databases, step: Path, days: tuple[Path, Path]) -> None:
    """The whole database is that of a direct load; the report counts what was inserted, replaced and deleted."""
    report = load(step, held.uri, suffix=held.suffix)
    after, places = dump(held), held.places()
    expected = told(between(days[0], days[1]))

    assert counts(report) == expected
    assert all(sum(row[at] for row in expected.values()) > 3 for at in (0, 1, 2))
    assert after == direct(held, days[1])
    assert [place for place in places if place.startswith("demo_data")] == []
    assert sum(one.read_back for one in report.collections) > 20


def test_and_back(held: Databases, step: Path, days: tuple[Path, Path], tmp_path: Path) -> None:
    """A feed the other way leads back."""
    before = dump(held)
    load(step, held.uri, suffix=held.suffix)
    back = feed(tmp_path / "back", between(days[1], days[0]))
    report = load(back, held.uri, suffix=held.suffix)

    assert sum(one.deleted for one in report.collections) > 0
    assert dump(held) == before


def test_ids_of_the_server_stay(held: Databases, step: Path) -> None:
    """A record that a feed changes keeps the `_id` that the server had made."""
    weather = "plantation.weather_observations"
    ids = {(one["region_id"], one["date"]): one["_id"] for one in held.collection(weather).find()}
    load(step, held.uri, suffix=held.suffix)
    after = {(one["region_id"], one["date"]): one["_id"] for one in held.collection(weather).find()}
    both = ids.keys() & after.keys()

    assert len(both) > 10
    assert {key: ids[key] for key in both} == {key: after[key] for key in both}


def test_twice(held: Databases, step: Path, capsys: Capture) -> None:
    """The second time nothing changes, and that is said."""
    arguments = ("load", step, "--uri", held.uri, "--suffix", held.suffix)
    first, said, _ = called(capsys, *arguments)
    before = dump(held)
    second, again, err = called(capsys, *arguments)

    assert (first, second, err) == (0, 0, "")
    assert re.search(r"^  collection +inserted +updated +deleted +unchanged +seconds$", said, flags=re.MULTILINE)
    assert " records of a feed from minimal as of 2026-01-31 to minimal as of 2026-02-01 loaded " in said
    assert "the feed was loaded before; nothing was changed: " in again
    assert re.search(r"quality_documents +0 +0 +0 +\d+ ", again)
    assert before == dump(held)


def test_dry_run(held: Databases, step: Path, days: tuple[Path, Path]) -> None:
    """It counts what would be done, and does nothing."""
    before = dump(held)
    report = load(step, held.uri, suffix=held.suffix, dry_run=True)

    assert counts(report) == told(between(days[0], days[1]))
    assert "a dry run, nothing was written" in report.text()
    assert before == dump(held)


def test_others_stay(held: Databases, step: Path) -> None:
    """Documents of somebody else's are left alone."""
    held.collection("plantation.farmers").insert_one({"_id": "mine", "id": "mine"})
    held.collection("collection.others").insert_one({"_id": 1})
    load(step, held.uri, suffix=held.suffix)

    assert held.collection("plantation.farmers").find_one({"_id": "mine"}) == {"_id": "mine", "id": "mine"}
    assert held.documents("collection.others") == [{"_id": 1}]


def test_several_events_of_one_record(held: Databases, days: tuple[Path, Path], tmp_path: Path) -> None:
    """What was before the first counts, and what is after the last, whatever lies between."""
    first, second, third = json.loads((days[0] / "farmers.json").read_text(encoding="utf-8"))
    moved, gone = {**first, "last_name": "Moved"}, {**second, "id": "WM-0009"}
    again = {**moved, "last_name": "Again"}
    passed = {**third, "last_name": "For a while"}
    changes: list[Change] = [
        ("farmers", first, moved),
        ("farmers", None, gone),
        ("farmers", second, None),
        ("farmers", third, passed),
        ("farmers", moved, again),
        ("farmers", gone, None),
        ("farmers", None, {**second, "last_name": "Back"}),
        ("farmers", passed, third),
    ]
    several = feed(tmp_path / "several", changes)
    report = load(several, held.uri, suffix=held.suffix)
    after = held.documents("plantation.farmers")
    twice = load(several, held.uri, suffix=held.suffix)

    assert counts(report) == {"farmers": (0, 2, 0, 1)}
    names = {record["id"]: record["last_name"] for record in after}
    assert names == {first["id"]: "Again", second["id"]: "Back", third["id"]: third["last_name"]}
    assert twice.applied


def test_nothing_happened(held: Databases, tmp_path: Path) -> None:
    """A feed without an event changes nothing, and says so."""
    before = dump(held)
    report = load(feed(tmp_path / "empty", []), held.uri, suffix=held.suffix)

    assert report.text().endswith(
        "nothing happened; nothing was changed: 0 records of a feed from minimal as of "
        "2026-01-31 to minimal as of 2026-02-01"
    )
    assert before == dump(held)


def test_progress(held: Databases, step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed is read, then each table written, up to all of it, in batches of bounded size."""
    monkeypatch.setattr("demo_data.export.mongodb.net.ROWS", 10)
    seen: list[tuple[str, int, int]] = []
    report = load(step, held.uri, suffix=held.suffix, progress=lambda *step: seen.append(step))
    last = {table: (done, of) for table, done, of in seen}
    rows = {one.table: one.inserted + one.updated + one.deleted for one in report.collections}

    assert seen[0] == ("feed", sum(rows.values()), sum(rows.values()))
    assert last == {table: (number, number) for table, number in {"feed": seen[0][1], **rows}.items()}
    assert [done for table, done, _ in seen if table == "weather_observations"][:3] == [10, 20, 30]
