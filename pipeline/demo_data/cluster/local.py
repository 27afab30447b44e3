"""A Dask cluster of this machine: processes of one thread each, and nothing of it listens beyond loopback."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import LocalCluster
from distributed.diagnostics.plugin import WorkerPlugin

from demo_data.cluster.quiet import OFF
from demo_data.common import machine
from demo_data.common.errors import UsageError, first_line
from demo_data.dataset.atomic.scratch import scratch

_LOOPBACK = "127.0.0.1"

_SETTINGS = {
    "distributed.worker.profile.enabled": False,  # it looks at the stack a hundred times a second
    "distributed.worker.use-file-locking": False,
    "distributed.nanny.pre-spawn-environ": {},  # it has memory given back after every array, to be asked for anew
}


@contextmanager
def local_cluster(workers: int | None) -> Iterator[LocalCluster]:
    """So many workers, or as many as there are cores; they end with this process, however it ends."""
    with (
        scratch() as own,
        dask.config.set(_SETTINGS),
        _started(workers or CPU_COUNT, str(own)) as cluster,
    ):
        yield cluster


def _started(workers: int, own: str) -> LocalCluster:
    try:
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=_LOOPBACK,
            dashboard_address=f"{_LOOPBACK}:0",
            scheduler_kwargs={"dashboard": find_spec("bokeh") is not None},
            memory_limit=0,  # nothing of ours waits in Dask's memory, so there is nothing to spill or to stop for
            local_directory=own,
            silence_logs=OFF,
            plugins=[_Attend()],
        )
    except (OSError, RuntimeError) as error:
        raise UsageError(f"--dask: no cluster of this machine can be started: {first_line(error)}") from error


class _Attend(WorkerPlugin):
    """In a worker of this machine: leave interrupts to the parent, and be as spare as it."""

    name = "demo-data-attend"

    def setup(self, worker: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        machine.spare()
        machine.without_pandas()
