"""A feed has what happened, all of it, once, and in order."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from demo_data import feed
from demo_data.common.errors import DataError, UsageError
from demo_data.feed import Event
from tests.feed import oracle
from tests.feed.worlds import BORN, World


def told(events: list[Event]) -> list[oracle.Happened]:
    return [(event.table, event.op, tuple(event.key.values()), event.before, event.after) for event in events]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 45), (45, 60), (60, 60), (3, 100)])
def test_of_one_world(world: World, first: int, last: int) -> None:
    """Between two days every difference is an event, at the moment that the record tells, parents before children."""
    old, new = world(first), world(last)
    events = list(feed.between(old, new))

    expected = oracle.in_order_of_moments(oracle.happened(old, new))
    assert told(events) == expected
    assert [event.ts_ms for event in events] == [oracle.moment(each)[1] for each in expected]
    assert [event.position for event in events] == list(range(1, len(events) + 1))


def test_all_kinds_happen(world: World) -> None:
    """The test above sees farmers join and change, points change, deliveries and weather."""
    counts = feed.between(world(3), world(100)).counts

    assert counts["farmers"].keys() == counts["collection_points"].keys() | {"c"} == {"c", "u"}
    assert {"documents", "weather_observations", "farmer_performance"} <= counts.keys()


def test_moments_lie_between_the_days(world: World) -> None:
    """What happened did so after the old dataset's last day, and not after the new one's, by the domain's calendar."""
    night = 21 * 3_600_000  # Kenya's midnight in UTC
    begin, end = ((BORN + timedelta(days)).toordinal() - 719_163 for days in (3, 100))
    moments = [event.ts_ms for event in feed.between(world(3), world(100))]

    assert all(stamp is not None for stamp in moments)
    assert begin * 86_400_000 + night <= min(filter(None, moments))
    assert max(filter(None, moments)) < end * 86_400_000 + night


def test_of_strangers(world: World, stranger: World) -> None:
    """Between worlds no moments are known: parents come before children, and go after them."""
    old, new = world(0), stranger(0)
    changes = feed.between(old, new)

    assert not changes.moments
    assert told(list(changes)) == oracle.in_order_of_levels(oracle.happened(old, new))
    assert {event.ts_ms for event in changes} == {event.source.ts_ms for event in changes} == {None}
    assert {event.op for event in changes} == {"c", "u", "d"}


def test_back_in_time(world: World) -> None:
    """From a later day to an earlier one of the same world, no moments are known either."""
    changes = feed.between(world(45), world(0))

    assert not changes.moments
    assert told(list(changes)) == oracle.in_order_of_levels(oracle.happened(world(45), world(0)))


def test_rows(world: World, stranger: World) -> None:
    """Each event tells the row that its record has in the new table; of one that went, that in the old one."""
    sides = [
        {table: list(oracle.records(folder, table, key).values()) for table, key in oracle.KEYS.items()}
        for folder in (world(0), stranger(0))
    ]
    for event in feed.between(world(0), stranger(0)):
        assert sides[event.op != "d"][event.table][event.source.row] == event.record


def test_envelope(world: World) -> None:
    """The fields of Debezium's envelope, and in its source those that all its connectors have."""
    old, new = world(0), world(1)
    identities = [json.loads((folder / "snapshot.json").read_text())["identity"] for folder in (old, new)]
    event = next(iter(feed.between(old, new))).as_json()

    assert list(event) == ["before", "after", "source", "op", "ts_ms", "transaction"]
    assert {"version", "connector", "name", "ts_ms", "snapshot", "db", "table"} <= event["source"].keys()
    assert event["source"]["connector"] == "demo-data"
    assert event["source"]["name"] == "demo"
    assert event["source"]["db"] == "plantation"
    assert event["source"]["snapshot"] == "false"
    assert event["source"]["ts_ms"] == event["ts_ms"]
    assert [event["source"]["from"], event["source"]["to"]] == identities
    assert event["transaction"] is None


