"""`demo-data changes`: what people see of it."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import demo_data
from demo_data import feed
from demo_data.common.errors import UsageError
from tests.feed.worlds import BORN, World
from tests.running import called, contents
from tests.testing.runs import git


def test_a_feed(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From where to where, a line per table, and the files; again the same bytes."""
    old, new = world(3), world(100)
    code, out, err = called(capsys, "changes", old, new, "--out", tmp_path / "feed")

    counts = feed.between(old, new).counts
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].startswith("demo ")
    assert f"as of {BORN + timedelta(3)} -> demo " in lines[0]
    assert lines[1].split() == ["table", "created", "changed", "deleted"]
    assert [line.split() for line in lines[2 : 2 + len(counts)]] == [
        [table, *(f"{number:,}" for number in ops.values())] for table, ops in counts.items()
    ]
    assert lines[-2] == f"{sum(sum(ops.values()) for ops in counts.values()):,} events"
    assert lines[-1].endswith("written as feed.json, changes.jsonl and changes.parquet")
    assert set(contents(tmp_path / "feed")) == {"feed.json", "changes.jsonl", "changes.parquet"}

    before = contents(tmp_path / "feed")
    assert called(capsys, "changes", old, new, "--out", tmp_path / "feed", "--quiet") == (0, "", "")
    assert contents(tmp_path / "feed") == before


def test_nothing_written(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --out the summary is all."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = called(capsys, "changes", world(3), world(3))

    assert (code, out.splitlines()[-1]) == (0, "Nothing happened.")
    assert list(tmp_path.iterdir()) == []


def test_strangers(world: World, stranger: World, capsys: pytest.CaptureFixture[str]) -> None:
    """It says that no moments are known."""
    code, out, _ = called(capsys, "changes", world(0), stranger(0))

    assert code == 0
    assert "no moments are known; ordered by the tables' levels" in out


def test_since(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a day, of one dataset, it says what is not known."""
    day = BORN + timedelta(20)
    code, out, _ = called(capsys, "changes", world(45), "--since", day, "--out", tmp_path / "feed")

    assert code == 0
    assert f"demo as of {day} -> demo " in out
    assert "what they were before is not known" in out
    header = json.loads((tmp_path / "feed" / "feed.json").read_text())
    assert header["from"]["identity"] is None
    assert header["from"]["as_of"] == str(day)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["OLD"], "name a second dataset, or a day by --since, and not both"),
        (["OLD", "OLD", "--since", "2026-01-01"], "name a second dataset, or a day by --since, and not both"),
        (["OLD", "nowhere"], "nowhere: no such directory"),
        (["OLD", "--since", "yesterday"], "'yesterday' is no date; write it as 2026-01-31"),
        (["OLD", "OLD", "--out", ""], "a path is expected, not an empty text"),
        (["OLD", "--since", "2026-03-01"], "is as of 2026-02-03, so nothing tells what happened after 2026-03-01"),
        (["OLD", "OLD", "--out", "OLD"], "a dataset lies here, and a feed wants a directory of its own"),
        (["OLD", "OLD", "--out", "OTHER"], "files would be replaced that are not listed as this program's"),
    ],
)
def test_refused(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    """One clear message, exit code 2, nothing written."""
    (tmp_path / "OTHER").mkdir()
    (tmp_path / "OTHER" / "feed.json").write_text("mine")
    places = {"OLD": world(3), "OTHER": tmp_path / "OTHER"}
    code, out, err = called(capsys, "changes", *(places.get(each, each) for each in arguments))

    assert (code, out) == (2, "")
    assert expected in err.splitlines()[-1]
    assert list(contents(tmp_path)) == ["OTHER/feed.json"]
    assert (tmp_path / "OTHER" / "feed.json").read_text() == "mine"


def test_damaged(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged dataset is findings: exit code 1, and nothing is written."""
    shutil.copytree(world(45), tmp_path / "data")
    with (tmp_path / "data" / "farmers.parquet").open("ab") as file:
        file.write(b"x")
    code, _, err = called(capsys, "changes", world(3), tmp_path / "data", "--out", tmp_path / "feed")

    assert code == 1
    assert "farmers.parquet" in err
    assert not (tmp_path / "feed").exists()


def test_a_version(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A side may be a version of a repository; one that is not there is told."""
    shutil.copytree(world(0), tmp_path / "data" / "demo")
    (tmp_path / ".gitignore").write_text("/data/demo/*\n!/data/demo/snapshot.json\n")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "Data"], ["tag", "-am", "1", "demo@v1.0.0"]):
        git(tmp_path, *arguments)

    repo = ("--repo", tmp_path)
    code, out, _ = called(capsys, "changes", "demo@v1.0.0", world(45), *repo)
    assert (code, out) == called(capsys, "changes", world(0), world(45))[:2]
    assert len(demo_data.changes("demo@v1.0.0", world(0), repo=tmp_path)) == 0
    code, _, err = called(capsys, "changes", "demo@v2.0.0", world(45), *repo)
    assert (code, "demo@v2.0.0" in err) == (2, True)


def test_in_python(world: World) -> None:
    """The package's face: directories, or snapshots that are open."""
    changes = demo_data.changes(world(0), world(45))
    events = list(changes)

    assert len(events) == len(changes)
    assert list(changes) == events
    snapshots = [demo_data.open_snapshot(world(days)) for days in (0, 45)]
    assert list(demo_data.changes(*snapshots)) == events
    assert len(demo_data.changes(world(45), since=BORN)) > 0
    with pytest.raises(UsageError, match="name one of these"):
        demo_data.changes(world(45))
