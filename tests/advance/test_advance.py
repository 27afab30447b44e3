"""A dataset that goes on is, in every byte, what a build as of that day makes; and it stands until it does."""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from demo_data.advance import advance
from demo_data.build import build
from demo_data.dataset import store
from demo_data.dataset.atomic import staged
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests import killing
from tests.advance.going import BORN, GROWING, LARGE_EVENTS, assert_same, built, go
from tests.running import called, contents, names
from tests.tiers import amounts
from tests.toy import DOMAIN as SHOP

WORLDS: dict[str, tuple[str, int, tuple[str, ...], date]] = {
    "many ranges": ("demo", 40, GROWING, date(2026, 1, 30)),
    "one range": ("demo", 300, GROWING, date(2026, 1, 15)),
    "one file": ("minimal", 65_536, ("farmers.joining=100",), date(2026, 1, 31)),
    "over a year": ("demo", 200, ("days=400", "farmers.count=25"), date(2026, 4, 29)),
    "young": ("demo", 30, ("days=40", "born=2026-03-01", *GROWING), date(2026, 1, 21)),
}
"""Profile, rows per part, changes, and the day from which a dataset goes on."""


@pytest.mark.sample(1)
@pytest.mark.parametrize("world", WORLDS)
def test_any_split_of_days(world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Day by day, at once, or by any leaps: what a direct build makes, the manifest included."""
    profile, rows, changes, first = WORLDS[world]
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", rows)
    last = first + timedelta(days=33)
    direct = built(tmp_path / "direct", last, profile=profile, changes=changes)
    start = built(tmp_path / "start", first, profile=profile, changes=changes)
    draw = random.Random(world)
    some = sorted(draw.sample(range(1, 33), 4))
    for name, leaps in (("daily", [*range(1, 34)]), ("at once", [33]), ("by leaps", [*some, 33])):
        shutil.copytree(start, tmp_path / name)
        for leap in leaps:
            go(tmp_path / name, first + timedelta(days=leap))
        assert_same(tmp_path / name, direct)


@pytest.mark.parametrize("often", amounts(2, 12, 100))
def test_random_days(often: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any day to any other, in worlds of any size."""
    draw = random.Random(often)
    for turn in range(often):
        monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", draw.choice([25, 60, 150, 400, 65_536]))
        changes = (f"farmers.count={draw.randint(20, 70)}", f"days={draw.randint(1, 420)}", "farmers.joining=50")
        profile = draw.choice(["minimal", "demo"])
        settings = load_profile(profile, seed=turn, changes=changes)
        first = settings["born"] + timedelta(days=draw.randint(max(-40, 1 - settings["days"]), 300))
        last = first + timedelta(days=draw.choice([1, 2, 28, 31, 95, 370]))
        folders = [tmp_path / f"{turn}-{name}" for name in ("old", "new")]
        for folder, day in zip(folders, (first, last), strict=True):
            build(load_profile(profile, seed=turn, as_of=day, changes=changes), folder, finish=finish)
        go(folders[0], last)
        assert_same(*folders)


def test_months_that_are_over(january: Path, tmp_path: Path) -> None:
    """A direct build as of a later day writes the same bytes into the files of months that were over."""
    later = built(tmp_path / "later", date(2027, 3, 3))
    before, after = contents(january), contents(later)
    over = [path for path in before if path.startswith("documents.parquet/") and "2026-01" not in path]

    assert len(over) > 3
    assert {path: before[path] for path in over} == {path: after[path] for path in over}


def test_files_are_kept(old: Path) -> None:
    """Those of months that are over are the same files still; what else the dataset has is new."""
    others = {path: path.stat().st_ino for path in old.rglob("*") if path.is_file()}
    advanced = go(old, date(2026, 2, 1))
    kept = {path for path, inode in others.items() if path.is_file() and path.stat().st_ino == inode}

    assert len(kept) == advanced.kept > 3
    assert {path.parent.name for path in kept} == {"documents.parquet", "weather_observations.parquet"}
    assert not any("2026" in path.name for path in kept)
    assert {section.name: section.faults for section in verify(old, DOMAIN).sections if section.name != "checks"} == {
        "manifest": [],
        "files": [],
        "recipe": [],
        "rows": [],
        "schemas": [],
        "contents": [],
        "metadata": [],
    }


def test_elsewhere(old: Path, january: Path, tmp_path: Path) -> None:
    """With another place named, the old dataset stays, and shares no file with the new one."""
    go(old, date(2026, 2, 3), out=tmp_path / "new")

    assert_same(old, january)
    assert_same(tmp_path / "new", built(tmp_path / "direct", date(2026, 2, 3)))
    inodes = {path.stat().st_ino for path in old.rglob("*") if path.is_file()}
    assert not inodes & {path.stat().st_ino for path in (tmp_path / "new").rglob("*") if path.is_file()}


def test_workers(old: Path, tmp_path: Path) -> None:
    """Workers make the same bytes."""
    with ThreadPoolExecutor(3) as executor:
        go(old, date(2026, 3, 3), executor=executor)

    assert_same(old, built(tmp_path / "direct", date(2026, 3, 3)))


def test_no_json(tmp_path: Path) -> None:
    """A dataset without its JSON form goes on without one."""
    folder = built(tmp_path / "set", BORN, json_form=False)
    go(folder, date(2026, 2, 1))

    assert_same(folder, built(tmp_path / "direct", date(2026, 2, 1), json_form=False))


def test_others_files_stay(old: Path, tmp_path: Path) -> None:
    """What the program has not written stays; the JSON form that was made on demand goes, as it would tell of less."""
    (old / "notes.txt").write_text("mine")
    store.write_json_form(old, DOMAIN.models, ["documents"])
    go(old, date(2026, 2, 2))

    assert (old / "notes.txt").read_text() == "mine"
    (old / "notes.txt").unlink()
    assert_same(old, built(tmp_path / "direct", date(2026, 2, 2)))


def test_there_already(old: Path, january: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day that it has come to is nothing to do, and said to be."""
    code, out, err = called(capsys, "advance", old, "--to", "2026-01-20")

    assert (code, err) == (0, "")
    assert out == f"{old}: is as of 2026-01-20 already; nothing to do\n"
    assert_same(old, january)


@pytest.mark.parametrize("day", ["2026-01-20", "2026-01-31"])
def test_there_already_and_elsewhere(day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset that has come to the day already is what another place has, too."""
    built, out = tmp_path / "built", tmp_path / "out"
    build(load_profile("demo", as_of=date.fromisoformat(day)), built, finish=finish)

    assert called(capsys, "advance", built, "--to", day, "--out", out, "--quiet") == (0, "", "")
    assert_same(out, built)


@pytest.mark.parametrize("rows", [10, 65_536])
def test_any_domain(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another domain goes on too; in one file a table, by making all anew."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", rows)
    for name, day in (("old", date(2026, 3, 31)), ("new", date(2026, 5, 2))):
        build(load_profile("small", as_of=day, domain=SHOP), tmp_path / name, finish=finish)
    advanced = advance(tmp_path / "old", date(2026, 5, 2), SHOP, finish=finish)

    assert advanced is not None
    assert (advanced.kept > 0) == (rows == 10)
    assert_same(tmp_path / "old", tmp_path / "new")


def test_what_is_said(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line per table, of what was made; then the days, and what was kept."""
    code, out, err = called(capsys, "advance", old, "--to", "2026-02-03")
    *tables, days, last = out.splitlines()

    assert (code, err) == (0, "")
    assert [line.split()[1] for line in tables] == [*DOMAIN.models]
    assert days.startswith(f"{old}: from 2026-01-20 to 2026-02-03; ")
    assert days.endswith("; kept: 8 files of months that are over")
    assert last.startswith(f"{old}: complete.")
    assert called(capsys, "advance", old, "--to", "2026-02-04", "--quiet") == (0, "", "")


@pytest.mark.parametrize("way", ["exchange", "one by one"])
@pytest.mark.parametrize("moments", killing.MOMENTS)
def test_killed(moments: int, way: str, old: Path, january: Path, tmp_path: Path) -> None:
    """Killed at any moment, the old dataset stands, or the new one; the next run goes on from there."""
    direct = contents(built(tmp_path / "direct", date(2026, 2, 2)))
    lasts = killing.lasts(_advance, way, january, tmp_path / "aside")
    for moment in range(moments):
        shutil.rmtree(old.parent)
        shutil.copytree(january, old)
        killing.killed(lasts * (moment + 0.5) / moments, _advance, way, old)
        left = {path: said for path, said in contents(old).items() if not path.startswith(".building-")}
        if way == "exchange" or "snapshot.json" in left:
            assert left in (contents(january), direct)
        with staged(old):
            pass
        assert {path: said for path, said in contents(old).items() if not path.startswith(".building-")} in (
            contents(january),
            direct,
        )
        go(old, date(2026, 2, 2))
        assert contents(old) == direct
        assert names(old.parent) == ["demo"]


def _advance(way: str, folder: Path, out: Path | None = None) -> None:
    import demo_data.plan
    from demo_data.dataset.atomic import swap

    demo_data.plan.ROWS_PER_PART = LARGE_EVENTS
    if way == "one by one":
        swap.exchange = lambda *_: False
    go(folder, date(2026, 2, 2), out=out)


def test_killed_after_the_exchange(old: Path) -> None:
    """The dataset has come to the day already; the old one, which waited beside it to be removed, goes now."""
    go(old, date(2026, 2, 2))
    before = contents(old)
    (old.parent / f".{old.name}.building-dataset").mkdir()

    assert go(old, date(2026, 2, 2)) is None
    assert contents(old) == before
    assert names(old.parent) == [old.name]