def test_both_forms(world: World, tmp_path: Path) -> None:
    """The lines and the columns hold the same events, and the same datasets give the same bytes."""
    changes = feed.between(world(3), world(100))
    for name in ("a", "b"):
        feed.write(changes, tmp_path / name)

    events = list(feed.read(tmp_path / "a"))
    assert events == list(changes)
    rows = pq.read_table(tmp_path / "a" / "changes.parquet").to_pylist()
    assert [(row["position"], row["ts_ms"], row["table"], row["op"]) for row in rows] == [
        (event.position, event.ts_ms, event.table, event.op) for event in events
    ]
    for name in ("key", "before", "after"):
        texts = [row[name] and json.loads(row[name]) for row in rows]
        assert texts == [getattr(event, name) for event in events]
    for name in ("feed.json", "changes.jsonl", "changes.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_header(world: World, tmp_path: Path) -> None:
    """The header tells both datasets, and how many events of each kind every table has."""
    header = feed.write(feed.between(world(0), world(45)), tmp_path / "feed")
    text = json.loads((tmp_path / "feed" / "feed.json").read_text())

    assert feed.read_header(tmp_path / "feed") == header
    assert (text["from"]["as_of"], text["to"]["as_of"]) == (str(BORN), str(BORN + timedelta(45)))
    assert text["from"]["world"] == text["to"]["world"] is not None
    lines = [json.loads(line) for line in (tmp_path / "feed" / "changes.jsonl").read_text().splitlines()]
    assert len(lines) == text["events"] == sum(sum(counts.values()) for counts in text["tables"].values())
    for table, counts in text["tables"].items():
        ops = [line["op"] for line in lines if line["source"]["table"] == table]
        assert counts == {op: ops.count(op) for op in "cud" if op in ops}


@pytest.mark.parametrize("first", [0, 20, 44])
def test_since(world: World, first: int) -> None:
    """One dataset tells of what came after a day what a feed from that day has; before is not known."""
    old, new = world(first), world(45)
    whole = oracle.happened(old, new)
    known = {(table, key): after for table, _, key, _, after in whole if table != "farmer_performance"}

    changes = feed.since(new, BORN + timedelta(first))
    events = [event for event in changes if event.table != "farmer_performance"]
    assert {(event.table, tuple(event.key.values())): event.after for event in events} == known
    assert all(event.before is None for event in changes)
    came = {(table, key) for table, op, key, _, _ in whole if op == "c"}
    assert {(event.table, tuple(event.key.values())) for event in events if event.op == "c"} == came - {
        key for key in came if key[0] == "farmer_performance"
    }
    stamps = [event.ts_ms or 0 for event in changes]
    assert all(a <= b for a, b in pairwise(stamps))


def test_since_the_last_day(world: World) -> None:
    """After its last day nothing has happened."""
    assert len(feed.since(world(45), BORN + timedelta(45))) == 0


def test_equal_datasets(world: World, tmp_path: Path) -> None:
    """Between equal datasets nothing happened, and that is a feed too."""
    header = feed.write(feed.between(world(0), world(0)), tmp_path / "feed")

    assert (header.events, header.tables, header.moments) == (0, {}, True)
    assert list(feed.read(tmp_path / "feed")) == []


@pytest.mark.parametrize("name", ["documents", "regions"])
def test_damaged_dataset(name: str, world: World, tmp_path: Path) -> None:
    """A file that is not what the manifest says is told, also where both manifests say the same of it."""
    copy = tmp_path / "copy"
    shutil.copytree(world(45), copy)
    pq.write_table(pq.read_table(copy / f"{name}.parquet").slice(1), copy / f"{name}.parquet")

    with pytest.raises(DataError, match=rf"{name}\.parquet: damaged"):
        feed.between(world(0), copy)


def test_nothing_there(world: World, tmp_path: Path) -> None:
    """A directory without tables is named."""
    with pytest.raises(UsageError, match="no tables lie here"):
        feed.between(world(0), tmp_path)
    with pytest.raises(UsageError, match="no such directory"):
        feed.since(tmp_path / "nowhere", BORN)
