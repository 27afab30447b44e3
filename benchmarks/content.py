"""The content hash's share of a build's processor time, taken while `demo-data build load-test` makes the data."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 3

_PROGRAM = """
import sys, time
from demo_data.dataset import content_hash as content
from demo_data.cli import main

spent = 0.0

def timed(function):
    def call(*arguments):
        global spent
        began = time.process_time()
        try:
            return function(*arguments)
        finally:
            spent += time.process_time() - began
    return call

content.run, content.whole, content.Run.content = map(timed, (content.run, content.whole, content.Run.content))
code = main(sys.argv[1:])
print(spent, time.process_time(), file=sys.stderr)
sys.exit(code)
"""


def run() -> None:
    print(f"Content hashes while load-test is made (one process, median of {ROUNDS})")
    for name, options in (("Parquet and JSON", ()), ("Parquet only", ("--no-json",))):
        hashing, all_of_it = map(median, zip(*(measured(*options) for _ in range(ROUNDS)), strict=True))
        print(f"  {name:20}{hashing:>6.2f} of {all_of_it:>5.2f} CPU-s: {hashing / all_of_it:.1%}")


def measured(*options: str) -> tuple[float, float]:
    """Processor seconds of hashing, and of the whole build."""
    with TemporaryDirectory() as folder:
        arguments = ["build", "load-test", "--quiet", "--out", f"{folder}/out", *options]
        done = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=True)
    hashing, whole = done.stderr.split()[-2:]
    return float(hashing), float(whole)
