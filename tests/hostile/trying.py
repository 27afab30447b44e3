"""Runs a try in a process of its own, and tells what it broke.

Processes are forked from a server that has imported what is slow; what depends on how a process begins (its standard
streams, locale, limits) is a real command.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.hostile.commands import FORMS
from tests.killing import process
from tests.running import command, environment

SECRET = "S3cr3t"
"""What no output may show."""

URL = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
"""A server that is not there."""

SECONDS, MEGABYTES = 40.0, 1500

_ROOM = 12 << 30
"""Bytes of address space: more than anything needs, less than would stop the machine."""

_BROKEN = re.compile(
    r"demo-data: unexpected|Traceback \(most recent|panicked at|RUST_BACKTRACE|Fatal Python error|core dumped"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Prepare = Callable[[Path], object]
"""Makes the trouble in the directory of a try, in which a sound dataset lies as `set` and as `sound`."""


def _nothing(_: Path) -> None:
    """No trouble but that of the arguments."""


@dataclass(frozen=True)
class Try:
    """What is tried: trouble, then commands with the exit codes that are due.

    `environment`: variables that differ, None for those that are not there; `begin`: called in the new process before
    it becomes the command. With either of them the command is a real one.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    prepare: Prepare = _nothing
    codes: tuple[int, ...] = (0, 1, 2)
    writes: tuple[str, ...] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict)
    begin: Callable[[], object] | None = None
    python: tuple[str, ...] = ()

    @property
    def real(self) -> bool:
        return bool(self.environment or self.begin or self.python)


def of_command(
    name: str, what: str, prepare: Prepare = _nothing, *, codes: tuple[int, ...] = (0, 1, 2), **words: str
) -> Try:
    """A try of one of the commands, its form's words filled in."""
    form = FORMS[name]
    filled = {"dataset": "set", "sound": "sound", "out": "out", "profile": "minimal", "url": URL} | words
    filled.setdefault("module", "nowhere.models")
    filled.setdefault("domain", "demo_data.tea:DOMAIN")
    arguments = tuple(word.format(**filled) for word in form.arguments.split())
    writes = tuple(_escaped(os.path.normpath(path.format(**filled))) for path in form.writes)
    return Try(f"{name}: {what}", (arguments,), prepare, codes, writes)


def faults(tried: Try, here: Path, sound: Path) -> list[str]:
    """What a try broke, in an empty directory `here`; `sound` is the dataset that is copied for it."""
    for name in ("set", "sound"):
        shutil.copytree(sound, here / name)
    tried.prepare(here)
    found: list[str] = []
    for arguments in tried.commands:
        before = state(here)
        code, said, size = (_called if not tried.real else _run)(tried, arguments, here)
        shown = " ".join(map(repr, arguments))
        if code is None:
            found.append(f"{shown}: not done after {SECONDS:.0f} s")
        elif code not in tried.codes:
            found.append(f"{shown}: exit code {code}, not one of {tried.codes}: {said[-300:]!r}")
        if broken := _BROKEN.search(said):
            found.append(f"{shown}: {broken[0]!r}: {said[-600:]!r}")
        if SECRET in said:
            found.append(f"{shown}: shows a secret: {said[-300:]!r}")
        if raw := _CONTROL.search(said):
            found.append(f"{shown}: a raw {raw[0]!r} in its output: {said[-300:]!r}")
        if size > MEGABYTES:
            found.append(f"{shown}: took {size:,} MB")
        writes = tried.writes if code == 0 or tried.real else ()  # it may be its words alone that fail
        found += [f"{shown}: changed {path}, exit code {code}" for path in _changed(before, state(here), writes)]
    return found


def state(folder: Path) -> dict[str, str]:
    """What lies below a directory: each entry's kind, and a file's hash or a link's target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            what = hashlib.blake2b(path.read_bytes()).hexdigest() if path.stat().st_size < 1 << 24 else "large"
        else:
            what = str(path.readlink()) if stat.S_ISLNK(mode) else str(stat.S_IFMT(mode))
        found[_escaped(str(path.relative_to(folder)))] = what
    return found


def _escaped(path: str) -> str:
    """A path as text that can be printed anywhere."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _changed(before: dict[str, str], after: dict[str, str], writes: tuple[str, ...]) -> list[str]:
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    allowed = tuple("" if write == "." else f"{write.rstrip('/')}/" for write in writes)
    ways = {str(above) for write in writes for above in PurePosixPath(write).parents if str(above) not in before}
    return [path for path in paths if not f"{path}/".startswith(allowed) and path not in ways]


def _called(tried: Try, arguments: tuple[str, ...], here: Path) -> tuple[int | None, str, int]:
    """Exit code (None where it did not end), output and megabytes of a command in a forked process."""
    said = here.with_name(f"{here.name}.said")
    running = process(_child, list(arguments), str(here), str(said))
    running.start()
    running.join(SECONDS)
    code = running.exitcode
    if code is None:
        os.killpg(running.pid, signal.SIGKILL)
        running.join()
    text, _, size = (
        said.read_bytes().decode("utf-8", "backslashreplace").rpartition("\0") if said.exists() else ("",) * 3
    )
    return code, text, int(size or 0)


def _child(arguments: list[str], here: str, said: str) -> None:
    """Be the command: its streams are a file, at whose end the memory that was taken is told."""
    from demo_data.cli import main

    os.chdir(here)
    resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["demo-data", *arguments]
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    except BaseException:  # noqa: BLE001 (told as Python tells it)
        sys.excepthook(*sys.exc_info())
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(out, b"\0%d" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    os._exit(code)


def _run(tried: Try, arguments: tuple[str, ...], here: Path) -> tuple[int | None, str, int]:
    """The same of a real command."""
    variables = environment(**{name: value for name, value in tried.environment.items() if value is not None})
    for name in (name for name, value in tried.environment.items() if value is None):
        variables.pop(name, None)
    line = command(*arguments)
    line[1:1] = tried.python
    running = subprocess.Popen(
        line,
        cwd=here,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=tried.begin,  # noqa: PLW1509 (no thread of ours holds a lock)
        start_new_session=True,
    )
    try:
        out, err = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        return None, "", 0
    return running.returncode, (out + err).decode("utf-8", "backslashreplace"), 0
