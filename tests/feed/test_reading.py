"""A feed that is damaged is read by nobody, and the line that is at fault is told."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo_data import feed
from demo_data.common.errors import DataError, UsageError
from tests.feed.worlds import World


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A feed of a few events of several kinds."""
    out = tmp_path_factory.mktemp("feed") / "feed"
    feed.write(feed.between(world(0), world(3)), out)
    return out


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(written, tmp_path / "feed")


def lines(folder: Path) -> list[str]:
    return (folder / "changes.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)


def resealed(folder: Path, text: str) -> None:
    """Other lines, and a header that has their hash."""
    (folder / "changes.jsonl").write_text(text, encoding="utf-8")
    header = json.loads((folder / "feed.json").read_text())
    file = next(each for each in header["files"] if each["path"] == "changes.jsonl")
    file |= {"bytes": len(text.encode()), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    (folder / "feed.json").write_text(json.dumps(header))


def message(folder: Path) -> str:
    with pytest.raises(DataError) as error:
        list(feed.read(folder))
    (line,) = error.value.messages
    return line


EDITS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "missing": (lambda all_: all_[:4] + all_[5:], "line 5: the event 6 stands where 5 should"),
    "doubled": (lambda all_: all_[:5] + all_[4:], "line 6: the event 5 stands for the second time"),
    "swapped": (lambda all_: [all_[1], all_[0], *all_[2:]], "line 1: the event 2 stands where 1 should"),
    "last missing": (lambda all_: all_[:-1], "lines are missing"),
    "cut": (lambda all_: [*all_[:-1], all_[-1][:-9]], "does not end"),
    "no JSON": (lambda all_: [all_[0][3:], *all_[1:]], "line 1: damaged: Invalid JSON"),
    "blank": (lambda all_: [*all_[:2], "\n", *all_[2:]], "line 3: damaged"),
    "more": (lambda all_: [*all_, again(all_[-1], len(all_) + 1)], "there are more events than the"),
    "other op": (lambda all_: [all_[0].replace('"op":"c"', '"op":"u"'), *all_[1:]], "line 1"),
    "no such op": (lambda all_: [all_[0].replace('"op":"c"', '"op":"x"'), *all_[1:]], "line 1: damaged: op"),
    "other key": (lambda all_: [edited(all_[0], "key", {"region_id": "x", "date": "y"}), *all_[1:]], "source.key"),
    "other feed": (lambda all_: [edited(all_[0], "from", "0" * 64), *all_[1:]], "line 1: an event of another feed"),
    "other table": (lambda all_: [edited(all_[0], "table", "regions"), *all_[1:]], "feed.json knows nothing"),
    "no moment": (lambda all_: [edited(all_[0], "ts_ms", None), *all_[1:]], "its moment is not one of this feed"),
}


def again(line: str, position: int) -> str:
    return edited(line, "position", position)


def edited(line: str, field: str, value: Any) -> str:
    event = json.loads(line)
    event["source"][field] = value
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", EDITS)
def test_a_line_at_fault(folder: Path, name: str) -> None:
    """The line is told: where the hash differs, and also where somebody has made the header fit."""
    edit, expected = EDITS[name]
    before = lines(folder)
    text = "".join(edit(before))
    assert text != "".join(before)

    (folder / "changes.jsonl").write_text(text, encoding="utf-8")
    assert expected in message(folder)
    resealed(folder, text)
    assert expected in message(folder)


def test_values_that_changed(folder: Path) -> None:
    """Where every line is an event, but not the one that was written, the hash tells, before any event is given."""
    text = "".join(lines(folder)).replace('"op":"c"', '"op": "c"', 1)
    (folder / "changes.jsonl").write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match="damaged: its SHA-256 is not the one in feed"):
        next(feed.read(folder))


def test_counts(folder: Path) -> None:
    """The header's counts are held to the events."""
    header = json.loads((folder / "feed.json").read_text())
    header["tables"]["farmer_performance"]["u"] -= 1
    header["tables"]["weather_observations"]["c"] += 1
    (folder / "feed.json").write_text(json.dumps(header))

    assert "it has other events than feed.json tells" in message(folder)


HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "format": ({"format": 2}, "newer than this version knows"),
    "unknown": ({"surprise": 1}, "surprise: no such key is known"),
    "count": ({"events": 1}, "events: not as many as its tables have"),
    "text": ({"events": "1"}, "events"),
    "files": ({"files": []}, "a feed's are changes.jsonl and changes.parquet"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_at_fault(folder: Path, name: str) -> None:
    """What is wrong with a header is told in a line."""
    changes, expected = HEADERS[name]
    header = json.loads((folder / "feed.json").read_text()) | changes
    (folder / "feed.json").write_text(json.dumps(header))

    assert expected in message(folder)


def test_no_feed(tmp_path: Path, folder: Path) -> None:
    """No feed, no directory, no file of events."""
    for place, expected in ((tmp_path, "no feed lies here"), (tmp_path / "nowhere", "no such directory")):
        with pytest.raises(UsageError, match=expected):
            next(feed.read(place))
    (folder / "changes.jsonl").unlink()
    assert "no such file" in message(folder)
    (folder / "feed.json").write_text("{")
    assert "not a whole header of a feed" in message(folder)
