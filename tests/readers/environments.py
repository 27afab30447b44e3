"""Environments of their own, with other versions of other libraries, which uv makes and keeps in its cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

UV = Path(sys.executable).with_name("uv")
BEGUN = "begun"
"""What each script says first, before it imports anything: then its environment was made."""
OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What would let this environment's packages into the other one."""


def run(packages: Sequence[str], script: Path, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A script's run with `packages` alone. Fails the test where no environment can be made of them."""
    wanted = [part for package in packages for part in ("--with", package)]
    done = subprocess.run(
        [UV, "run", "--no-project", "--python", sys.executable, *wanted, "python", script, *map(str, arguments)],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in OURS},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    if not done.stdout.startswith(BEGUN):
        pytest.fail(f"uv, which needs the network, made no environment of {', '.join(packages)}:\n{done.stderr}")
    return done
