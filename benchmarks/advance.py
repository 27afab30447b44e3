"""What one more day, and one more month, of load-test cost: CPU time, and the bytes that a store does not have yet.

CPU time is of processes of their own, of Parquet alone, beside a build as of the same day. It is told as it is; beyond
a bare start-up, a Python that imports just the modules that `advance` has imported when it ends; and beyond the same
command on `minimal`, whose checks and descriptions cost as much and whose data next to nothing. The floor is a Python
that imports the libraries that read, write and check, and does nothing.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from demo_data.dataset.manifest import read_manifest

ROUNDS = 5
STEPS = {"a day": ("2026-02-10", "2026-02-11"), "a month": ("2026-01-31", "2026-02-28")}
"""From one last day to another."""

_BARE = ("--no-json", "--quiet")
_RUN = "import sys; from demo_data.cli import main; code = main(); {then}; sys.exit(code)"
_IMPORTABLE = """
import contextlib, importlib, json, sys
found = []
for name in sys.argv[1:]:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
        found.append(name)
print(json.dumps(found))
"""
_LIBRARIES = "import numpy, pyarrow.compute, pyarrow.parquet, pydantic; from pydantic import BaseModel"
_TELL = "import json; print(json.dumps([*sys.modules]), file=sys.stderr)"


def run() -> None:
    print(f"load-test, taken on (processes of their own, medians of {ROUNDS})")
    with TemporaryDirectory() as folder:
        for step, (before, after) in STEPS.items():
            _measure(step, Path(folder), before, after)


def _measure(step: str, folder: Path, before: str, after: str) -> None:
    old, new, direct = folder / "old", folder / "new", folder / "direct"
    small, new_small = folder / "small", folder / "new-small"
    for profile, out in (("load-test", old), ("minimal", small)):
        _call(["build", profile, "--as-of", before, "--out", str(out), *_BARE])
    loaded = _modules(old, new, after)
    seconds: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for source, copied in ((old, new), (small, new_small)):
            shutil.rmtree(copied, ignore_errors=True)
            shutil.copytree(source, copied)
        start = _cpu(f"import importlib\nfor name in {loaded!r}: importlib.import_module(name)")
        seconds.setdefault("start", []).append(start)
        seconds.setdefault("floor", []).append(_cpu(_LIBRARIES))
        for name, profile, made in (("", "load-test", new), (" small", "minimal", new_small)):
            seconds.setdefault(f"advance{name}", []).append(_call(["advance", str(made), "--to", after, "--quiet"]))
            build = ["build", profile, "--as-of", after, "--out", str(direct), *_BARE]
            seconds.setdefault(f"build{name}", []).append(_call(build))
            shutil.rmtree(direct)
    taken = {name: median(each) for name, each in seconds.items()}
    ours, whole, start = taken["advance"], taken["build"], taken["start"]
    ours_small, whole_small = taken["advance small"], taken["build small"]
    print(f"  by {step:8} advance {ours:.2f} CPU-s, build {whole:.2f}: {ours / whole:.0%} raw;", end=" ")
    print(f"the floor {taken['floor']:.2f}, {taken['floor'] / whole:.0%};", end=" ")
    print(f"{(ours - start) / (whole - start):.0%} beyond a bare start-up ({start:.2f});", end=" ")
    print(f"{(ours - ours_small) / (whole - whole_small):.0%} beyond minimal ({ours_small:.2f}, {whole_small:.2f})")
    known = {file.sha256 for file in read_manifest(old).every_file}
    files = read_manifest(new).every_file
    fresh = sum(file.bytes for file in files if file.sha256 not in known)
    every = sum(file.bytes for file in files)
    print(f"     {'':8} {fresh / 1e6:5.1f} MB of {every / 1e6:.1f} are new to a store: {fresh / every:.1%}")


def _modules(old: Path, new: Path, after: str) -> list[str]:
    """The modules that are there when `advance` ends, as far as they can be imported by name."""
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(old, new)
    script, arguments = _RUN.format(then=_TELL), ["advance", str(new), "--to", after, "--quiet"]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stderr.splitlines()[-1])
    found = subprocess.run(
        [sys.executable, "-c", _IMPORTABLE, *names], capture_output=True, text=True, check=True
    ).stdout
    importable: list[str] = json.loads(found.splitlines()[-1])
    return importable


def _call(arguments: Sequence[str]) -> float:
    return _cpu(_RUN.format(then="pass"), *arguments)


def _cpu(script: str, *arguments: str) -> float:
    """CPU seconds of a Python of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, env=os.environ, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
