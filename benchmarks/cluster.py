"""Two workers of Dask on this machine against a pool of two processes: the same build, CPU of all processes, and wall.

Whole commands, in turn, Parquet alone: load-test as it is, and with more farmers, where what it takes to start counts
less.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 5
_WAYS = {"pool": ("--workers", "2"), "dask": ("--dask", "--workers", "2")}
_SIZES = {
    "load-test": (),
    "four times the farmers": ("--set", "farmers.count=80000", "--set", "collection_points.count=400"),
}


def run() -> None:
    print(f"Two workers, a pool's and Dask's (whole commands, Parquet alone, medians of {ROUNDS} in turn)")
    with TemporaryDirectory() as folder:
        for size, settings in _SIZES.items():
            taken: dict[str, list[tuple[float, float]]] = {way: [] for way in _WAYS}
            for _ in range(ROUNDS):
                for way, options in _WAYS.items():
                    taken[way].append(_build(Path(folder) / "out", *settings, *options))
            for of, what in enumerate(("CPU", "wall")):
                pool, dask = (median(one[of] for one in taken[way]) for way in _WAYS)
                print(f"  {size:24} {what:5} {pool:6.1f} s and {dask:6.1f} s: {dask / pool - 1:+.0%}")


def _build(out: Path, *options: str) -> tuple[float, float]:
    """CPU seconds of a build and all that it started, and seconds on the clock."""
    shutil.rmtree(out, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "demo_data",
        "build",
        "load-test",
        "--no-json",
        "--quiet",
        "--out",
        str(out),
        *options,
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)}: failed")
    process.returncode = 0
    return used.ru_utime + used.ru_stime, time.perf_counter() - began
