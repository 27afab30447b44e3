"""What it costs to make load-test in eight shards and seal them, against one build: CPU time of whole commands.

Eight processes more start up; that is told apart. A bare start-up is a Python that imports what a shard imports and
reads the profile.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 3
SHARDS = 8

_BARE = """
import demo_data.cli, demo_data.report, demo_data.shards.making, demo_data.versions.write
from demo_data.common import machine
from demo_data.profile import load_profile
machine.without_pandas()
load_profile("load-test")
"""


def run() -> None:
    with TemporaryDirectory() as folder:
        rounds = [_measured(Path(folder) / f"{number}") for number in range(ROUNDS)]
    build, bare, shards, seal, size = map(median, zip(*rounds, strict=True))
    more = shards + seal - build
    print(f"load-test in {SHARDS} shards (CPU seconds of whole commands, medians of {ROUNDS})")
    print(f"  one build {build:.2f}; shards {shards:.2f}, seal {seal:.2f}; a bare start-up {bare:.2f}")
    print(
        f"  beyond {SHARDS} start-ups {(more - SHARDS * bare) / build:+.1%} of the build; receipts {size / 1e6:.0f} MB"
    )


def _measured(folder: Path) -> tuple[float, float, float, float, int]:
    """CPU seconds of a build, of a start-up, of all shards and of their seal; the bytes of the receipts."""
    make = ["-m", "demo_data", "build", "load-test", "--quiet", "--out"]
    build, bare = _cpu(*make, str(folder / "direct")), _cpu("-c", _BARE)
    out = folder / "shards"
    shards = sum(_cpu(*make, str(out), "--shard", f"{number}/{SHARDS}") for number in range(1, SHARDS + 1))
    size = sum(path.stat().st_size for path in (out / "receipts").iterdir())
    seal = _cpu("-m", "demo_data", "seal", str(out), "--quiet")
    manifests = {(each / "snapshot.json").read_bytes() for each in (folder / "direct", out)}
    if len(manifests) > 1:
        raise AssertionError("another dataset")
    return build, bare, shards, seal, size


def _cpu(*arguments: str) -> float:
    """CPU seconds of a Python of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
