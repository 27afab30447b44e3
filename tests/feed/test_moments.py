"""Days are those of the calendar of a domain's events, and what tells of no moment happened at the end."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from demo_data import feed
from demo_data.feed.moments import clock
from demo_data.tea import DOMAIN
from tests.feed import oracle
from tests.feed.worlds import World, store
from tests.toy import DOMAIN as SHOP

DAY = date(2026, 1, 20)


def micro(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def test_the_end_of_a_day() -> None:
    """Tea's days are three hours ahead of UTC's; a domain without events has UTC's."""
    assert clock(DOMAIN, DAY).end == micro("2026-01-20T20:59:59.999")
    assert clock(SHOP, DAY).end == micro("2026-01-20T23:59:59.999") - clock(SHOP, DAY).hours * 3_600_000_000


@pytest.mark.parametrize(
    ("received", "told"),
    [("2026-01-20T20:59:59Z", False), ("2026-01-20T21:00:00Z", True), ("2026-01-21T01:00:00Z", True)],
)
def test_since_midnight(world: World, tmp_path: Path, received: str, told: bool) -> None:
    """A day ends at the calendar's midnight; of an event its own time counts, not when it was noted."""
    documents = list(oracle.records(world(0), "documents", ("document_id",)).values())[:1]
    documents[0]["ingestion"]["received_at"] = received
    documents[0]["created_at"] = "2026-01-22T00:00:00Z"
    changes = since(tmp_path, {"documents": documents})

    assert changes.counts == ({"documents": {"c": 1}} if told else {})
    assert [event.ts_ms for event in changes] == ([micro("2026-01-22T00:00:00") // 1000] if told else [])


@pytest.mark.parametrize(("day", "told"), [("2026-01-20", False), ("2026-01-21", True)])
def test_since_a_date(world: World, tmp_path: Path, day: str, told: bool) -> None:
    """An event that tells its day happened on it."""
    weather = list(oracle.records(world(0), "weather_observations", ("region_id", "date")).values())[:1]
    weather[0]["date"] = day

    assert since(tmp_path, {"weather_observations": weather}).counts == (
        {"weather_observations": {"c": 1}} if told else {}
    )


@pytest.mark.parametrize(
    ("created", "updated", "counts"),
    [
        ("2026-01-20T20:59:59Z", "2026-01-20T20:59:59Z", {}),
        ("2026-01-20T20:59:59Z", "2026-01-20T21:00:00Z", {"u": 1}),
        ("2026-01-20T21:00:00Z", "2026-01-20T23:00:00Z", {"c": 1}),
    ],
)
def test_since_of_records(world: World, tmp_path: Path, created: str, updated: str, counts: dict[str, int]) -> None:
    """What was created after the day came, what was but updated after it changed."""
    farmers = list(oracle.records(world(0), "farmers", ("id",)).values())[:1]
    farmers[0] |= {"created_at": created, "updated_at": updated}

    assert since(tmp_path, {"farmers": farmers}).counts == ({"farmers": counts} if counts else {})


def since(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> feed.Changes:
    out = store(folder / "data", tables)
    (out / "recipe.json").write_text(json.dumps({"as_of": "2026-01-31", "days": 90}))
    return feed.since(out, DAY)
