"""params.yaml: what it says, and how a last day comes into it and out of it again."""

from __future__ import annotations

from datetime import date

import pytest

from demo_data.common.errors import UsageError
from demo_data.common.params import Params, dated, read

DAY, LATER = date(2026, 3, 31), date(2026, 4, 1)
PLAIN = "# Ours.\nprofiles: [small, large]  # both\nother: {as_of: 7}\n"


def test_a_day_comes_and_goes() -> None:
    """Comments and other keys stay as they were; what is taken out leaves nothing behind."""
    once = dated(PLAIN, DAY)

    assert once.startswith(PLAIN)
    assert read(once) == Params(["small", "large"], DAY)
    assert dated(once, LATER) == once.replace(str(DAY), str(LATER))
    assert dated(once, DAY) == once
    assert dated(once, None) == PLAIN
    assert dated(PLAIN, None) == PLAIN


@pytest.mark.parametrize(
    "text", ['profiles: [a]\nas_of: "2026-03-31"', "as_of:   '2026-03-31' # why\nprofiles:\n- a\n", "profiles: [a]"]
)
def test_written_otherwise(text: str) -> None:
    """However the line is written, and wherever it stands, it is the one that changes."""
    assert read(dated(text, LATER)) == Params(["a"], LATER)
    assert read(dated(dated(text, LATER), None)) == Params(["a"])


@pytest.mark.parametrize("text", ["{profiles: [a]}\n", '{profiles: [a],\nas_of: "2026-03-31"}\n', "- a\n"])
def test_by_hand(text: str) -> None:
    """What cannot be changed by a line is told, with the line."""
    with pytest.raises(UsageError, match=r'^params\.yaml: change it by hand: as_of: "2026-04-01"$'):
        dated(text, LATER)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("as_of: 2026-03-31", 'DVC takes texts alone; write it in quotes: as_of: "2026-03-31"'),
        ('as_of: "2026-02-30"', "'2026-02-30' is no date"),
        ("as_of: 7", "'7' is no date"),
        ("as_of: []", "'\\[\\]' is no date"),
    ],
)
def test_no_day(line: str, told: str) -> None:
    """A day that DVC or anybody would take for something else is told."""
    with pytest.raises(UsageError, match=rf"^params\.yaml: as_of: {told}"):
        read(f"profiles: [a]\n{line}\n")
