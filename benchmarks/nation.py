"""What is done with a dataset of the nation's kind, each beside the build of the same run: CPU, wall, peak memory.

`python -m benchmarks nation --growers 650000` is `kenya`; fewer growers (20,000 by default) are a smaller part of it.
Commands are processes of their own; memory is that of the largest process of each. Loading goes into the server that
the variable DEMO_DATA_TEST_MONGODB_URI names, or into the tests' own, whose memory is not counted. Feeds of whole
datasets are not written: they would take 3 KB a document.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from demo_data.dataset.manifest import read_manifest
from tests.export.mongodb.serving import Databases, serving

GROWERS = 20_000
_OF_ALL = 650_000
_POINTS = 3_479
_SUFFIX = "nation"
_LATER = "2026-02-01"
"""The day after the last one of `kenya`."""


class Taken(NamedTuple):
    """CPU seconds of a command and all that it started, seconds on the clock, megabytes of its largest process."""

    cpu: float
    wall: float
    megabytes: int


def run(growers: int = GROWERS) -> None:
    """Measure and print."""
    points = max(_POINTS * growers // _OF_ALL, 200)
    scale = ("--set", f"farmers.count={growers}", "--set", f"collection_points.count={points}")
    with TemporaryDirectory() as folder:
        here, other, later, feed, bad = (str(Path(folder) / name) for name in ("here", "other", "later", "feed", "bad"))
        build = ("build", "kenya", "--no-json", "--workers", "2", "--quiet", *scale)
        base = taken(*build, "--out", here)
        manifest = read_manifest(Path(here))
        rows = sum(table.rows for table in manifest.tables)
        print(f"kenya with {growers:,} growers: {rows:,} records ({os.cpu_count()} cores), Parquet alone")
        print(f"  {'command':28}{'CPU-s':>9}{'of the build':>14}{'wall s':>9}{'MB':>8}")
        _print("build, two workers", base, base)
        taken(*build, "--seed", "2", "--out", other)
        for name, arguments in {
            "validate": ("validate", here, "--quiet"),
            "verify": ("snapshot", "verify", here),
            "diff, all rows changed": ("snapshot", "diff", here, other),
            "advance by a day": ("advance", here, "--to", _LATER, "--out", later, "--quiet"),
            "changes of a day": ("changes", here, later, "--out", feed, "--quiet"),
            "changes, all rows changed": ("changes", here, other, "--quiet"),
            "corrupt": ("corrupt", here, "--out", bad),
        }.items():
            _print(name, taken(*arguments), base)
        _load(here, Path(folder), base)


def _load(dataset: str, folder: Path, base: Taken) -> None:
    given = os.environ.get("DEMO_DATA_TEST_MONGODB_URI")
    with (
        nullcontext(given) if given else serving(folder, "--standalone") as uri,
        Databases(str(uri), _SUFFIX) as databases,
    ):
        databases.drop()
        _print("load", taken("load", dataset, "--uri", str(uri), "--suffix", _SUFFIX, "--quiet"), base)


def taken(*arguments: str) -> Taken:
    """What one command takes. Raises RuntimeError where it fails; differences and changes are no failure."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "demo_data", *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 1) if "diff" in arguments else (0,)):
        raise RuntimeError(f"{' '.join(arguments)}: failed")
    return Taken(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss // 1024)


def _print(name: str, used: Taken, base: Taken) -> None:
    times = used.cpu / base.cpu
    print(f"  {name:28}{used.cpu:>9.1f}{times:>13.2f}x{used.wall:>9.1f}{used.megabytes:>8,}", flush=True)
