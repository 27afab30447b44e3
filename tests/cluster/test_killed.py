"""Client, scheduler or worker is killed: all is there or nothing, and the next build is undisturbed."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.cluster import dask_executor
from demo_data.common.errors import UsageError
from demo_data.profile import load_profile
from demo_data.versions.write import finish
from tests import killing
from tests.cluster.running import cluster
from tests.running import contents, names
from tests.tiers import amounts

ROWS = 200
VICTIMS = ("client", "worker", "scheduler")


def _built(out: Path, address: str | None, seed: int = 1) -> None:
    """A build on a cluster, or in this process."""
    import demo_data.plan

    demo_data.plan.ROWS_PER_PART = ROWS
    settings = load_profile("demo", seed=seed, changes=["farmers.count=100", "collection_points.count=20"])
    if address is None:
        build(settings, out, json_form=False, finish=finish)
        return
    try:
        with dask_executor(address, out=out) as executor:
            build(settings, out, json_form=False, finish=finish, executor=executor)
    except UsageError:
        raise SystemExit(2) from None


@pytest.mark.parametrize("times", amounts(3, 12, 200))
def test_killed(times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each death another dataset is made in the same place, at once: workers may still write of the old one."""
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", ROWS)
    wholes = {}
    for seed in (1, 2):
        _built(tmp_path / f"{seed}", None, seed)
        wholes[seed] = contents(tmp_path / f"{seed}")
    with cluster(tmp_path / "dask", 2) as running:
        seconds = killing.ended(_built, tmp_path / "first", running.address)
        for number, moment in enumerate(killing.moments(times, seconds)):
            out, victim = tmp_path / "sets" / f"{number}", VICTIMS[number % len(VICTIMS)]
            client = killing.process(_built, out, running.address)
            client.start()
            time.sleep(moment)
            dies = {"client": client, "scheduler": running.scheduler}.get(victim) or random.choice(running.workers)
            dies.kill()
            client.join()

            assert client.exitcode in {"client": (-9, 0), "worker": (0,), "scheduler": (2, 0)}[victim]
            found = {path: digest for path, digest in contents(out).items() if not path.startswith(".building-")}
            assert found == (wholes[1] if client.exitcode == 0 else {})

            _built(out, None, 2)
            assert contents(out) == wholes[2]
            assert not [name for name in names(out) if name.startswith(".building-")]
            running.repair()
