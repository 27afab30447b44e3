"""Runs the code of a commit, in a process that finds no other, with the packages at hand or those of its lock file."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo_data.common.errors import UsageError, redacted
from demo_data.common.program import program
from demo_data.versions import environment
from demo_data.versions.pin import Pin

_OURS = Path(__file__).resolve().parents[2]
"""Where this program's package lies."""
_SCARCE = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


@dataclass(frozen=True)
class OwnCode:
    """The code of the commit that a pin names, checked out in `tree`; `python` runs it.

    `fresh`: the packages are those of its lock file, installed for it. Else they are those at hand, and `differing`
    tells which of these the lock file has in another version, a phrase each.
    """

    pin: Pin
    tree: Path
    python: Path
    fresh: bool
    differing: tuple[str, ...]

    @property
    def of_our_own(self) -> bool:
        """Whether it is a version of this very program, and not a project with a domain of its own."""
        return _is_ours(self.tree)

    def run(self, scratch: Path, *arguments: str) -> tuple[int, list[str]]:
        """Run a command of it: the exit code, and what it wrote on standard error.

        Of a project with a domain of its own, whose data this program makes, the domain is the commit's code. Raises
        `UsageError` where there is no code.
        """
        path = [self.tree]
        if self.of_our_own:
            was_a_package = (self.tree / "pipeline" / "__init__.py").is_file()  # up to version 0.3
            code = ["-m", "pipeline"] if was_a_package else ["pipeline"]
            if not (scratch / "metadata").exists():
                environment.write_metadata(self.tree, scratch / "metadata")
            path.append(scratch / "metadata")
        elif environment.named_domain(self.tree):
            code = ["-m", "demo_data"]
            path += [] if self.fresh else [_OURS]
        else:
            raise UsageError(f"{self.pin}: its commit has no code that makes data (pipeline/)")
        env = environment.without_python_settings() | {"PYTHONPATH": os.pathsep.join(map(str, path))}
        with tempfile.TemporaryFile() as errors:
            done = subprocess.run(
                [self.python, *code, *arguments],
                cwd=self.tree,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                check=False,
            )
            errors.seek(0)
            lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
        return done.returncode, lines

    def failure(self, what: str, code: int, lines: Sequence[str]) -> str:
        """Why `what` failed: for lack of something here, by its own refusal, or since its code does not run."""
        last = redacted(lines[-1]) if lines else f"it ended with {code}"
        scarce = _used_up(lines)
        if scarce or any(re.match(r"MemoryError|demo-data: .*out of memory", line) for line in lines):
            return f"this machine has too little for it: {scarce or 'memory'} ({last})"
        if code < 0:
            return f"{what} was ended by the signal {-code} ({signal.strsignal(-code)}); is there too little memory?"
        if unexpected := re.fullmatch(r"demo-data: unexpected (\w+: .*?)(; \w+=1 shows where)?", last):
            last = unexpected[1]
        elif last.startswith("demo-data: "):
            return f"{what} failed: {last.removeprefix('demo-data: ')}"
        again = f"`{program()} snapshot rebuild {self.pin} --fresh` runs it with the packages of its lock file"
        return f"its code does not run here: {last}" + ("" if self.fresh else f"; {again}")


def made_ready(pin: Pin, tree: Path, scratch: Path, *, fresh: bool | None, say: Callable[[str], None]) -> OwnCode:
    """The code in `tree`, ready to run; packages that have to be installed go below `scratch`.

    `fresh`: with the packages of its lock file, in an environment of their own. None: in the one at hand where that has
    the same packages, or where others cannot be had. Raises `UsageError` where they cannot be told or had.
    """
    other = () if fresh else tuple(_differing(tree))
    if fresh or (fresh is None and other):
        say(f"installing the packages of the lock file of {pin}")
        try:
            return OwnCode(pin, tree, environment.installed(environment.core_packages(tree), scratch), True, ())
        except UsageError:
            if fresh:
                raise
    return OwnCode(pin, tree, Path(sys.executable), False, other)


def _used_up(lines: Sequence[str]) -> str:
    """What of this machine the lines say is used up."""
    return ", ".join(os.strerror(number) for number in _SCARCE if any(os.strerror(number) in line for line in lines))


def _differing(tree: Path) -> list[str]:
    """The packages that are here in another version than in the lock file of the project in `tree`, a phrase each.

    Raises `UsageError` where a version of this program has no lock file.
    """
    if not _is_ours(tree) and not (tree / environment.LOCK).is_file():
        return []
    return environment.differing(environment.core_packages(tree))


def _is_ours(tree: Path) -> bool:
    return (tree / "pipeline" / "__main__.py").is_file()
