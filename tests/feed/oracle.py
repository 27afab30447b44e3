"""What a feed must say, by plain dictionaries of the JSON forms: nothing of what makes feeds is used."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Key = tuple[Any, ...]

KEYS: dict[str, tuple[str, ...]] = {
    "grading_models": ("model_id",),
    "source_configs": ("source_id",),
    "regions": ("region_id",),
    "factories": ("id",),
    "weather_observations": ("region_id", "date"),
    "collection_points": ("id",),
    "farmers": ("id",),
    "documents": ("document_id",),
    "farmer_performance": ("farmer_id",),
}
"""The tables, parents before children, and the fields of their keys."""

Happened = tuple[str, str, Key, Record | None, Record | None]
"""Table, op, key, the record before and after."""


def records(folder: Path, table: str, key: tuple[str, ...]) -> dict[Key, Record]:
    """A table's records by their keys, in order of the rows."""
    path = folder / "json" / f"{table}.json"
    rows: list[Record] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows)
    return found


def happened(old: Path, new: Path, keys: dict[str, tuple[str, ...]] = KEYS) -> list[Happened]:
    """What must have happened to each record, table by table, in the order of keys."""
    events: list[Happened] = []
    for table, key in keys.items():
        before, after = (records(folder, table, key) for folder in (old, new))
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was != now:
                op = "c" if was is None else "d" if now is None else "u"
                events.append((table, op, name, was, now))
    return events


def in_order_of_moments(events: list[Happened]) -> list[Happened]:
    """The same by the moments that records tell, then by level: the sort keeps what it is given in order."""
    return sorted(events, key=lambda event: moment(event)[0])


def in_order_of_levels(events: list[Happened]) -> list[Happened]:
    """The same without moments: first what came and changed, parents first; then what went, children first."""
    gone = [event for event in events if event[1] == "d"]
    tables = list(dict.fromkeys(event[0] for event in gone))
    return [
        *(event for event in events if event[1] != "d"),
        *(event for table in reversed(tables) for event in gone if event[0] == table),
    ]


def moment(event: Happened) -> tuple[datetime, int]:
    """When it happened, and that in milliseconds since 1970."""
    _, op, _, _, after = event
    assert after is not None, "in one world nothing goes"
    told = datetime.fromisoformat(after["created_at" if op == "c" else "updated_at"])
    assert told.tzinfo == UTC
    return told, int(told.timestamp() * 1000)
