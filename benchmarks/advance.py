"""What one more day, and one more month, of load-test cost: CPU time, and the bytes that a store does not have yet.

CPU time is of processes of their own, beside a build as of the same day. A bare start-up is a Python that imports just
the modules that `advance` has imported when it ends.
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

ROUNDS = 3
STEPS = {"a day": ("2026-02-10", "2026-02-11"), "a month": ("2026-01-31", "2026-02-28")}
"""From one last day to another."""

_RUN = "import sys; from demo_data.cli import main; code = main(sys.argv[1:]); {then}; sys.exit(code)"
_IMPORTABLE = """
import contextlib, importlib, json, sys
found = []
for name in sys.argv[1:]:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
        found.append(name)
print(json.dumps(found))
"""
_TELL = "import json; print(json.dumps([*sys.modules]), file=sys.stderr)"


def run() -> None:
    print(f"load-test, taken on (processes of their own, medians of {ROUNDS})")
    with TemporaryDirectory() as folder:
        for step, (before, after) in STEPS.items():
            _measure(step, Path(folder), before, after)


def _measure(step: str, folder: Path, before: str, after: str) -> None:
    old, new, direct = folder / "old", folder / "new", folder / "direct"
    _call(["build", "load-test", "--as-of", before, "--out", str(old), "--quiet"])
    loaded = _modules(old, new, after)
    start, advanced, built = [], [], []
    for _ in range(ROUNDS):
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(old, new)
        start.append(_cpu(f"import importlib\nfor name in {loaded!r}: importlib.import_module(name)"))
        advanced.append(_call(["advance", str(new), "--to", after, "--quiet"]))
        built.append(_call(["build", "load-test", "--as-of", after, "--out", str(direct), "--quiet"]))
    bare, ours, whole = (median(seconds) for seconds in (start, advanced, built))
    beyond = (ours - bare) / (whole - bare)
    print(f"  by {step:8} advance {ours:.2f} CPU-s, build {whole:.2f}, bare start-up {bare:.2f}:", end=" ")
    print(f"{ours / whole:.0%} raw, {beyond:.0%} beyond the start-up")
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
