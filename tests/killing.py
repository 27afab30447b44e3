"""Processes that die by SIGKILL at a random moment. The server that forks them has imported all that is slow."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from tests.tiers import amounts

MOMENTS = amounts(5, 20, 200)
"""How often a test kills."""

_PRELOADED = [
    "demo_data.advance",
    "demo_data.build",
    "demo_data.validation.run",
    "demo_data.cli",
    "demo_data.export.mongodb.writing",
    "demo_data.export.mongodb.run",
    "demo_data.profile",
    "demo_data.versions.write",
    "demo_data.versions.verify",
    "tests.advance.going",
    "tests.killing",
    "tests.export.mongodb.killing",
]


def process(function: Callable[..., Any], *arguments: Any) -> Any:
    """A process that calls `function`, in a session of its own, so that what it starts can be killed with it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context.Process(target=_alone, args=(function, *arguments))


def _alone(function: Callable[..., Any], *arguments: Any) -> None:
    os.setsid()
    function(*arguments)


def command(*arguments: str) -> None:
    """`demo-data` with these arguments, its output dropped; ends the process with its exit code."""
    from demo_data.cli import main

    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        code = main(arguments)
    raise SystemExit(code)


def lasts(function: Callable[..., Any], *arguments: Any) -> float:
    """The seconds of a process that is left alone, which must end well; the least of three."""
    return min(ended(function, *arguments) for _ in range(3))


def ended(function: Callable[..., Any], *arguments: Any) -> float:
    """The seconds of a process that is left alone, which must end well."""
    running = process(function, *arguments)
    began = time.monotonic()
    running.start()
    running.join()
    assert running.exitcode == 0
    return time.monotonic() - began


def killed(after: float, function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether the process was killed after so many seconds, with all that it had started, before it could end."""
    running = process(function, *arguments)
    running.start()
    running.join(after)
    lives = running.exitcode is None
    if lives:
        try:
            os.killpg(running.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not begun, and has no session yet
            running.kill()
    running.join()
    assert running.exitcode in (0, -signal.SIGKILL)
    return lives


def moments(number: int, seconds: float) -> Iterator[float]:
    """Random moments within a span."""
    chosen = random.Random()
    for _ in range(number):
        yield chosen.uniform(0, seconds)
