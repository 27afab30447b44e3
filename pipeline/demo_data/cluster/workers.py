"""Workers are held against this process before they make anything: versions, and the directory that is built in."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import Client
from distributed.versions import get_versions

from demo_data.common.errors import UsageError, first_line
from demo_data.dataset.atomic.scratch import own_directory, sweep

PACKAGES = ("demo-data", "numpy", "pyarrow")
"""What makes the bytes, beside Python."""

_READ = ("demo-data", "Python")
"""What a scheduler needs of these, to read what workers are given."""

_DASHBOARD = "bokeh"
"""What a scheduler that has a dashboard has installed."""

Versions = Mapping[str, str | None]


@dataclass(frozen=True)
class Told:
    """The versions of this process, of the scheduler, of each worker by its address; whether there is a dashboard."""

    ours: Versions
    scheduler: Versions
    workers: Mapping[str, Versions]
    dashboard: bool


def versions(client: Client) -> Told:
    """Ask all workers; those without this program's code can tell too. Raises `UsageError` where that fails."""
    try:
        found: Any = client.get_versions(packages=[*PACKAGES, _DASHBOARD])
    except OSError as error:
        raise UsageError(f"--dask: workers cannot be asked for their versions: {first_line(error)}") from error
    workers = {address: _of(one["packages"]) for address, one in found["workers"].items()}
    scheduler = found["scheduler"]["packages"]
    return Told(own_versions(), _of(scheduler), workers, bool(scheduler.get(_DASHBOARD)))


def own_versions() -> Versions:
    """The versions of this process."""
    return _of(get_versions(packages=PACKAGES)["packages"])


def _of(packages: Mapping[str, str | None]) -> Versions:
    """Python counts by its first two numbers: the third one moves no byte."""
    python = ".".join((packages["python"] or "").split(".")[:2])
    return {**{name: packages.get(name) for name in PACKAGES}, "Python": python}


def differences(ours: Versions, theirs: Versions) -> Iterator[str]:
    """What a worker has other than this process, in words."""
    for name, version in ours.items():
        if not theirs.get(name):
            yield f"{name} is not installed there, and here it is {version}"
        elif theirs[name] != version:
            yield f"{name} {theirs[name]}, and here it is {version}"


def require_alike(told: Told) -> None:
    """Raise `UsageError` with the scheduler and every worker that has another version, and what it has."""
    faults = [
        f"worker {at}: {'; '.join(found)}"
        for at, one in told.workers.items()
        if (found := [*differences(told.ours, one)])
    ]
    read = {name: told.ours[name] for name in _READ}
    if found := [*differences(read, told.scheduler)]:
        faults.insert(0, f"the scheduler: {'; '.join(found)}")
    if faults:
        raise UsageError([*faults, "workers must have the versions that are here, or they would make other bytes"])


def require_shared(client: Client, out: Path) -> None:
    """Raise `UsageError` with every worker that does not see the directory `out`, or the one that it comes into."""
    above = next(place for place in (out.absolute(), *out.absolute().parents) if place.is_dir())
    sweep(above)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(own_directory(above)) / "seen"
            file.write_text(str(file), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{out}: cannot be written: {error.strerror}") from error
        try:
            found: Mapping[str, Any] = client.run(_seen, str(file), above, on_error="return")
        except OSError as error:
            raise UsageError(f"--dask: workers cannot be asked what they see: {first_line(error)}") from error
    faults = [f"worker {at}: {blind}" for at, answer in found.items() if (blind := _blind(answer, above))]
    if faults:
        raise UsageError(
            [*faults, f"{out}: workers write there themselves: give a directory that all of them share, or a URL"]
        )


def _blind(answer: object, above: Path) -> str | None:
    if isinstance(answer, BaseException):
        return f"does not run this program's code: {first_line(answer)}"
    return f"{answer} {above}" if answer else None


def _seen(file: str, above: Path) -> str | None:
    """On a worker: what keeps it from a file that this process has just written below the directory `above`."""
    try:
        if Path(file).read_bytes() != file.encode():
            return f"{socket.gethostname()} sees another file than this process in"
    except OSError:
        return f"{socket.gethostname()} does not see what this process has written in"
    return None if os.access(above, os.W_OK | os.X_OK) else f"{socket.gethostname()} may not write in"
