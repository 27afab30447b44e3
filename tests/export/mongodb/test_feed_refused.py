"""Feeds that do not fit what is there, or are none: one message that names the first thing that is wrong, no change."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from tests.export.mongodb.feeds import Change, Record, between, dump, feed, records
from tests.export.mongodb.serving import Databases
from tests.running import called

Capture = pytest.CaptureFixture[str]
Alter = Callable[[Databases], object]

FARMERS, DOCUMENTS = "plantation.farmers", "collection.quality_documents"
WEATHER = "plantation.weather_observations"


def refusal(databases: Databases, folder: Path, **options: Any) -> str:
    """What a load says, which must leave everything as it is, and a dry run as well."""
    before = dump(databases)
    with pytest.raises(UsageError) as error:
        load(folder, databases.uri, suffix=databases.suffix, **options)
    with pytest.raises(UsageError) as dry:
        load(folder, databases.uri, suffix=databases.suffix, dry_run=True, **options)

    assert str(error.value) == str(dry.value)
    assert dump(databases) == before
    return str(error.value)


def altered(databases: Databases, place: str, **values: Any) -> None:
    """Change fields of the first record of a collection, by its key."""
    first = databases.collection(place).find_one(sort=[("_id", 1)])
    databases.collection(place).update_one({"_id": first["_id"]}, {"$set": values})


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (
            lambda there: altered(there, FARMERS, **{"contact.address": "Elsewhere"}),
            r"farmers WM-0001: contact\.address: expected '.*', found 'Elsewhere'",
        ),
        (lambda there: there.collection(FARMERS).delete_one({"_id": "WM-0002"}), "farmers WM-0002: is not there, and "),
        (
            lambda there: altered(there, FARMERS, farm_size_hectares=1),
            r"farmers WM-0001: farm_size_hectares: expected \d+\.\d+, found 1",
        ),
        (lambda there: altered(there, FARMERS, mine=1), "farmers WM-0001: mine: expected nothing, found 1"),
        (
            lambda there: there.collection(FARMERS).update_one({"_id": "WM-0003"}, {"$unset": {"contact": 1}}),
            r"farmers WM-0003: contact: expected \{.*\}, found nothing",
        ),
        (
            lambda there: there.collection(FARMERS).insert_one({"_id": "WM-0004", "id": "WM-0004"}),
            "farmers WM-0004: is there, and should not be",
        ),
        (lambda there: there.drop(), "factories KEN-FAC-001: is not there, and should be"),
    ],
    ids=["value", "missing", "kind", "more", "less", "known", "nothing"],
)
def test_does_not_fit(alter: Alter, words: str, held: Databases, step: Path) -> None:
    """The first record that is not as the feed says it was before is named: table, key, field, expected, found."""
    alter(held)
    said = refusal(held, step)

    assert re.fullmatch(rf"the feed does not fit: {words}.*; nothing was written", said), said


@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_last_record_does_not_fit(held: Databases, step: Path, no_transactions: None) -> None:
    """What was staged until then goes: not even the journal is there."""
    altered(held, "plantation.farmer_performances", grading_model_version="0.0.1")
    said = refusal(held, step)

    assert said.startswith("the feed does not fit: farmer_performance WM-0001: grading_model_version: expected '")
    assert said.endswith("', found '0.0.1'; nothing was written")
    assert not [place for place in held.places() if place.startswith("demo_data")]


def test_command(held: Databases, step: Path, capsys: Capture) -> None:
    """One line, and exit code 2."""
    altered(held, FARMERS, last_name="Other")
    code, out, err = called(capsys, "load", step, "--uri", held.uri, "--suffix", held.suffix)

    assert (code, out) == (2, "")
    assert err.startswith("demo-data: the feed does not fit: farmers WM-0001: last_name: expected '")
    assert err.count("\n") == 1


def test_there_in_part(held: Databases, step: Path, days: tuple[Path, Path]) -> None:
    """Where somebody has done a part of a feed, the first record of each kind is named."""
    new = records(days[1], "farmers")[("WM-0002",)]
    held.collection(FARMERS).replace_one({"_id": "WM-0002"}, {"_id": "WM-0002", **new})
    said = refusal(held, step)

    assert "does not fit: it is there in part: farmers WM-0002 is as after it, factories KEN-FAC-001 as before" in said
    assert " as before it (farmers WM-0002: " in said  # how it differs from the one before


def test_undone_in_part(held: Databases, step: Path, days: tuple[Path, Path]) -> None:
    """The same where the feed was loaded, and a record has been put back, or altered since."""
    load(step, held.uri, suffix=held.suffix)
    there = dump(held)
    old = records(days[0], "farmers")[("WM-0001",)]
    held.collection(FARMERS).replace_one({"_id": "WM-0001"}, {"_id": "WM-0001", **old})
    put_back = refusal(held, step)
    new = records(days[1], "farmers")[("WM-0001",)] | {"last_name": "Other"}
    held.collection(FARMERS).replace_one({"_id": "WM-0001"}, {"_id": "WM-0001", **new})
    other = refusal(held, step)

    assert there != dump(held)
    assert " is as after it, farmers WM-0001 as before it (farmers WM-0001: " in put_back
    assert re.search(r"fit: \S+ \S+ is as after it already, but farmers WM-0001: last_name: .* found 'Other'; ", other)


@pytest.mark.parametrize("server", ["journal"], indirect=True)
@pytest.mark.parametrize(
    ("name", "before", "stored"),
    [("farm_size_hectares", 2.0, 2), ("is_active", True, 1), ("is_active", True, True)],
    ids=["integer", "number", "order"],
)
def test_kinds(
    name: str, before: object, stored: object, held: Databases, days: tuple[Path, Path], tmp_path: Path
) -> None:
    """An integer is no float, nor is true one; but in which order fields are stored is nobody's business."""
    row = farmer(days)
    folder = feed(tmp_path / "feed", [("farmers", row | {name: before}, None)])
    turned = dict(reversed((row | {name: stored}).items()))
    held.collection(FARMERS).replace_one({"_id": "WM-0001"}, {"_id": "WM-0001", **turned})

    if stored is not before:
        assert f"farmers WM-0001: {name}: expected {before}, found {stored}; " in refusal(held, folder)
    else:
        (report,) = load(folder, held.uri, suffix=held.suffix).collections
        assert report.deleted == 1


