"""Processor seconds and peak memory of `demo-data validate` on `load-test`, beside those of generating it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 3

_PROGRAM = """
import resource, sys
from pipeline.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


def run() -> None:
    print("load-test, Parquet only: generating it and validating it (processes of their own, median of 3)")
    with TemporaryDirectory() as folder:
        made, checked = [], []
        for number in range(ROUNDS):
            out = str(Path(folder) / f"out{number}")
            made.append(measured("build", "load-test", "--no-json", "--quiet", "--out", out))
            checked.append(measured("validate", out, "--quiet"))
    for name, found in (("generate", made), ("validate", checked)):
        seconds, megabytes = (median(values) for values in zip(*found, strict=True))
        print(f"  {name:10}{seconds:>7.2f} CPU-s{megabytes:>9,.0f} MB")
    ratio = median(second for second, _ in checked) / median(second for second, _ in made)
    print(f"  validating takes {ratio:.2f} times the CPU of generating")


def measured(*arguments: str) -> tuple[float, int]:
    """CPU seconds and peak megabytes of one command."""
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stderr.split()[-2:]
    return float(seconds), int(megabytes)
