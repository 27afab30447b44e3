"""A cluster is opened: a scheduler that is there already, or one of this machine; its workers are looked at first."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from distributed import Client, Security, rpc

from demo_data.cluster.executor import DaskExecutor
from demo_data.cluster.local import local_cluster
from demo_data.cluster.quiet import quiet
from demo_data.cluster.workers import require_alike, require_shared, versions
from demo_data.common.errors import UsageError, first_line

_ADDRESS = re.compile(r"(tcp|tls)://(\[[^\]\s]+\]|[^:/\s@]+):([0-9]{1,5})")

CONNECT = 10.0
"""Seconds in which a scheduler answers."""

WORKERS = 30.0
"""Seconds in which the first worker is there."""


@contextmanager
def dask_executor(
    address: str | None = None, workers: int | None = None, *, out: Path | str | None = None
) -> Iterator[DaskExecutor]:
    """Workers of a Dask cluster as an `Executor`, for `build` and `advance`; they make the same bytes as any other.

    `address`: of a scheduler, `tcp://host:port` or `tls://host:port` (keys and certificates as Dask's configuration
    tells); without one, a cluster of this machine: so many `workers`, or as many as there are cores, each a process
    with one thread, and all of it on loopback. `out`: the directory to build in, which all workers must see; not asked
    of a URL.

    Raises `UsageError` where no scheduler or no worker answers in time, where a worker has another version of what
    makes the bytes, or where it does not see `out`; and where they go while parts are being made.
    """
    if address is not None and workers is not None:
        raise UsageError(f"--workers {workers}: the cluster at {address} has its own workers; leave one of the two out")
    if address is not None and not is_address(address):
        raise UsageError(f"--dask {address}: an address is expected: tcp://HOST:PORT or tls://HOST:PORT")
    with quiet(), ExitStack() as stack:
        shown = address or "the cluster of this machine"
        if address is not None:
            _require_scheduler(address)
        cluster = stack.enter_context(local_cluster(workers)) if address is None else None
        try:
            client = stack.enter_context(Client(cluster or address, timeout=CONNECT, set_as_default=False))
        except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            reason = first_line(error.__cause__ or error) or type(error).__name__
            raise UsageError(f"--dask {shown}: no scheduler answers there: {reason}") from error
        _require_workers(client, shown)
        told = versions(client)
        require_alike(told)
        if out is not None and cluster is None and "://" not in str(out):
            require_shared(client, Path(out))
        executor = stack.enter_context(DaskExecutor(client, shown))
        executor.dashboard = client.dashboard_link if told.dashboard else None
        yield executor


def is_address(text: str) -> bool:
    """Whether a text may be a scheduler's address."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and 0 < int(found[3]) < 65_536


def _require_scheduler(address: str) -> None:
    """Raise `UsageError` where nothing listens, and where a certificate would be needed: Dask is long to say so."""
    scheme, place = address.split("://")
    host, _, port = place.rpartition(":")
    security = Security().get_connection_args("client")
    if scheme == "tls" and security.get("ssl_context") is None:
        raise UsageError(
            f"--dask {address}: keys and certificates are not set: distributed.comm.tls in Dask's configuration, or "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE and those beside it"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT).close()
        with ThreadPoolExecutor(1) as thread:  # this one may have an event loop of its own
            thread.submit(lambda: asyncio.run(_greeted(address, security))).result()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or first_line(error) or f"nothing within {CONNECT:.0f} seconds"
        raise UsageError(f"--dask {address}: no scheduler answers there: {reason}") from error


async def _greeted(address: str, security: dict[str, Any]) -> None:
    """Be greeted by a scheduler, or raise an error in time: Dask waits for ever for what speaks another language."""
    async with asyncio.timeout(CONNECT):
        async with rpc(address, connection_args=security) as scheduler:
            await scheduler.identity()


def _require_workers(client: Client, shown: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS)
    except TimeoutError as error:
        raise UsageError(f"--dask {shown}: no worker came within {WORKERS:.0f} seconds; start some") from error
    except OSError as error:
        raise UsageError(f"--dask {shown}: the scheduler is gone: {first_line(error)}") from error
