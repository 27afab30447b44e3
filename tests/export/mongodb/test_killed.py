"""Loads that are killed: the next one ends as if nothing had happened, wherever the kill struck."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from tests import killing
from tests.export.mongodb.killing import killed, load_as_if_checked
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import Story
from tests.running import command, environment
from tests.tiers import amounts


@pytest.mark.sample(1)
@pytest.mark.parametrize("before", [["first"], []], ids=["onto something", "into nothing"])
@pytest.mark.parametrize("step", amounts(5, 1))
def test_next_load_of_the_same(story: Story, before: list[str], step: int) -> None:
    """Killed before any change that it makes, then run again: the state of a load that nobody disturbed."""
    expected = story.after(*before, "second")
    at, lived = 0, False
    while not lived:
        at += step
        story.after(*before)
        lived = not killed(at, *story.arguments("second"))
        story.load("second")
        assert story.databases.content() == expected, at
    assert at > 8


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", amounts(5, 2))
def test_next_load_of_another(story: Story, step: int) -> None:
    """Killed before any change, then another load: as if the killed one had never been, or had been whole."""
    never, whole = story.after("first", "third"), story.after("first", "second", "third")
    found = []
    at, lived = 1, False
    while not lived:
        at += step
        story.after("first")
        lived = not killed(at, *story.arguments("second"))
        story.load("third")
        content = story.databases.content()
        assert content in (never, whole), at
        found.append(content == whole)
    assert (found, found[0], found[-1]) == (sorted(found), False, True)


@pytest.mark.sample(1)
@pytest.mark.parametrize("number", amounts(2, 5, 50))
def test_next_load_after_any_moment(story: Story, number: int) -> None:
    """Killed at random moments, whatever it was doing: the next load ends as if nobody had disturbed the first."""
    expected = story.after("first", "second")
    seconds = killing.lasts(load_as_if_checked, *story.arguments("second"))
    deaths = 0
    for moment in killing.moments(number, seconds):
        story.after("first")
        deaths += killing.killed(moment, load_as_if_checked, *story.arguments("second"))
        story.load("second")
        assert story.databases.content() == expected, moment

    assert deaths > number / 3


@pytest.mark.full
@pytest.mark.parametrize("mode", ["merge", "swap"])
def test_killed_while_mending(mode: str, request: pytest.FixtureRequest, sources: dict[str, Path]) -> None:
    """The mending of a killed load may be killed, too, anywhere: the load after it ends as it should."""
    story = Story(mode, request, sources)
    never, whole = story.after("first", "third"), story.after("first", "second", "third")
    again, lived = 0, False
    while not lived:
        again += 2
        story.after("first")
        assert killed(9, *story.arguments("second"))
        lived = not killed(again, *story.arguments("third"))
        told = story.load("third")
        assert story.databases.content() in (never, whole), again
    assert told is None


def test_it_is_told(request: pytest.FixtureRequest, sources: dict[str, Path]) -> None:
    """The next load says what it found; a dry run says so, and leaves it."""
    story = Story("merge", request, sources)
    story.after("first")
    assert killed(9, *story.arguments("second"))
    before = story.databases.content()
    arguments = story.arguments("third")
    dry = load(arguments[0], arguments[1], suffix=arguments[2], dry_run=True)
    after = story.databases.content()
    told = story.load("third")

    assert before == after
    assert not dry.ok or "was cut off; a load would undo or end it first" in dry.text()
    assert told is not None
    assert str(story.sources["second"]) in told
    assert told.endswith(" UTC was cut off: it was undone first")


@pytest.mark.sample(1)
def test_killed_at_work(minimal_dir: Path, demo_dir: Path, there: Databases, no_transactions: None) -> None:
    """A real command that is killed while it writes documents: the next load undoes them, and ends as it should."""
    load(demo_dir, there.uri, suffix=there.suffix)
    expected = there.content()
    there.drop()
    arguments = ["load", demo_dir, "--uri", there.uri, "--suffix", there.suffix]
    process = subprocess.Popen(command(*arguments), env=environment(), stdout=subprocess.DEVNULL)
    documents = there.collection("collection.quality_documents")
    while process.poll() is None and not documents.find_one():
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    count = -1
    while count != (count := documents.count_documents({})):
        time.sleep(0.5)  # the server may still be at what it was sent
    report = load(demo_dir, there.uri, suffix=there.suffix)

    assert process.returncode == -signal.SIGKILL
    assert str(report.recovered).endswith(("it was undone first", "it was ended first"))
    assert there.content() == expected


def test_two_at_once(request: pytest.FixtureRequest, sources: dict[str, Path]) -> None:
    """While a load runs, another one into the same databases is refused, and says who runs."""
    story = Story("merge", request, sources)
    story.after("first")
    assert killed(9, *story.arguments("second"))
    heads = story.databases.collection("demo_data.loads")
    heads.update_one({}, {"$set": {"process": os.getppid()}})
    before = story.databases.content()
    with pytest.raises(UsageError, match=rf"another load is running \(process {os.getppid()} on .*second\); wait"):
        story.load("third")

    assert story.databases.content() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_interrupted(
    error: type[BaseException], seed: Path, there: Databases, monkeypatch: pytest.MonkeyPatch, no_transactions: None
) -> None:
    """A load that is interrupted undoes at once what it has written."""
    load(seed, there.uri, suffix=there.suffix)
    there.collection("plantation.farmers").delete_many({})
    there.collection("plantation.weather_observations").update_many({}, {"$set": {"humidity_avg": 1.5}})
    before = there.content()

    def progress(table: str, *_: int) -> None:
        if table == "documents":
            raise error

    with pytest.raises(error):
        load(seed, there.uri, suffix=there.suffix, progress=progress)

    assert there.content() == before