def test_too_early(held: Databases, days: tuple[Path, Path], tmp_path: Path) -> None:
    """The feed of the day after does not fit before the one of the day."""
    rows = list(records(days[0], "farmers").values())
    changes: list[Change] = [("farmers", row | {"last_name": "One"}, row | {"last_name": "Two"}) for row in rows]
    said = refusal(held, feed(tmp_path / "second", changes))

    assert said.startswith("the feed does not fit: farmers WM-0001: last_name: expected 'One', found '")


def lines(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of a feed."""
    path = folder / "changes.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda all: [*all[:3], all[3][:60] + b"\n", *all[4:]], "line 4: damaged"),
        (lambda all: [*all[:3], *all[4:]], "line 4: the event 5 stands where 4 should"),
        (lambda all: [*all[:3], all[2], *all[3:]], "line 4: the event 3 stands for the second time"),
        (lambda all: all[:-1], "lines are missing"),
        (lambda all: [*all[:-1], all[-1][:-5]], "does not end"),
    ],
    ids=["damaged", "missing", "doubled", "cut", "cut off"],
)
@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_damaged(
    change: Callable[[list[bytes]], list[bytes]], words: str, held: Databases, days: tuple[Path, Path], tmp_path: Path
) -> None:
    """A line that is damaged, missing or doubled is told, before any connection."""
    folder = feed(tmp_path / "feed", between(*days))
    lines(folder, change)

    assert words in refusal(held, folder)
    with pytest.raises(UsageError, match=words):
        load(folder, "mongodb://127.0.0.1:1")


def farmer(days: tuple[Path, Path]) -> Record:
    """The first farmer of the old dataset."""
    return records(days[0], "farmers")[("WM-0001",)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda row: [("farmers", row, row | {"last_name": "A"}), ("farmers", row, row | {"last_name": "B"})],
            "line 2: farmers WM-0001: its `before` is not the `after` of event 1",
        ),
        (
            lambda row: [("farmers", row, row | {"last_name": ""})],
            "line 1: after: last_name: Value should have at least 1 ",
        ),
        (lambda row: [("farmers", row, row | {"mine": 1})], "line 1: after: mine: no such key is known"),
        (
            lambda row: [("farmers", row, row | {"farm_size_hectares": 2**70})],
            "line 1: cannot be a MongoDB document: ",
        ),
        (
            lambda row: [("farmers", row, {name: row[name] for name in row if name != "notes"} | {"is_active": "yes"})],
            "line 1: after: is_active: Input should be a valid boolean",
        ),
    ],
    ids=["chain", "bounds", "more", "large", "type"],
)
@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_no_record(
    change: Callable[[Record], list[Change]], words: str, held: Databases, days: tuple[Path, Path], tmp_path: Path
) -> None:
    """Events that do not go on from each other, or would write what is no record of the table."""
    folder = feed(tmp_path / "feed", change(farmer(days)))

    assert refusal(held, folder).startswith(f"{folder / 'changes.jsonl'}: {words}")


@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_other_feeds(held: Databases, days: tuple[Path, Path], tmp_path: Path) -> None:
    """A feed that does not tell what was before, one of other tables, and one whose key is another."""
    row = farmer(days)
    since = feed(tmp_path / "since", [("farmers", None, row)], old=None)
    strange = feed(tmp_path / "strange", [("farmer", None, row)])
    key = feed(tmp_path / "key", [("farmers", None, row)], key=("last_name",))

    assert refusal(held, since).startswith(f"{since}: does not tell what there was before, so nobody could say")
    assert re.search(r"/strange: farmer is no table of .*; did you mean 'farmers'\?$", refusal(held, strange))
    assert refusal(held, key) == f"{key / 'changes.jsonl'}: line 1: source.key: id is the key of farmers"


@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_clear(held: Databases, step: Path, capsys: Capture) -> None:
    """A feed goes on from what is there: with --clear nothing would be."""
    assert refusal(held, step, clear=True) == f"{step}: a feed goes on from what is there: load it without --clear"
    code, _, err = called(capsys, "load", step, "--uri", held.uri, "--suffix", held.suffix, "--clear", "--yes")
    assert (code, err) == (2, f"demo-data: {step}: a feed goes on from what is there: load it without --clear\n")
