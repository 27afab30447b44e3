"""Peak memory of `demo-data build load-test`, and with ten times the farmers."""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryDirectory

_PROGRAM = """
import resource, sys
from demo_data.cli import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
sys.exit(code)
"""


def run() -> None:
    print("Peak memory of a build (one process)")
    first = peak("load-test")
    print(f"  load-test, Parquet and JSON           {first:>6,} MB")
    plain = peak("load-test", "--no-json")
    ten = peak("load-test", "--no-json", "--set", "farmers.count=200000")
    print(f"  load-test, Parquet only               {plain:>6,} MB")
    print(f"  ten times the farmers, Parquet only   {ten:>6,} MB  ({ten / plain - 1:+.0%})")


def peak(*arguments: str) -> int:
    """Megabytes that one build took at most."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _PROGRAM, "build", *arguments, "--quiet", "--out", f"{folder}/out"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1])
