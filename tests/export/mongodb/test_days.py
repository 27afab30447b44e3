"""A world that moves on by days, and a database that follows it by feeds: as a new user would do it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from demo_data.cli import main
from tests.export.mongodb.feeds import dump
from tests.export.mongodb.serving import Databases
from tests.running import called

Capture = pytest.CaptureFixture[str]

FIRST = date(2026, 1, 31)
DAYS = 7


def told(capsys: Capture, *arguments: object) -> str:
    """What a command says that must end well."""
    code, out, err = called(capsys, *arguments)
    assert (code, err) == (0, ""), arguments
    return out


@pytest.fixture(scope="module")
def week(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """`demo` of eight days, each advanced from the one before, and the feeds that lie between them."""
    folder = tmp_path_factory.mktemp("week")
    datasets, feeds = [demo_dir], []
    for number in range(1, DAYS + 1):
        day, out, feed = FIRST + timedelta(number), folder / f"demo-{number}", folder / f"feed-{number}"
        assert main(["advance", str(datasets[-1]), "--to", str(day), "--out", str(out), "--quiet"]) == 0
        assert main(["changes", str(datasets[-1]), str(out), "--out", str(feed), "--quiet"]) == 0
        datasets.append(out)
        feeds.append(feed)
    return datasets, feeds


def test_day_by_day(week: tuple[list[Path], list[Path]], server: Databases, capsys: Capture) -> None:
    """Loaded a day at a time, the database is byte for byte that of a direct load of the last day.

    A day that comes twice changes nothing; one out of turn is refused.
    """
    datasets, feeds = week
    where = ("--uri", server.uri, "--suffix", server.suffix)
    told(capsys, "load", datasets[0], *where)
    old = dump(server)
    code, _, err = called(capsys, "load", feeds[1], *where)
    assert (code, "the feed does not fit: farmer_performance" in err) == (2, True)
    assert dump(server) == old
    for feed in feeds:
        assert " loaded " in told(capsys, "load", feed, *where)
    by_days = dump(server)
    assert "the feed was loaded before; nothing was changed" in told(capsys, "load", feeds[-1], *where)
    assert called(capsys, "load", feeds[0], *where)[0] == 2
    assert dump(server) == by_days

    server.drop()
    told(capsys, "load", datasets[-1], *where)
    assert by_days == dump(server)
    documents = "collection.quality_documents"
    assert len(by_days[documents][0]) > len(old[documents][0]) + 10


@pytest.mark.parametrize("server", ["journal"], indirect=True)
def test_the_whole_week(
    week: tuple[list[Path], list[Path]], server: Databases, tmp_path: Path, capsys: Capture, as_if_checked: None
) -> None:
    """A feed of the whole week leads there, too."""
    (first, *_, last), where = week[0], ("--uri", server.uri, "--suffix", server.suffix)
    told(capsys, "changes", first, last, "--out", tmp_path / "feed", "--quiet")
    told(capsys, "load", first / "json", *where)
    told(capsys, "load", tmp_path / "feed", *where)
    by_feed = dump(server)
    server.drop()
    told(capsys, "load", last / "json", *where)

    assert by_feed == dump(server)
