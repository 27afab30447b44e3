"""Commands that are killed at random moments: the old snapshot or the new one is there, whole; the next run works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.profile import load_profile
from pipeline.snapshot.manifest import finish
from pipeline.snapshot.verify import verify
from tests.killing import MOMENTS, command, ended, killed, lasts, moments
from tests.running import contents, names

SEEDS = ("20260131", "99")


@pytest.mark.parametrize("number", MOMENTS)
def test_build(number: int, tmp_path: Path) -> None:
    """A build over an old snapshot, killed at any moment, leaves the old or the new one; run again, the new one."""
    worlds = {}
    for seed in SEEDS:
        build(load_profile("minimal", seed=int(seed)), tmp_path / seed, finish=finish)
        worlds[seed] = contents(tmp_path / seed)
    out = Path(shutil.copytree(tmp_path / SEEDS[0], tmp_path / "place" / "set"))

    def call(seed: str) -> tuple[str, ...]:
        return ("build", "minimal", "--seed", seed, "--out", str(out))

    seconds = lasts(command, *call(SEEDS[0]))
    deaths = 0
    for turn, moment in enumerate(moments(number, seconds)):
        old, new = SEEDS[turn % 2], SEEDS[1 - turn % 2]
        deaths += killed(moment, command, *call(new))
        left = {path: hash_ for path, hash_ in contents(out).items() if ".building-" not in path}
        assert left in (worlds[old], worlds[new])
        ended(command, *call(new))
        assert contents(out) == worlds[new]
        assert names(out.parent) == ["set"]

    assert deaths > number / 2


@pytest.mark.parametrize("number", MOMENTS)
def test_verify(number: int, minimal_dir: Path, tmp_path: Path) -> None:
    """Verifying, killed at any moment, leaves the snapshot as it was, and leaves nothing beside it."""
    folder = Path(shutil.copytree(minimal_dir, tmp_path / "place" / "set"))
    before = contents(folder)
    seconds = lasts(command, "snapshot", "verify", str(folder))
    deaths = 0
    for moment in moments(number, seconds):
        deaths += killed(moment, command, "snapshot", "verify", str(folder))
        assert contents(folder) == before
        assert names(folder.parent) == ["set"]

    assert verify(folder).ok
    assert deaths > number / 2
