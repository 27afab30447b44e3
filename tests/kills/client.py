"""A command in a process of its own, whose moments are counted: it can be held at any one of them.

A moment is whatever changes the file system, or a part that is told of: they lie wherever a run can be cut in two.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from tests.killing import process

ROWS = 120
"""Rows per part, so that a small dataset has many."""
PARTS = 6
"""Parts of a shard, of a dataset that is made at a URL."""
SECONDS = 120.0
"""After so long a command is taken to hang."""

_MOMENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code, what it said, and whether it came to the moment."""

    code: int
    said: str
    held: bool


def ended(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    said: Path,
    at: int = 0,
    meanwhile: Callable[[int, Callable[[], None]], None] = lambda _process, _go_on: None,
) -> Ended:
    """Run a command, hold it at its moment `at`, counted from 1, and call `meanwhile`: its process, what lets it go on.

    All that it has started must end with it.
    """
    ours, theirs = Pipe()
    running = process(_run, list(arguments), dict(environment), str(said), theirs, at)
    running.start()
    theirs.close()

    def go_on() -> None:
        with suppress(OSError):
            ours.send_bytes(b".")

    try:
        ours.recv_bytes()
    except EOFError:
        held = False
    else:
        held = True
        meanwhile(running.pid, go_on)
        go_on()
    running.join(SECONDS)
    left = [*_wait_for_session(running.pid, 20)] if running.exitcode is not None else []
    if running.exitcode is None or left:
        os.killpg(running.pid, signal.SIGKILL)
    assert running.exitcode is not None, f"not done after {SECONDS:.0f} s: {said.read_text()}"
    assert left == [], "processes that outlive what has started them"
    return Ended(running.exitcode, said.read_text(encoding="utf-8"), held)


def counted(arguments: Sequence[str], environment: Mapping[str, str], said: Path) -> list[float]:
    """When the moments of a command come that nobody disturbs, in seconds from its first one; its end is last."""
    ours, theirs = Pipe()
    running = process(_run, list(arguments), dict(environment), str(said), theirs, None)
    running.start()
    theirs.close()
    times = []
    with suppress(EOFError):
        while True:
            ours.recv_bytes()
            times.append(time.monotonic())
    running.join()
    assert running.exitcode == 0, said.read_text(encoding="utf-8")
    return [moment - times[0] for moment in (*times, time.monotonic())]


def session(leader: int) -> Iterator[int]:
    """The processes of a session that live, but for who leads it."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != leader:
            with suppress(OSError):
                state, _, _, found, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(found) == leader and state != "Z":
                    yield int(folder.name)


def _wait_for_session(leader: int, seconds: float) -> Iterator[str]:
    """Those that still live after so long: what they are."""
    until = time.monotonic() + seconds
    while (left := [*session(leader)]) and time.monotonic() < until:
        time.sleep(0.02)
    for each in left:
        with suppress(OSError):
            yield Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _run(arguments: list[str], environment: dict[str, str], said: str, pipe: Any, at: int | None) -> None:
    """Be the command; `at`: the moment to wait at, None to tell all of them."""
    import demo_data.plan
    import demo_data.shards.whole
    from demo_data.cli import main
    from demo_data.dataset.made import Results

    os.environ.update(environment)
    tempfile.tempdir = None
    demo_data.plan.ROWS_PER_PART, demo_data.shards.whole._PARTS = ROWS, PARTS
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    number = itertools.count(1)

    def moment() -> None:
        if at is None:
            pipe.send_bytes(b".")
        elif next(number) == at:
            pipe.send_bytes(b".")
            pipe.recv_bytes()

    def hook(name: str, given: tuple[Any, ...]) -> None:
        if name in _MOMENTS or (name == "open" and isinstance(given[2], int) and given[2] & _WRITING):
            moment()

    add = Results.add

    def added(self: Results, made: Any) -> None:
        add(self, made)
        moment()

    Results.add = added  # type: ignore[method-assign]
    sys.addaudithook(hook)
    raise SystemExit(main(arguments))
