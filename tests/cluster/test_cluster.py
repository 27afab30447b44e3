"""Builds on a Dask cluster: the same bytes, whatever dies; a line for what they cannot survive."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import demo_data.cluster.executor
import demo_data.cluster.opening
import demo_data.plan
from demo_data.build import build
from demo_data.cluster import dask_executor
from demo_data.common.errors import UsageError
from demo_data.profile import load_profile
from demo_data.versions.write import finish
from tests.cluster.running import Cluster, cluster
from tests.running import contents


@pytest.fixture(autouse=True)
def many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small parts, so that there are many."""
    monkeypatch.setattr(demo_data.plan, "ROWS_PER_PART", 200)


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, str]:
    """What a build in this process makes."""
    made(tmp_path / "expected")
    return contents(tmp_path / "expected")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with two workers, which no test kills."""
    with cluster(tmp_path_factory.mktemp("dask") / "two", 2) as running:
        yield running


def made(folder: Path, executor: Any = None, progress: Callable[[str, int, int], None] | None = None) -> None:
    settings = load_profile("demo", changes=["farmers.count=100", "collection_points.count=20"])
    build(settings, folder, json_form=False, executor=executor, progress=progress, finish=finish)


def test_the_same_bytes(two: Cluster, tmp_path: Path, expected: dict[str, str]) -> None:
    """A cluster's workers make what this process makes, and every part is told once."""
    told: list[tuple[str, int, int]] = []
    with dask_executor(two.address, out=tmp_path / "set") as executor:
        made(tmp_path / "set", executor, lambda *part: told.append(part))
        assert not executor._running  # nothing of it waits on the cluster any more

    assert contents(tmp_path / "set") == expected
    assert len(told) == len(set(told)) > 15


