"""A feed, replayed on what it leads from, gives what it leads to; on anything else it says what does not fit."""

from __future__ import annotations

import copy
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from demo_data import feed
from demo_data.common.errors import DataError, UsageError
from demo_data.tea import DOMAIN
from demo_data.versions.write import describe
from tests.feed import oracle
from tests.feed.test_reading import resealed
from tests.feed.worlds import BORN, World, store
from tests.running import contents
from tests.tiers import amounts


def assert_replays(old: Path, new: Path, folder: Path) -> None:
    """The feed between two datasets gives the tables of the second, row by row in their order."""
    header = feed.write(feed.between(old, new), folder / "feed")
    assert feed.apply(folder / "feed", old, folder / "replayed") == header.to.identity
    for path in new.glob("*.parquet"):
        replayed = pq.read_table(folder / "replayed" / path.name)
        assert replayed.to_pylist() == pq.read_table(path).to_pylist(), path.name
        assert replayed.schema.equals(pq.read_schema(path))


@pytest.mark.parametrize(("first", "last"), [(0, 1), (3, 100), (60, 60), (45, 0)])
def test_one_world(world: World, first: int, last: int, tmp_path: Path) -> None:
    """Forward, over any number of days, and back."""
    assert_replays(world(first), world(last), tmp_path)


def test_strangers(world: World, stranger: World, tmp_path: Path) -> None:
    """From one world to another, where records go, too."""
    assert_replays(world(0), stranger(0), tmp_path)


@pytest.mark.parametrize("days", amounts(5, 30))
def test_day_by_day(world: World, days: int, tmp_path: Path) -> None:
    """A feed for each day gives what one of all days gives: the identity of the last day."""
    at = world(0)
    events = 0
    for day in range(1, days + 1):
        folder = tmp_path / str(day)
        events += feed.write(feed.between(world(day - 1), world(day)), folder / "feed").events
        feed.apply(folder / "feed", at, folder / "replayed")
        at = folder / "replayed"

    whole = feed.write(feed.between(world(0), world(days)), tmp_path / "feed")
    assert events > whole.events
    assert feed.apply(tmp_path / "feed", world(0), tmp_path / "whole") == whole.to.identity
    for path in world(days).glob("*.parquet"):
        tables = [pq.read_table(folder / path.name) for folder in (at, tmp_path / "whole", path.parent)]
        assert tables[0].equals(tables[1])
        assert tables[1].to_pylist() == tables[2].to_pylist()


def test_in_place(world: World, tmp_path: Path) -> None:
    """The new tables may take the place of the old ones; what told of these goes."""
    shutil.copytree(world(0), tmp_path / "data")
    header = feed.write(feed.between(world(0), world(45)), tmp_path / "feed")
    feed.apply(tmp_path / "feed", tmp_path / "data", tmp_path / "data")

    assert not (tmp_path / "data" / "snapshot.json").exists()
    shutil.copy(world(45) / "recipe.json", tmp_path / "data")
    assert describe(tmp_path / "data", DOMAIN).identity == header.to.identity


@pytest.mark.parametrize("seed", amounts(4, 40))
def test_any_edit(world: World, seed: int, tmp_path: Path) -> None:
    """Rows that came, went, changed and moved, at random: the feed has the differences, and gives the new tables."""
    for number in range(seed):
        dice = random.Random(number)
        whole = {table: list(oracle.records(world(0), table, key).values())[:40] for table, key in oracle.KEYS.items()}
        old, new = (
            store(tmp_path / f"{number}-{name}", {table: edited(rows, dice) for table, rows in whole.items()})
            for name in ("old", "new")
        )
        changes = feed.between(old, new)
        moved = [event for event in changes if event.before == event.after]
        told = [
            (event.table, event.op, tuple(event.key.values()), event.before, event.after)
            for event in changes
            if event.before != event.after
        ]
        assert told == oracle.in_order_of_levels(oracle.happened(old, new))
        assert all(event.op == "u" for event in moved)
        assert_replays(old, new, tmp_path / f"{number}")


