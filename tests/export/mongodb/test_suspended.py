"""Loads that fall asleep (the lid of a laptop) and wake up after another one: they never mix, and say what is true."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from demo_data.common.errors import UsageError
from tests.export.mongodb.killing import killed, paused
from tests.export.mongodb.stories import Story
from tests.tiers import amounts

STEPS = amounts(5, 3, 1)
"""How far apart the points are at which a test suspends."""

GONE = "this one has stopped, and none of its records are there"
ENDED = "it has first ended this one, whose records were all staged"
UNDONE = "it has first undone this one"


@pytest.mark.sample(1)
@pytest.mark.parametrize("step", STEPS)
def test_wakes_up_after_another(story: Story, step: int, tmp_path: Path) -> None:
    """Suspended before any change, and another load from beginning to end: the other's is there, after a whole or no
    first one, and the first says which.
    """
    never, whole = story.after("first", "third"), story.after("first", "second", "third")
    last = story.after("first", "third", "second")
    at, found = 0, []
    asleep = True
    while asleep:
        at += step
        story.after("first")
        with paused(at, tmp_path / "said", *story.arguments("second")) as second:
            asleep = second.asleep
            story.load("third")
        expected = never if GONE in second.said else whole
        if at == 1:  # It had not begun yet.
            assert second.said == ""
            expected = last
        assert story.databases.content() == expected, (at, second.said)
        assert second.said == "" or GONE in second.said or ENDED in second.said, at
        found.append(second.said)
    assert any(GONE in said for said in found)
    assert any(GONE not in said for said in found)


@pytest.mark.full
@pytest.mark.parametrize("step", STEPS)
def test_the_same_once_more(story: Story, step: int, tmp_path: Path) -> None:
    """The other loads the very same records: a load that wakes up takes nothing of them away."""
    expected = story.after("first", "second")
    at, asleep = 0, True
    while asleep:
        at += step
        story.after("first")
        with paused(at, tmp_path / "said", *story.arguments("second")) as second:
            if asleep := second.asleep:
                story.load("second")
        assert story.databases.content() == expected, (at, second.said)


@pytest.mark.full
@pytest.mark.parametrize("step", STEPS)
def test_while_it_undoes(request: pytest.FixtureRequest, sources: Any, step: int, tmp_path: Path) -> None:
    """A load that takes back what it has written, and sleeps: another one may come with the same records."""
    story = Story("merge", request, sources)
    first, both = story.after("first"), story.after("first", "second")
    at, asleep = 0, True
    while asleep:
        at += step
        story.after("first")
        with paused(at, tmp_path / "said", *story.arguments("second"), refused=True) as second:
            if asleep := second.asleep:
                story.load("second")
        expected = both if asleep else first
        assert story.databases.content() == expected, (at, second.said)
        told = GONE, ENDED, UNDONE, "it was altered\nthe load was undone"
        assert any(words in second.said for words in told), (at, second.said)
    assert second.said.endswith("it was altered\nthe load was undone")


@pytest.mark.parametrize("mode", ["merge", "swap"])
@pytest.mark.parametrize("died", [5, 14])
@pytest.mark.soak
def test_while_it_mends(mode: str, died: int, request: pytest.FixtureRequest, sources: Any, tmp_path: Path) -> None:
    """A load that ends what a dead one had left, and sleeps at that: yet another one comes before it wakes up."""
    story = Story(mode, request, sources)
    # It may sleep before its own load has begun, too, and then comes last.
    ended = ((), ("second",))
    after = (("first",), ("third", "first"), ("first", "third"))
    possible = [story.after("first", *one, *other) for one in ended for other in after]
    at, asleep = 0, True
    while asleep:
        at += 1
        story.after("first")
        assert killed(died, *story.arguments("second"))
        with paused(at, tmp_path / "said", *story.arguments("third")) as third:
            if asleep := third.asleep:
                story.load("first")
        if asleep:
            assert story.databases.content() in possible, (at, third.said)


@pytest.mark.sample(1)
def test_nobody_is_disturbed(story: Story, tmp_path: Path) -> None:
    """While a load is silent for no more than a minute, nobody takes it over."""
    story.after("first")
    with (
        paused(6, tmp_path / "said", *story.arguments("second")) as second,
        # Not by `monkeypatch`: it would put back, after all, what `paused` has put there.
        patch("demo_data.export.mongodb.journal._SILENT", timedelta(seconds=60)),
        pytest.raises(UsageError, match="another load is running"),
    ):
        story.load("third")
    after = story.databases.content()

    assert second.said == ""
    assert after == story.after("first", "second")
