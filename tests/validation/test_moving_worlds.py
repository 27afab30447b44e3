"""Rules in worlds that have moved on from the day they were born on, or not come to it yet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.validation import validate
from tests.faults.planting import due, found, planted
from tests.tiers import amounts

BORN = date(2026, 1, 31)
Records = list[dict[str, Any]]

SHAPES: dict[str, tuple[str, ...]] = {
    "minimal": ("minimal",),
    "demo": ("demo",),
    "demo-large": ("demo-large",),
    "three points": ("demo", "collection_points.count=3"),
    "no scenarios": ("demo", "farmers.scenarios={}"),
    "many actors": ("demo", "farmers.scenarios={inactive: 10, top_performer: 20, improving_trend: 20}"),
    "a day": ("demo", "days=1"),
    "years": ("minimal", "days=2000"),
    "seasonal": ("demo-large", "collection_points.status={active: 40, inactive: 10, seasonal: 50}"),
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crowd 900 days on, some of whom have joined, left, or changed: JSON and recipe."""
    root = tmp_path_factory.mktemp("data")
    changes = ["farmers.count=150", "farmers.joining=10"]
    build(load_profile("demo", as_of=BORN + timedelta(days=900), changes=changes), root / "built")
    shutil.copytree(root / "built" / "json", root / "records")
    shutil.copy(root / "built" / "recipe.json", root / "records")
    return root / "records"


@pytest.fixture
def copied(moved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(moved, tmp_path / "records"))


def read(folder: Path, table: str) -> Records:
    records: Records = json.loads((folder / f"{table}.json").read_text(encoding="utf-8"))
    return records


def edit(folder: Path, table: str, change: Callable[[Records], object]) -> None:
    records = read(folder, table)
    change(records)
    (folder / f"{table}.json").write_text(json.dumps(records), encoding="utf-8")


@pytest.mark.parametrize("tries", amounts(1, 2, 12))
@pytest.mark.parametrize("shape", SHAPES)
def test_no_day_breaks_a_rule(shape: str, tries: int, tmp_path: Path) -> None:
    """From the history's first day to three years after it, at whatever rate farmers join."""
    random = Random(f"{shape} {tries}")
    for number in range(tries):
        profile, *changes = SHAPES[shape]
        first = BORN - timedelta(days=load_profile(profile, changes=changes)["days"] - 1)
        later = random.choice((0, 1, 17, random.randrange(1_100), random.randrange(1_100)))
        as_of = random.choice((first + timedelta(days=later), BORN + timedelta(days=90 * random.randrange(10))))
        joining = f"farmers.joining={random.choice((0, 3, 10, 30))}"
        settings = load_profile(profile, seed=random.randrange(1000), as_of=as_of, changes=[*changes, joining])
        build(settings, tmp_path / str(number), json_form=False)
        told = validate(tmp_path / str(number))

        assert told.ok, (settings["seed"], as_of, joining, told.text())


def test_people_come_and_go(moved: Path) -> None:
    """What the other tests change is there: farmers who joined, left and changed, points that changed their hours."""
    farmers, (first, *seasons) = (
        read(moved, "farmers"),
        json.loads((moved / "recipe.json").read_text())["scenarios"]["farmers"],
    )
    assert len(farmers) > 150
    assert leavers(moved)
    assert len(seasons) == 10
    assert seasons[0]["stories"] != first["stories"]


@pytest.mark.parametrize("count", amounts(60, 200))
def test_faults(count: int, moved: Path, tmp_path: Path) -> None:
    """Planted faults are found there too, and nothing else."""
    ledger = planted(moved, tmp_path / "bad", 3, count)

    assert found(tmp_path / "bad") == due(ledger)


def leavers(folder: Path) -> dict[str, list[int]]:
    """Farmers who left in the history, with the numbers of their documents."""
    left = {each["id"] for each in read(folder, "farmers") if not each["is_active"]}
    documents: dict[str, list[int]] = {}
    for row, document in enumerate(read(folder, "documents")):
        if (who := document["linkage_fields"]["farmer_id"]) in left:
            documents.setdefault(who, []).append(row)
    return documents


