"""Parts go to workers and come back: Dask schedules, and makes again what went with a worker."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from concurrent.futures import CancelledError as Cancelled
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar

from distributed import KilledWorker, get_worker
from distributed.client import ClosedClientError
from distributed.comm.core import CommClosedError

from demo_data.cluster.workers import Versions, differences, own_versions
from demo_data.common.errors import UsageError, first_line

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 3
"""How often a part is made again that failed. What went with its worker, Dask makes again on its own account."""

DESERTED = 60.0
"""Seconds without any worker after which a build ends."""

_LOOK = 2.0
"""Seconds from one look at whether there are workers to the next."""

_SENT_ONCE = 256
"""Bytes from which an argument of bytes is sent once, and not with each part: the settings are."""


class DaskExecutor(Executor):
    """An `Executor` of a cluster's workers. What a build cannot survive is a `UsageError` of each part that is left.

    `dashboard`: where one may watch, if the cluster has that.
    """

    def __init__(self, client: Any, shown: str) -> None:
        """`client`: of a cluster, connected; `shown`: how messages name the cluster."""
        self._loop: Any = client.loop
        self.dashboard: str | None = None
        self._deserted = False
        self._client, self._shown = client, shown
        self._versions = own_versions()
        self._running: dict[Future[Any], Any] = {}
        self._sent: dict[bytes, Any] = {}
        self._watch = asyncio.run_coroutine_threadsafe(self._watched(), self._loop.asyncio_loop)

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Have a worker call a function. Raises `UsageError` where the scheduler is gone."""
        ours: Future[R] = Future()
        call = partial(fit, self._versions, function)
        try:
            task = self._client.submit(call, *map(self._once, args), **kwargs, pure=False, retries=RETRIES)
        except (OSError, RuntimeError, Cancelled, ClosedClientError) as error:
            raise self._lost() from error
        self._running[ours] = task
        ours.add_done_callback(self._ended)
        self._loop.add_callback(self._followed, ours, task)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is not done, or cancel it; then let go of all."""
        running = list(self._running)
        if cancel_futures:
            for ours in running:
                ours.cancel()
        if wait:
            concurrent.futures.wait(running)
        self._watch.cancel()
        self._sent.clear()

    def _once(self, argument: object) -> object:
        """What stands for an argument: large bytes are a task's result, which workers get from each other, and keep."""
        if not isinstance(argument, bytes) or len(argument) < _SENT_ONCE:
            return argument
        if argument not in self._sent:
            self._sent[argument] = self._client.submit(bytes, argument, pure=False, retries=RETRIES)
        return self._sent[argument]

    async def _followed(self, ours: Future[Any], task: Any) -> None:
        """Hand on what comes of a task, and let go of it: nothing waits on a worker for longer than it must."""
        result: Any = None
        failed: BaseException | None = None
        try:
            result = await task
        except (Cancelled, asyncio.CancelledError, CommClosedError):
            failed = self._lost()
        except KilledWorker as error:
            failed = self._killed(error)
        except ModuleNotFoundError as error:
            failed = UsageError(f"--dask {self._shown}: install it on the workers, too: {first_line(error)}")
        except BaseException as error:  # noqa: BLE001 (whatever it was, the build raises it)
            failed = error
        if not ours.set_running_or_notify_cancel():
            return
        if failed is None:
            ours.set_result(result)
        else:
            ours.set_exception(failed)

    def _ended(self, ours: Future[Any]) -> None:
        task = self._running.pop(ours, None)
        if task is not None and ours.cancelled():
            with suppress(OSError, RuntimeError, ClosedClientError):  # nobody is there any more who could go on with it
                task.cancel()

    async def _watched(self) -> None:
        """End what runs where there has been no worker for long: Dask would wait for one for ever."""
        without = 0.0
        scheduler: Any = self._client.scheduler
        while True:
            await asyncio.sleep(_LOOK)
            with suppress(OSError):  # the client itself sees that its scheduler is gone
                without = 0.0 if await scheduler.ncores() else without + _LOOK
            if without >= DESERTED:
                self._deserted = True
                await self._client.cancel(list(self._running.values()), asynchronous=True)

    def _lost(self) -> UsageError:
        """Of tasks that nobody here has cancelled."""
        why = f"there has been no worker for {DESERTED:.0f} seconds" if self._deserted else "the scheduler is gone"
        return UsageError(f"--dask {self._shown}: {why}")

    def _killed(self, error: KilledWorker) -> UsageError:
        times = error.allowed_failures + 1
        last = f"the last one was {error.last_worker.address}"
        return UsageError(f"--dask {self._shown}: {times} workers died over the same part (out of memory?); {last}")


def fit(versions: Versions, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """On a worker: call a function, if this is a worker that makes the same bytes; it may have come late."""
    if found := [*differences(versions, _own())]:
        raise UsageError(f"worker {get_worker().address}: {'; '.join(found)}")
    return function(*args, **kwargs)


_own = cache(own_versions)