def test_of_this_machine(tmp_path: Path) -> None:
    """Without an address there is a cluster of this machine. It says nothing, and listens on loopback alone."""
    heard = tmp_path / "heard"
    command = f"""if __name__ == "__main__":
        import sys, psutil
        from demo_data.cli import main
        import demo_data.build as build
        make = build.make
        def listening(*given):
            me = psutil.Process()
            links = [link for one in [me, *me.children(True)] for link in one.net_connections()]
            open({str(heard)!r}, "w").write(str({{link.laddr.ip for link in links if link.status == "LISTEN"}}))
            return make(*given)
        build.make = listening
        sys.exit(main(["build", "minimal", "--dask", "--workers", "2", "--out", "set"]))"""
    (tmp_path / "run.py").write_text(command)
    done = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    subprocess.run([sys.executable, "-m", "demo_data", "build", "minimal", "--out", "own"], cwd=tmp_path, check=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 10  # a line a table, and what is next
    assert heard.read_text() == "{'127.0.0.1'}"
    assert contents(tmp_path / "set") == contents(tmp_path / "own")


def test_a_worker_dies(tmp_path: Path, expected: dict[str, str]) -> None:
    """A worker that is killed in the midst is survived: others make again what it had."""
    with cluster(tmp_path / "dask", 2) as running:

        def kill(table: str, part: int, parts: int) -> None:
            done.append(table)
            if len(done) == 5:
                running.workers[0].kill()

        done: list[str] = []
        with dask_executor(running.address, out=tmp_path / "set") as executor:
            made(tmp_path / "set", executor, kill)

    assert contents(tmp_path / "set") == expected


def test_the_scheduler_dies(tmp_path: Path, expected: dict[str, str]) -> None:
    """Where the scheduler is gone, a line says so; nothing is there, and nothing is in the way of the next build."""
    with cluster(tmp_path / "dask", 1) as running, dask_executor(running.address, out=tmp_path / "set") as executor:
        with pytest.raises(UsageError, match=r"--dask tcp://.*: the scheduler is gone"):
            made(tmp_path / "set", executor, lambda *_: running.scheduler.kill())
        with pytest.raises(UsageError, match="the scheduler is gone"):
            made(tmp_path / "set", executor)

    assert contents(tmp_path / "set") == {}
    made(tmp_path / "set")
    assert contents(tmp_path / "set") == expected


def test_all_workers_die(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker is left, a line says so after a while."""
    monkeypatch.setattr(demo_data.cluster.executor, "DESERTED", 1.0)
    monkeypatch.setattr(demo_data.cluster.executor, "_LOOK", 0.2)
    with (
        cluster(tmp_path / "dask", 1) as running,
        dask_executor(running.address, out=tmp_path / "set") as executor,
        pytest.raises(UsageError, match="there has been no worker for 1 seconds"),
    ):
        made(tmp_path / "set", executor, lambda *_: running.workers[0].kill())

    assert contents(tmp_path / "set") == {}


def test_who_is_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker, one with other versions or none, and one that does not see the directory are told before all else."""
    monkeypatch.setattr(demo_data.cluster.opening, "WORKERS", 0.5)
    with cluster(tmp_path / "dask") as running:
        assert refusal(running, tmp_path / "set") == [
            f"--dask {running.address}: no worker came within 0 seconds; start some"
        ]
        running.add(odd="pyarrow=25.0,demo-data=none")
        first, last = refusal(running, tmp_path / "set")
        assert first.startswith("worker tcp://127.0.0.1:")
        assert "demo-data is not installed there, and here it is" in first
        assert "pyarrow 25.0, and here it is" in first
        assert last == "workers must have the versions that are here, or they would make other bytes"
        running.drop()
        running.add(odd="files=none")
        first, last = refusal(running, tmp_path / "set")
        assert "does not see what this process has written in" in first
        assert first.endswith(str(tmp_path))
        assert "give a directory that all of them share, or a URL" in last

    assert not (tmp_path / "set").exists()
    assert not list(tmp_path.glob(".demo-data*"))


def refusal(running: Cluster, out: Path) -> list[str]:
    with pytest.raises(UsageError) as refused, dask_executor(running.address, out=out):
        pass
    return refused.value.messages


def test_who_comes_late(two: Cluster, tmp_path: Path) -> None:
    """A worker that has come later is looked at before its first part."""
    with dask_executor(two.address, out=tmp_path / "set") as executor:
        executor._versions = {**executor._versions, "numpy": "1.0"}
        with pytest.raises(UsageError, match=r"worker tcp://127\.0\.0\.1:\d+: numpy 2\S+, and here it is 1\.0"):
            made(tmp_path / "set", executor)

    assert contents(tmp_path / "set") == {}


def test_settings_are_sent_once(two: Cluster, tmp_path: Path) -> None:
    """What each part needs of the settings goes to the cluster once, and each worker reads it once."""
    settings = pickle.dumps(load_profile("demo"))
    with dask_executor(two.address) as executor:
        kept = [executor.submit(len, settings) for _ in range(20)]
        assert {one.result() for one in kept} == {len(settings)}
        assert len(executor._sent) == 1


@pytest.mark.parametrize("address", ["8786", "tcp://host", "http://host:80", "tcp://host:99999", "tcp://a b:1"])
def test_no_address(address: str) -> None:
    with pytest.raises(UsageError, match="an address is expected"), dask_executor(address):
        pass


def test_nobody_there() -> None:
    """Nothing listens, certificates are not set, workers are counted that are not ours: a line each."""
    for address, why in {
        "tcp://127.0.0.1:1": "no scheduler answers there: Connection refused",
        "tls://127.0.0.1:1": "keys and certificates are not set",
    }.items():
        with pytest.raises(UsageError, match=why), dask_executor(address):
            pass
    with pytest.raises(UsageError, match="has its own workers"), dask_executor("tcp://127.0.0.1:1", 2):
        pass


def test_without_the_extra(tmp_path: Path) -> None:
    """Without distributed, a line says what to install."""
    code = (
        "import sys; sys.modules['distributed'] = None; from demo_data.cli import main; "
        "sys.exit(main(['build', 'minimal', '--dask', '--out', 'set']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        2,
        "demo-data: building on Dask needs distributed: pip install 'demo-data[dask]'\n",
    )
