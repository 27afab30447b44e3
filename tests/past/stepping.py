"""Worlds as of many days, and what had happened in them, by plain dictionaries of JSON records."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.versions.write import finish

Record = dict[str, Any]

BORN = date(2026, 1, 31)
FIRST = date(2025, 11, 3)
"""The first day of 90 up to BORN."""

KEYS = {
    "grading_models": ("model_id",),
    "source_configs": ("source_id",),
    "regions": ("region_id",),
    "factories": ("id",),
    "collection_points": ("id",),
    "farmers": ("id",),
    "farmer_performance": ("farmer_id",),
    "documents": ("document_id",),
    "weather_observations": ("region_id", "date"),
}


class Stand:
    """A dataset as of a day."""

    def __init__(self, folder: Path, day: date) -> None:
        self.folder, self.day = folder, day

    @cached_property
    def tables(self) -> dict[str, dict[tuple[str, ...], Record]]:
        """By table and key the records, in order."""
        told = {table: json.loads((self.folder / "json" / f"{table}.json").read_text("utf-8")) for table in KEYS}
        return {
            table: {tuple(record[name] for name in KEYS[table]): record for record in records}
            for table, records in told.items()
        }

    @cached_property
    def seasons(self) -> list[Any]:
        told: list[Any] = json.loads((self.folder / "recipe.json").read_text("utf-8"))["scenarios"].get("farmers", [])
        return told


class Worlds:
    """Datasets of a profile and a seed, each built once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[tuple[object, ...], Stand] = {}

    def as_of(self, profile: str, seed: int, day: date, *changes: str) -> Stand:
        asked = (profile, seed, day, *changes)
        if asked not in self._known:
            folder = self.root / str(len(self._known)) / profile
            build(load_profile(profile, seed=seed, as_of=day, changes=changes), folder, finish=finish)
            self._known[asked] = Stand(folder, day)
        return self._known[asked]


def pair(random: Random, longest: int = 1_100) -> tuple[date, date]:
    """Two days, the earlier one first: near one another, near the ends of seasons, or anywhere in three years."""
    start = FIRST + timedelta(days=random.choice((0, random.randrange(90), random.randrange(longest))))
    apart = random.choice((1, 7, random.randrange(1, 40), random.randrange(1, longest)))
    return start, start + timedelta(days=apart)


def rewritten(old: Stand, new: Stand) -> list[str]:
    """What had happened by the earlier day and is not the same on the later one."""
    end = f"{old.day + timedelta(days=1)}T00:00:00"
    found = []
    for table in KEYS:
        before, after = old.tables[table], new.tables[table]
        found += [f"{table} {key}: is gone" for key in before.keys() - after.keys()]
        if [key for key in after if key in before] != [key for key in before if key in after]:
            found.append(f"{table}: another order")
        for key, record in after.items():
            found += [f"{table} {key}: {what}" for what in _wrong(table, before.get(key), record, old.day, end)]
    return found + (["recipe.json: other seasons"] if new.seasons[: len(old.seasons)] != old.seasons else [])


def _wrong(table: str, was: Record | None, now: Record, day: date, end: str) -> list[str]:
    """`end`: the day's end in Kenya, by a clock that is three hours fast."""
    if table == "weather_observations":
        happened = now["date"] <= day.isoformat()
        return ["differs"] if happened and was != now else []
    if table == "documents":
        happened = _kenya(now["ingestion"]["received_at"]) < end
        return ["differs"] if happened and was != now else []
    if was is None:
        return ["is new"] if _kenya(now.get("created_at", "1970-01-01T00:00:00Z")) < end else []
    if was == now:
        return []
    wrong = [] if _kenya(now.get("updated_at", "1970-01-01T00:00:00Z")) >= end else ["differs"]
    created = table != "farmer_performance" and was.get("created_at") != now.get("created_at")
    return [*wrong, "was created at another time"] if created else wrong


def _kenya(text: str) -> str:
    return (datetime.fromisoformat(text) + timedelta(hours=3)).isoformat()[:19]
