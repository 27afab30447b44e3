"""Processor seconds and peak memory of `demo-data validate` on `load-test`, in both forms, beside generating it; and of
the same rows in memory of several sizes, as they lie and in no order.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import polars as pl

ROUNDS = 3

_PROGRAM = """
import resource, sys
from demo_data.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


def run() -> None:
    for form, options in (("Parquet only", ("--no-json",)), ("with the JSON form", ())):
        print(f"load-test, {form}: generating it and validating it (processes of their own, median of {ROUNDS})")
        made, checked = rounds(*options)
        for name, (seconds, megabytes) in (("generate", made), ("validate", checked)):
            print(f"  {name:10}{seconds:>7.2f} CPU-s{megabytes:>9,.0f} MB")
        print(f"  validating takes {checked[0] / made[0]:.2f} times the CPU of generating")

    print("load-test, Parquet only, by what may be held: wall seconds, CPU, peak")
    with TemporaryDirectory() as folder:
        kept, mixed = Path(folder) / "kept", Path(folder) / "mixed"
        measured("build", "load-test", "--no-json", "--quiet", "--out", str(kept))
        _mix(kept, mixed)
        for name, place in (("as it lies", kept), ("in no order", mixed)):
            for size in ("100MB", "300MB", "1GB", "100GB"):
                began = time.perf_counter()
                seconds, megabytes = measured("validate", str(place), "--quiet", "--memory", size)
                wall = time.perf_counter() - began
                print(f"  {name:12}{size:>7}{wall:>8.1f} s{seconds:>8.1f} CPU-s{megabytes:>8,} MB")


def _mix(kept: Path, mixed: Path) -> None:
    """The same tables, the rows of documents in no order."""
    shutil.copytree(kept, mixed, ignore=shutil.ignore_patterns("documents.parquet"))
    documents = pl.read_parquet(kept / "documents.parquet")
    documents.sample(fraction=1, shuffle=True, seed=1).write_parquet(mixed / "documents.parquet")


def rounds(*options: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """CPU seconds and peak megabytes, medians: of building with these options, and of validating what was built."""
    made, checked = [], []
    for _ in range(ROUNDS):
        with TemporaryDirectory() as folder:
            out = str(Path(folder) / "out")
            made.append(measured("build", "load-test", *options, "--quiet", "--out", out))
            checked.append(measured("validate", out, "--quiet"))
    return medians(made), medians(checked)


def medians(found: list[tuple[float, int]]) -> tuple[float, float]:
    """The median of each of the two."""
    seconds, megabytes = zip(*found, strict=True)
    return median(seconds), median(megabytes)


def measured(*arguments: str) -> tuple[float, int]:
    """CPU seconds and peak megabytes of one command."""
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stderr.split()[-2:]
    return float(seconds), int(megabytes)
