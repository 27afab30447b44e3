"""One kill: what is held of it right after, and what the next run makes of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.kills.client import Ended, counted, ended, session
from tests.kills.plan import Kill
from tests.kills.stage import Stage
from tests.kills.ways import PLACE, WAYS, Way
from tests.running import contents, names
from tests.storage.endpoint import BUCKET

MANIFEST = "snapshot.json"
_SURVIVED = {("dask", "worker"), ("local cluster", "worker"), ("dask to S3", "worker")}
"""Who may die without a run's failing."""


class Killing:
    """Kills on one stage. What a way takes when nobody dies is found out when it is first gone."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._moments: dict[str, list[float]] = {}
        self._number = 0

    def kill(self, kill: Kill) -> bool:
        """Whether somebody died. Raises `AssertionError` for anything that should not be."""
        way, stage = WAYS[kill.way], self.stage
        moments = self._moments_of(kill.way)
        at = int(kill.share * (len(moments) - 1))
        pause = kill.late * (moments[at + 1] - moments[at])
        out, folder = self._place(way)
        before, struck = _found(folder), []

        def meanwhile(process: int, go_on: Callable[[], None]) -> None:
            if pause:
                go_on()
                time.sleep(pause)
            struck.append(_strike(stage, kill, process))

        done = ended(_to(out, way.command(stage)), stage.environment, stage.folder / "said", at + 1, meanwhile)
        if any(struck) and (died := _of_the_cluster(stage, kill)):
            died.wait(60)
        self._repair()
        self._check(kill, way, done, before, folder)
        finished = _finished(folder)
        for words in way.finish or (way.command(stage),):
            stage.done(*_to(out, words))
        _until(lambda: contents(folder) == stage.whole(*way.whole))
        again = {path: (folder / path).stat().st_mtime_ns for path in finished}
        assert again == finished, "finished parts were made again"
        assert names(folder.parent) == [folder.name], "something is left beside the dataset"
        assert not [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
        _until(lambda: not _scratch(stage))
        shutil.rmtree(folder.parent)
        return any(struck)

    def _moments_of(self, name: str) -> list[float]:
        if name not in self._moments:
            out, folder = self._place(WAYS[name])
            self._moments[name] = counted(
                _to(out, WAYS[name].command(self.stage)), self.stage.environment, self.stage.folder / "said"
            )
            shutil.rmtree(folder.parent)
        return self._moments[name]

    def _place(self, way: Way) -> tuple[str, Path]:
        """Where a run goes, as it is told that and as a directory; with what lies there before."""
        self._number += 1
        prefix = f"{self._number}/demo"
        folder = (self.stage.objects.bucket if way.url else self.stage.folder / "out") / prefix
        if here := way.here(self.stage):
            shutil.copytree(here, folder)
        else:
            folder.parent.mkdir(parents=True)
        if way.url:
            time.sleep(0.3)  # the server looks at a folder anew after a tenth of a second
        return f"s3://{BUCKET}/{prefix}" if way.url else str(folder), folder

    def _repair(self) -> None:
        """Start again what has died of what all share."""
        if "objects" in self.stage.__dict__ and self.stage.objects.server.poll() is not None:
            self.stage.serve_again()
        if "cluster" in self.stage.__dict__:
            self.stage.cluster.repair()

    def _check(self, kill: Kill, way: Way, done: Ended, before: dict[str, str], folder: Path) -> None:
        """What must hold right after a kill: all is there or nothing, and one line says so."""
        found, whole = _found(folder), self.stage.whole(*way.whole)
        if kill.victim == "client" and done.held:
            assert done.code in (0, -getattr(signal, kill.how)), done
        elif not done.held or (kill.way, kill.victim) in _SURVIVED or kill.how == "stop":
            assert done.code == 0, done
        else:
            assert done.code in (0, 2), done
        assert "Traceback" not in done.said
        assert done.said.count("\n") == (done.code == 2), done
        if MANIFEST in found and found[MANIFEST] == whole[MANIFEST]:
            assert whole.items() <= found.items(), "a manifest without its files"
            others = {path for path in found.keys() - whole.keys() if not path.startswith("receipts/")}
            assert not others, "the dataset is there, and something else"
        elif MANIFEST in before:
            assert found == before, "the dataset that was there has changed"
        else:
            assert MANIFEST not in found
            parts = {path: digest for path, digest in found.items() if path.endswith(".parquet")}
            assert parts.items() <= whole.items()
            assert {path: found.get(path) for path in before} == before, "what was finished is gone"
        if done.code == 0:
            assert MANIFEST in found or "--shard" in way.command(self.stage)


def _to(out: str, words: Sequence[str]) -> list[str]:
    """A command that goes to a place."""
    return [out if word == PLACE else word for word in words]


def _found(folder: Path) -> dict[str, str]:
    """What others see in a place; nothing where there is none."""
    if not folder.exists():
        return {}
    return {path: digest for path, digest in contents(folder).items() if not path.startswith(".building-")}


def _finished(folder: Path) -> dict[str, int]:
    """The parts that receipts tell, and when each was written; none, where a dataset is whole."""
    found = {}
    for receipt in folder.glob("receipts/*-of-*.json"):
        for part in json.loads(receipt.read_bytes())["parts"]:
            found[part["path"]] = (folder / part["path"]).stat().st_mtime_ns
    return found


def _strike(stage: Stage, kill: Kill, client: int) -> bool:
    """Let somebody die, or be still for a while; whether there was anybody."""
    if kill.victim == "server":
        return _strike_server(stage, kill.how)
    number = getattr(signal, kill.how)
    if member := _of_the_cluster(stage, kill):
        member.send_signal(number)
    elif kill.victim == "client":
        os.kill(client, number)
    elif workers := [each for each in sorted(session(client)) if _is_worker(each)]:
        with suppress(ProcessLookupError):
            os.kill(workers[int(kill.which * len(workers))], number)
    else:
        return False
    return True


def _of_the_cluster(stage: Stage, kill: Kill) -> subprocess.Popen[bytes] | None:
    """The scheduler or the worker of the shared cluster who dies; None where it is somebody else."""
    if kill.victim == "scheduler":
        return stage.cluster.scheduler
    if kill.victim == "worker" and kill.way.startswith("dask"):
        return stage.cluster.workers[int(kill.which * len(stage.cluster.workers))]
    return None


def _is_worker(process: int) -> bool:
    with suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def _strike_server(stage: Stage, how: str) -> bool:
    server = stage.objects.server
    if how == "stop":
        server.send_signal(signal.SIGSTOP)
        time.sleep(1.0)
        server.send_signal(signal.SIGCONT)
        return True
    server.send_signal(signal.SIGTERM if how == "SIGTERM" else signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        server.wait(20)
    if how == "restart":
        stage.serve_again()
    return True


def _scratch(stage: Stage) -> Sequence[str]:
    """What lies in the temporary directory; not what Dask keeps there for the workers of its own command."""
    empty = f"demo-data-{os.getuid()}"
    found = [path for path in stage.scratch.iterdir() if path.name not in (empty, "dask-scratch-space")]
    own = stage.scratch / empty
    return [path.name for path in (*found, *(own.iterdir() if own.exists() else ()))]


def _until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what others have still to end."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "that is not so, and does not become so"
        time.sleep(0.05)