def test_a_document_after_leaving(copied: Path) -> None:
    """Of one who left, each document of later than that is found, and no other."""
    documents = read(copied, "documents")
    who, rows = next((who, rows) for who, rows in leavers(copied).items() if len(rows) > 5)
    late = sorted(rows, key=lambda row: documents[row]["ingestion"]["received_at"])[-2:]
    left = documents[late[0]]["ingestion"]["received_at"]

    def leave(farmers: Records) -> None:
        next(farmer for farmer in farmers if farmer["id"] == who)["updated_at"] = left

    edit(copied, "farmers", leave)
    told = {(rule, row) for rule, table, row in found(copied) if table == "documents"}
    assert told == {("inactive-deliveries", late[1])}


def test_silent_before_leaving(copied: Path) -> None:
    """One who left may not have been silent for long before."""
    who = next(who for who, rows in leavers(copied).items() if len(rows) > 5)
    row = next(row for row, farmer in enumerate(read(copied, "farmers")) if farmer["id"] == who)

    def stay(farmers: Records) -> None:
        left = date.fromisoformat(farmers[row]["updated_at"][:10]) + timedelta(days=20)
        farmers[row]["updated_at"] = f"{left}T09:00:00Z"

    edit(copied, "farmers", stay)
    assert ("delivery-silence", "farmers", row) in found(copied)


def outside(folder: Path) -> tuple[int, dict[str, Any]]:
    """A delivery outside of the hours that its point has now: the point's number, and the document."""
    points = {point["id"]: (row, point) for row, point in enumerate(read(folder, "collection_points"))}
    for document in read(folder, "documents"):
        row, point = points[document["linkage_fields"]["collection_point_id"]]
        received = document["ingestion"]["received_at"]
        at = f"{int(received[11:13]) + 3:02}:{received[14:16]}"
        opens, closes = point["operating_hours"]["weekdays"].split("-")
        if date.fromisoformat(received[:10]).weekday() < 5 and not opens <= at <= closes:
            return row, document
    raise AssertionError("no point has changed its hours")


def test_hours_of_then(copied: Path) -> None:
    """A delivery in hours that a point has no more is right up to the day of its last update, and not after it."""
    row, document = outside(copied)
    assert validate(copied).ok
    day = date.fromisoformat(document["ingestion"]["received_at"][:10]) - timedelta(days=1)

    def earlier(points: Records) -> None:
        points[row]["updated_at"] = f"{day}T05:00:00Z"

    edit(copied, "collection_points", earlier)
    number = next(
        number
        for number, each in enumerate(read(copied, "documents"))
        if each["document_id"] == document["document_id"]
    )
    assert ("delivery-hours", "documents", number) in found(copied)


def test_the_stories_of_another_season(copied: Path) -> None:
    """Who had the stories of one season does not show those of the next."""
    recipe = json.loads((copied / "recipe.json").read_text(encoding="utf-8"))
    seasons = recipe["scenarios"]["farmers"]
    seasons[3]["stories"] = seasons[4]["stories"]
    (copied / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")

    assert "scenario-tiers" in {rule for rule, _, _ in found(copied)}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda seasons: seasons.pop(), "seasons, not"),
        (lambda seasons: seasons[2]["stories"]["top_performer"].pop(), "scenarios have"),
        (lambda seasons: seasons[2]["stories"]["inactive"].pop(), "others are inactive"),
        (lambda seasons: seasons[2].update(first="2026-05-03"), "recipe.json has season 2"),
    ],
)
def test_other_seasons(change: Callable[[Any], object], what: str, copied: Path) -> None:
    """Seasons that are too few, have too few stories, others who are inactive, or other days."""
    recipe = json.loads((copied / "recipe.json").read_text(encoding="utf-8"))
    change(recipe["scenarios"]["farmers"])
    (copied / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    told = validate(copied).results["scenario-seasons"].findings

    assert any(what in finding.message for finding in told)
