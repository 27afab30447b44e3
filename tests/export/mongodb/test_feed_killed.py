"""Loads of a feed that are killed, refused or suspended: the old is there or the new, and the next load ends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from demo_data.common.errors import UsageError
from demo_data.export.mongodb import load
from demo_data.export.mongodb.placing import Place
from tests.export.mongodb.feeds import dump
from tests.export.mongodb.killing import killed, paused
from tests.export.mongodb.serving import Databases
from tests.export.mongodb.stories import Story
from tests.export.mongodb.test_placing import failing
from tests.export.mongodb.test_suspended import ENDED, GONE, UNDONE
from tests.tiers import amounts


@pytest.mark.parametrize("step", amounts(4, 1))
def test_next_load_of_the_same(fed_story: Story, step: int) -> None:
    """Killed before any change that it makes: the same feed, once more, leads to the new."""
    expected = fed_story.after("first", "second")
    at, lived = 0, False
    while not lived:
        at += step
        fed_story.after("first")
        lived = not killed(at, *fed_story.arguments("second"))
        fed_story.load("second")
        assert fed_story.databases.content() == expected, at
    assert at > 8


@pytest.mark.parametrize("step", amounts(5, 2, 1))
def test_next_load_of_another(fed_story: Story, step: int) -> None:
    """Killed before any change, then another load: as if the feed had never been loaded, or had been whole."""
    never, whole = fed_story.after("first", "third"), fed_story.after("first", "second", "third")
    found = []
    at, lived = 1, False
    while not lived:
        at += step
        fed_story.after("first")
        lived = not killed(at, *fed_story.arguments("second"))
        fed_story.load("third")
        content = fed_story.databases.content()
        assert content in (never, whole), at
        found.append(content == whole)
    assert (found, found[0], found[-1]) == (sorted(found), False, True)


@pytest.mark.full
def test_killed_while_mending(request: pytest.FixtureRequest, fed: dict[str, Path]) -> None:
    """The mending of a killed load may be killed, too, while it deletes."""
    story = Story("merge", request, fed)
    whole = story.after("first", "second", "third")
    for died in (17, 19, 21):
        again, lived = 0, False
        while not lived:
            again += 2
            story.after("first")
            assert killed(died, *story.arguments("second"))
            lived = not killed(again, *story.arguments("third"))
            story.load("third")
            assert story.databases.content() == whole, (died, again)


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", amounts(5, 2, 1))
def test_wakes_up_after_another(fed_story: Story, step: int, tmp_path: Path) -> None:
    """Suspended before any change, while another load comes and goes: the feed is whole or not there, and says so."""
    never, whole = fed_story.after("first", "third"), fed_story.after("first", "second", "third")
    at, found = 1, []
    asleep = True
    while asleep:
        at += step
        fed_story.after("first")
        with paused(at, tmp_path / "said", *fed_story.arguments("second")) as second:
            asleep = second.asleep
            fed_story.load("third")
        assert fed_story.databases.content() == (never if GONE in second.said else whole), (at, second.said)
        assert second.said == "" or GONE in second.said or ENDED in second.said, at
        found.append(second.said)
    assert any(GONE in said for said in found)
    assert any(GONE not in said for said in found)


@pytest.mark.full
@pytest.mark.parametrize("step", amounts(5, 2, 1))
def test_the_same_once_more(fed_story: Story, step: int, tmp_path: Path) -> None:
    """The other loads the very same feed: one that wakes up takes nothing away, and puts nothing back."""
    expected = fed_story.after("first", "second")
    at, asleep = 0, True
    while asleep:
        at += step
        fed_story.after("first")
        with paused(at, tmp_path / "said", *fed_story.arguments("second")) as second:
            if asleep := second.asleep:
                fed_story.load("second")
        assert fed_story.databases.content() == expected, (at, second.said)


@pytest.mark.parametrize("step", amounts(6, 2, 1))
def test_while_it_undoes(request: pytest.FixtureRequest, fed: dict[str, Path], step: int, tmp_path: Path) -> None:
    """A load that puts back what it has deleted, and sleeps: another one may come with the same feed."""
    story = Story("merge", request, fed)
    first, both = story.after("first"), story.after("first", "second")
    at, asleep = 0, True
    while asleep:
        at += step
        story.after("first")
        with paused(at, tmp_path / "said", *story.arguments("second"), refused=True) as second:
            if asleep := second.asleep:
                story.load("second")
        assert story.databases.content() == (both if asleep else first), (at, second.said)
        told = GONE, ENDED, UNDONE, "it was altered\nthe load was undone"
        assert any(words in second.said for words in told), (at, second.said)
    assert second.said.endswith("it was altered\nthe load was undone")


@pytest.mark.parametrize(("name", "at"), [("_merge", 1), ("_merge", 4), ("_take_out", 1), ("_take_out", 3)])
def test_refused(name: str, at: int, held: Databases, step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes some and refuses one: every document is as it was, those that were deleted, too."""
    if "setName" in held.client.admin.command("hello"):
        monkeypatch.setattr("demo_data.export.mongodb.plan.IN_ONE_TRANSACTION", 0)
    before = dump(held)
    failing(monkeypatch, name, at, OperationFailure("disk is full", 14031))
    with pytest.raises(UsageError, match=r"disk is full\nthe load was undone"):
        load(step, held.uri, suffix=held.suffix)

    assert dump(held) == before


@pytest.mark.parametrize("written", [True, False])
def test_altered(written: bool, held: Databases, step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back is what was written, and what was deleted is not there: else the load is undone."""
    monkeypatch.setattr("demo_data.export.mongodb.plan.IN_ONE_TRANSACTION", 0)
    before = dump(held)
    take_out, merge = Place._take_out, Place._merge

    def keep(self: Place, source: Any, target: Any, *more: Any, **options: Any) -> None:
        if "gone." not in source[1]:
            take_out(self, source, target, *more, **options)

    def alter(self: Place, source: Any, target: Any, *steps: Any, **options: Any) -> None:
        drop = {"$project": {"created_at": 0}} if "staged." in source[1] and not steps else {"$match": {}}
        merge(self, source, target, *steps, drop, **options)

    monkeypatch.setattr(Place, *(("_merge", alter) if written else ("_take_out", keep)))
    with pytest.raises(
        UsageError, match="is not there as it was written" if written else "is still there, and was del"
    ):
        load(step, held.uri, suffix=held.suffix)

    assert dump(held) == before
