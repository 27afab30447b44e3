"""Shards and seals that are killed at random moments: nothing is half-published, and the next run gives the same."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from demo_data.dataset.layout import MANIFEST
from tests import killing
from tests.running import contents, names
from tests.shards.sharded import ROWS, made, seal, shard

SHARDS = 3


def _made(out: Path, number: int) -> None:
    """One shard, in a process of its own."""
    import demo_data.plan

    demo_data.plan.ROWS_PER_PART = ROWS
    shard(out, number, SHARDS)


def _sealed(out: Path) -> None:
    import demo_data.plan

    demo_data.plan.ROWS_PER_PART = ROWS
    seal(out)


@pytest.mark.parametrize("times", killing.MOMENTS)
def test_a_killed_shard(times: int, direct: dict[str, str], tmp_path: Path) -> None:
    """What stands in the dataset's places is whole, always; a shard that is finished is not made again."""
    seconds = max(killing.lasts(_made, tmp_path / "first", number) for number in range(1, SHARDS + 1))
    deaths = 0
    for number, moment in enumerate(killing.moments(times, seconds * 1.2)):
        folder = tmp_path / f"{number}" / "demo"
        victim, *others = random.sample(range(1, SHARDS + 1), SHARDS)
        made(folder, SHARDS, others[:1])
        finished = contents(folder)
        deaths += killing.killed(moment, _made, folder, victim)

        found = {path: digest for path, digest in contents(folder).items() if not path.startswith(".building-")}
        assert {path: found.get(path) for path in finished} == finished
        parts = {path: digest for path, digest in found.items() if path.endswith(".parquet")}
        assert parts.items() <= direct.items()
        assert not (folder / MANIFEST).exists()

        told = [shard(folder, each, SHARDS) for each in (victim, *others)]
        assert told[1].kept == told[1].parts
        seal(folder)
        assert contents(folder) == direct
        assert not any(name.startswith(".") for name in names(folder))
        shutil.rmtree(folder.parent)
    assert deaths or times < 20


@pytest.mark.parametrize("times", killing.MOMENTS)
def test_a_killed_seal(times: int, direct: dict[str, str], tmp_path: Path) -> None:
    """There is no manifest, and the receipts are all there; or all is whole. The next one ends it."""
    shards = made(tmp_path / "shards", SHARDS)
    receipts = sorted((shards / "receipts").iterdir())
    shutil.copytree(shards, tmp_path / "alone")
    seconds = killing.ended(_sealed, tmp_path / "alone")
    deaths = 0
    for number, moment in enumerate(killing.moments(times, seconds * 1.2)):
        folder = tmp_path / f"{number}" / "demo"
        shutil.copytree(shards, folder)
        deaths += killing.killed(moment, _sealed, folder)

        found = {path: digest for path, digest in contents(folder).items() if not path.startswith(".building-")}
        if (folder / MANIFEST).exists():
            assert direct.items() <= found.items()
        else:
            assert {f"receipts/{path.name}" for path in receipts} <= found.keys()

        seal(folder)
        assert contents(folder) == direct
        assert not any(name.startswith(".") or name == "receipts" for name in names(folder))
        shutil.rmtree(folder.parent)
    assert deaths or times < 20
