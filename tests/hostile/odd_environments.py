"""Surroundings in which a command may find itself: streams, locale, limits, variables, signals."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.commands import FORMS, READERS
from tests.hostile.trying import Try, of_command

Begin = Callable[[], object]


def _closed(*streams: int) -> Begin:
    def begin() -> None:
        for stream in streams:
            os.close(stream)

    return begin


def _full(*streams: int) -> Begin:
    def begin() -> None:
        full = os.open("/dev/full", os.O_WRONLY)
        for stream in streams:
            os.dup2(full, stream)

    return begin


def _gone() -> None:
    """Standard output is a pipe whose reader has left."""
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)


def _limit(kind: int, value: int) -> Begin:
    return lambda: resource.setrlimit(kind, (value, value))


STREAMS: dict[str, Begin] = {
    "no standard output": _closed(1),
    "no standard error": _closed(2),
    "no standard stream": _closed(0, 1, 2),
    "full standard output": _full(1),
    "full standard streams": _full(1, 2),
    "a reader that left": _gone,
}

LIMITS: dict[str, Begin] = {
    **{f"{size} MB of memory": _limit(resource.RLIMIT_AS, size << 20) for size in (300, 600, 900, 1200, 1600, 2200)},
    **{f"{count} files": _limit(resource.RLIMIT_NOFILE, count) for count in (8, 16, 32, 64)},
    "files of 4 kB": _limit(resource.RLIMIT_FSIZE, 4096),
    "10 MB of stack": _limit(resource.RLIMIT_STACK, 10 << 20),
}

VARIABLES: dict[str, dict[str, str | None]] = {
    "LC_ALL=C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "LC_ALL=C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "no locale": {"LC_ALL": None, "LANG": None, "LC_CTYPE": None},
    "an unknown locale": {"LC_ALL": "xx_YY.latin9"},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "Latin streams": {"PYTHONIOENCODING": "latin-1"},
    "no threads": {"OMP_NUM_THREADS": "0", "POLARS_MAX_THREADS": "0", "ARROW_IO_THREADS": "0"},
    "words for threads": {"OMP_NUM_THREADS": "x", "POLARS_MAX_THREADS": "-1", "RAYON_NUM_THREADS": "x"},
    "many threads": {"OMP_NUM_THREADS": "4000", "POLARS_MAX_THREADS": "4000", "RAYON_NUM_THREADS": "4000"},
    "no rayon": {"RAYON_NUM_THREADS": "0"},
    "no home": {"HOME": None, "XDG_CACHE_HOME": None},
    "home nowhere": {"HOME": "/nowhere", "DEMO_DATA_CACHE": None},
    "no path": {"PATH": ""},
    "no temporary directory": {"TMPDIR": "/nowhere"},
    "an odd zone": {"TZ": "Mars/Olympus"},
    "a hash seed": {"PYTHONHASHSEED": "7"},
    "Rust's traces": {"RUST_BACKTRACE": "full"},
}

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _umlaut(here: Path) -> None:
    shutil.copytree(here / "set", here / "ünï")


def _later(sent: signal.Signals, seconds: float) -> Begin:
    """In the new process: be sent a signal after a while."""

    def begin() -> None:
        process = os.getpid()
        if os.fork() == 0:
            threading.Event().wait(seconds)
            if os.getppid() == process:
                os.kill(process, sent)
            os._exit(0)

    return begin


def _with(made: Try, what: str, codes: tuple[int, ...], begin: Begin | None = None, **of: object) -> Try:
    return Try(f"{made.name}: {what}", made.commands, made.prepare, codes, made.writes, begin=begin, **of)  # type: ignore[arg-type]


def tries() -> Iterator[Try]:
    """Every command in every such place."""
    for command in FORMS:
        plain = of_command(command, "as it is")
        for what, begin in STREAMS.items():
            yield _with(plain, what, (0, 1, 2), begin)
        for what, begin in LIMITS.items():
            yield _with(plain, what, (0, 1, 2), begin)
        for what, variables in VARIABLES.items():
            yield _with(plain, what, (0, 1, 2), environment=variables)
        yield _with(plain, "python -OO", (0, 1, 2), python=("-OO",))
        for sent in SIGNALS:
            for seconds in (1.0, 2.0):  # later than Python's own start
                yield _with(
                    plain, f"{sent.name} after {seconds} s", (0, 1, 2, 128 + sent, -sent), _later(sent, seconds)
                )
    for command in READERS:
        for what in ("LC_ALL=C", "ASCII streams"):
            made = of_command(command, "a dataset called ünï", _umlaut, dataset="ünï")
            yield _with(made, what, (0, 1, 2), environment=VARIABLES[what])