def edited(rows: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """Some of the rows; some of these with another moment, and some in another place."""
    kept = [copy.deepcopy(row) for row in rows if dice.random() < 0.8]
    for row in kept:
        if dice.random() < 0.3 and "created_at" in row:
            row["created_at"] = f"2026-01-{dice.randint(1, 28):02}T00:00:00Z"
    for _ in range(dice.choice((0, 0, 3))):
        if kept:
            kept.insert(dice.randrange(len(kept)), kept.pop(dice.randrange(len(kept))))
    return kept


def refused(folder: Path, old: Path, out: Path) -> str:
    """What is said of a feed that does not fit; nothing is written."""
    with pytest.raises(DataError) as error:
        feed.apply(folder, old, out)
    assert contents(out) == {}
    (message,) = error.value.messages
    return message


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed from the birth to 45 days after."""
    out = tmp_path_factory.mktemp("feed") / "feed"
    feed.write(feed.between(world(0), world(45)), out)
    return out


@pytest.fixture
def weeks(written: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(written, tmp_path / "feed")


def changed(world: World, folder: Path, table: str, **values: Any) -> tuple[Path, str]:
    """The dataset of the birth with one record of a table changed: the first that the feed changes. And its key."""
    key = oracle.KEYS[table]
    whole = {name: list(oracle.records(world(0), name, fields).values()) for name, fields in oracle.KEYS.items()}
    event = next(event for event in feed.read(folder.parent / "feed") if event.table == table and event.op == "u")
    row = next(row for row in whole[table] if {name: row[name] for name in key} == event.key)
    row |= values
    return store(folder, whole), str(event.key[key[0]])


def test_a_record_differs(world: World, weeks: Path, tmp_path: Path) -> None:
    """The first record that is not what the feed says it was is named."""
    old, key = changed(world, tmp_path / "old", "farmers", first_name="Other")
    message = refused(weeks, old, tmp_path / "out")

    assert "the record of farmers" in message
    assert f'"{key}"' in message
    assert "is not what the feed says it was" in message


def test_a_record_is_there_already(world: World, weeks: Path, tmp_path: Path) -> None:
    """A feed that was replayed is not replayed again."""
    first = next(feed.read(weeks))
    message = refused(weeks, world(45), tmp_path / "out")

    assert f"event 1: the record of {first.table}" in message
    assert "is there already" in message


def test_a_record_is_not_there(world: World, stranger: World, tmp_path: Path) -> None:
    """What would be changed or deleted must be there."""
    feed.write(feed.between(stranger(0), world(0)), tmp_path / "feed")
    message = refused(tmp_path / "feed", world(0), tmp_path / "out")
    assert "is not what the feed says it was" in message or "is not there" in message

    gone = {table: list(oracle.records(stranger(0), table, key).values()) for table, key in oracle.KEYS.items()}
    event = next(event for event in feed.read(tmp_path / "feed") if event.table == "farmers" and event.op == "d")
    gone["farmers"] = [row for row in gone["farmers"] if row["id"] != event.key["id"]]
    message = refused(tmp_path / "feed", store(tmp_path / "gone", gone), tmp_path / "out")
    assert (
        f'event {event.position:,}: the record of farmers with the key {{"id":"{event.key["id"]}"}} is not there'
        in (message)
    )


def test_two_events_of_one_record(world: World, weeks: Path, tmp_path: Path) -> None:
    """A feed tells of each record once: one that two feeds were put together to is refused."""
    lines = (weeks / "changes.jsonl").read_text().splitlines(keepends=True)
    position, event = next(
        (place, each) for place, each in enumerate(map(json.loads, lines), 1) if each["source"]["table"] == "farmers"
    )
    event["source"]["position"] = len(lines) + 1
    header = json.loads((weeks / "feed.json").read_text())
    header["events"] += 1
    header["tables"]["farmers"][event["op"]] += 1
    (weeks / "feed.json").write_text(json.dumps(header))
    resealed(weeks, "".join([*lines, json.dumps(event) + "\n"]))

    message = refused(weeks, world(0), tmp_path / "out")
    assert f"event {len(lines) + 1:,}: the record of farmers" in message
    assert "has two events in this feed" in message
    assert position < len(lines)


def test_what_no_event_touches_differs(world: World, weeks: Path, tmp_path: Path) -> None:
    """Where a record that the feed leaves alone is another one, the identity tells."""
    whole = {table: list(oracle.records(world(0), table, key).values()) for table, key in oracle.KEYS.items()}
    whole["documents"][0]["created_at"] = "2025-12-01T00:00:00Z"
    message = refused(weeks, store(tmp_path / "old", whole), tmp_path / "out")

    assert "does not lead to what it says" in message


def test_no_feed_to_replay(world: World, weeks: Path, tmp_path: Path) -> None:
    """What happened after a day leads from no dataset; and something must be there."""
    feed.write(feed.since(world(45), BORN), tmp_path / "since")
    with pytest.raises(UsageError, match="leads from no dataset"):
        feed.apply(tmp_path / "since", world(0), tmp_path / "out")
    with pytest.raises(UsageError, match=r"no feed lies here \(no feed\.json\)"):
        feed.apply(world(0), world(0), tmp_path / "out")
    with pytest.raises(UsageError, match="no tables lie here"):
        feed.apply(weeks, weeks, tmp_path / "out")


def test_a_record_that_is_none(world: World, weeks: Path, tmp_path: Path) -> None:
    """A record that its class refuses is told, whatever the hash of the lines says."""
    lines = (weeks / "changes.jsonl").read_text().splitlines(keepends=True)
    event = next(json.loads(line) for line in lines if '"table":"farmers"' in line and '"op":"c"' in line)
    event["after"]["farm_size_hectares"] = -1
    lines[event["source"]["position"] - 1] = json.dumps(event, separators=(",", ":")) + "\n"
    resealed(weeks, "".join(lines))
    assert "farm_size_hectares" in refused(weeks, world(0), tmp_path / "out")
