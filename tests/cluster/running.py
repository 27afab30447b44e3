"""A scheduler and workers, each a process of its own on loopback; all of them end with the test that started them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEDULER = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
_WORKER = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
_ODD = """import importlib.metadata as metadata, pathlib, sys
found = metadata.version
versions = dict(pair.split("=") for pair in sys.argv.pop(1).split(",") if "=" in pair)
def version(name):
    if versions.get(name) == "none":
        raise metadata.PackageNotFoundError(name)
    return versions.get(name) or found(name)
metadata.version = version
if versions.get("files") == "none":
    def blind(path):
        raise FileNotFoundError(path)
    pathlib.Path.read_bytes = blind
from distributed.cli.dask_worker import main
main()
"""
"""A worker that has other versions than it has, or sees no files: `pyarrow=25.0,demo-data=none,files=none`."""


class Cluster:
    """A scheduler at `address`, and its workers."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = os.environ | environment
        self.file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._schedule()

    def _schedule(self) -> None:
        self.file.unlink(missing_ok=True)
        self.scheduler = self._start(*_SCHEDULER, "--scheduler-file", str(self.file))
        _until(lambda: self.file.exists() and self.file.stat().st_size)
        self.address: str = json.loads(self.file.read_text())["address"]

    def add(self, count: int = 1, odd: str = "") -> None:
        """Start workers, and wait until they are there."""
        ready = len(self._names()) + count
        what = ["-c", _ODD, odd] if odd else ["-m", "distributed.cli.dask_worker"]
        for _ in range(count):
            self.workers.append(self._start(*what, self.address, *_WORKER))
        _until(lambda: len(self._names()) >= ready)

    def _names(self) -> list[Any]:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return list(client.scheduler_info(n_workers=-1)["workers"])

    def drop(self) -> None:
        """Kill a worker, and wait until it is not counted any more."""
        worker, less = self.workers.pop(), len(self._names()) - 1
        worker.kill()
        worker.wait()
        _until(lambda: len(self._names()) <= less)

    def repair(self) -> None:
        """Start again what has died."""
        wanted = len(self.workers)
        if self.scheduler.poll() is not None:
            for worker in self.workers:
                worker.kill()
                worker.wait()
            self._schedule()
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        if wanted > len(self.workers):
            self.add(wanted - len(self.workers))

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )


@contextmanager
def cluster(folder: Path, workers: int = 0, environment: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster with so many workers that are as they should be; `environment`: what theirs has beside this one's."""
    folder.mkdir()
    running = Cluster(folder, environment or {})
    try:
        if workers:
            running.add(workers)
        yield running
    finally:
        running.end()


def _until(true: Any, seconds: float = 60) -> None:
    for _ in range(int(seconds * 20)):
        if true():
            return
        time.sleep(0.05)
    raise TimeoutError("the cluster does not start")
