"""Random kills on all ways: nothing is half-published, and the next run ends what is left, to the byte."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kills.killing import Killing
from tests.kills.plan import plan
from tests.kills.stage import stage
from tests.tiers import amounts

SUITE = 20
"""Kills of continuous integration, the same each time."""


@pytest.mark.parametrize("times", amounts(1, SUITE, 200))
def test_random_kills(times: int, tmp_path: Path) -> None:
    """A failure tells its kill: `Killing(stage).kill(Kill(...))` plays it again. The longest sweep draws other ones."""
    seed = random.randrange(1 << 32) if times > SUITE else times
    deaths, began = Counter[str](), time.monotonic()
    with stage(tmp_path / "stage") as shared:
        killing = Killing(shared)
        for number, kill in enumerate(plan(times, seed), 1):
            try:
                died = killing.kill(kill)
            except BaseException:
                print(f"seed {seed}, kill {number} of {times}: {kill}")
                raise
            deaths[f"{kill.way}: {kill.victim}, {kill.how}"] += died
            print(f"{time.monotonic() - began:6.1f} s  {'dead' if died else 'late'}  {kill}", flush=True)
    print(f"{deaths.total()} of {times} kills met somebody: {dict(sorted(deaths.items()))}")
    assert deaths.total() >= times * 3 // 4
