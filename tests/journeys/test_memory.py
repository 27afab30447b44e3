"""Memory: a load test stays small, and its size hardly shows. Minutes: `make soak`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import command, environment

MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def peak(*arguments: object) -> int:
    """The most memory, in bytes, that a real `demo-data` (or any of its workers) held at a time."""
    script = [sys.executable, "-c", MEASURE, *command(*arguments)]
    done = subprocess.run(script, env=environment(), capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


@pytest.mark.soak
def test_memory(tmp_path: Path) -> None:
    """Building the load test stays under 1 GB, and ten times its farmers add less than 20 %."""
    small = peak("build", "load-test", "--no-json", "--quiet", "--out", tmp_path / "small")
    large = peak(
        "build", "load-test", "--no-json", "--quiet", "--set", "farmers.count=200000", "--out", tmp_path / "large"
    )

    assert small < 1_000_000_000
    assert large < 1.2 * small, f"{small / 1e6:.0f} MB, then {large / 1e6:.0f} MB"
