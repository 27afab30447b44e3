"""Every command holds its promises, whatever is tried on it: see the package's docstring."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import (
    fuzz,
    odd_environments,
    odd_json,
    odd_names,
    odd_parquet,
    odd_places,
    odd_profiles,
    odd_records,
    trying,
)
from tests.hostile.commands import FORMS, discovered
from tests.hostile.trying import Try

GROUPS: dict[str, tuple[Callable[[], Iterable[Try]], int]] = {
    "json": (odd_json.tries, 14),
    "parquet": (odd_parquet.tries, 18),
    "profiles": (odd_profiles.tries, 6),
    "names": (odd_names.tries, 10),
    "places": (odd_places.tries, 4),
    "environments": (odd_environments.tries, 4),
    "records": (odd_records.tries, 6),
}
"""All tries of a kind, and how many of them `make test-all` makes."""

_CHUNKS = 16
_FUZZ = 320


def _sampled() -> Iterator[Any]:
    for group, (tries, count) in GROUPS.items():
        for number, tried in enumerate(random.Random(group).sample([*tries()], count)):
            marks = [pytest.mark.full] if number else []  # one of each group in `make test`
            yield pytest.param(tried, id=ascii(tried.name)[1:-1][:80], marks=marks)


def test_every_command_is_tried() -> None:
    """A new command is tried once `tests/hostile/commands.py` has a line that says how it takes its arguments."""
    assert set(FORMS) == discovered(), "add a line for the command to FORMS in tests/hostile/commands.py"


def test_tries_have_names_of_their_own() -> None:
    """So that a name tells which one failed."""
    for group, (tries, _) in GROUPS.items():
        names = [tried.name for tried in tries()]
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        assert not twice, group


@pytest.mark.parametrize("tried", list(_sampled()))
def test_a_try(tried: Try, minimal_dir: Path, tmp_path: Path) -> None:
    """A sample of all tries, the same each time."""
    _hold([tried], minimal_dir, tmp_path)


def test_a_little_noise(minimal_dir: Path, tmp_path: Path) -> None:
    """Datasets damaged at random, others each time; the name of one that fails tells its seed."""
    first = random.randrange(1 << 32)
    _hold(fuzz.tries(range(first, first + 4)), minimal_dir, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(_CHUNKS))
@pytest.mark.parametrize("group", GROUPS)
def test_all_tries(group: str, chunk: int, minimal_dir: Path, tmp_path: Path) -> None:
    """All of them."""
    _hold([*GROUPS[group][0]()][chunk::_CHUNKS], minimal_dir, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_noise(chunk: int, minimal_dir: Path, tmp_path: Path) -> None:
    """Hundreds of datasets damaged at random."""
    first = random.randrange(1 << 32)
    _hold(fuzz.tries(range(first, first + _FUZZ // _CHUNKS)), minimal_dir, tmp_path)


def _hold(tries: Iterable[Try], sound: Path, folder: Path) -> None:
    broken: list[str] = []
    for number, tried in enumerate(tries):
        here = folder / f"try{number}"
        here.mkdir()
        broken += [f"{tried.name}: {fault}" for fault in trying.faults(tried, here, sound)]
    assert not broken, "\n".join(broken)
