"""A build that is killed leaves the old dataset or the new one, and what is left of it goes with the next run.

Where directories cannot change places, files do one by one, and the third possibility is one without a manifest.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo_data.common.errors import UsageError
from demo_data.dataset.layout import MANIFEST
from tests.dataset.atomic.building import again, assert_whole, whole
from tests.running import ROOT, command, contents, environment, names

HALTED = """
import os, signal, sys
from pathlib import Path
from demo_data.dataset import store
from demo_data.dataset.atomic import swap
from demo_data.versions import write
from demo_data.build import build
from demo_data.profile import load_profile
name, nth, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
owner = {
    "replace": Path, "unlink": Path, "rename": Path, "write_part": store, "write_json": store, "describe": write,
    "link": os, "exchange": swap,
}[name]
original, calls = getattr(owner, name), 0
def killed(*arguments, **options):
    global calls
    calls += 1
    if calls == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **options)
setattr(owner, name, killed)
build(load_profile("minimal", seed=99), out, finish=write.finish)
"""


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("name", "nth", "left"),
    [
        ("write_part", 3, "old"),
        ("write_json", 1, "old"),
        ("describe", 1, "old"),
        ("link", 1, "old"),
        ("rename", 1, "old"),
        ("exchange", 1, "old"),
        ("unlink", 1, "new"),
    ],
)
def test_killed(name: str, nth: int, left: str, old: Path) -> None:
    """Killed at any moment, a build leaves the old dataset or the new one, whole; the next one cleans up."""
    (old / "mine.txt").write_text("mine")
    before = contents(old)
    assert killed(old, name, nth)
    after = {path: hash_ for path, hash_ in contents(old).items() if not path.startswith(".building-")}
    remains = [path for folder in (old, old.parent) for path in names(folder) if ".building-" in path]

    assert remains
    assert after == (before if left == "old" else whole(99) | {"mine.txt": before["mine.txt"]})
    (old / "mine.txt").unlink()
    again(old)
    assert_whole(old, 99)
    assert names(old.parent) == [old.name]


def killed(*arguments: object) -> bool:
    """Build in `arguments[0]`, and die by SIGKILL at the nth call of a function."""
    out, name, nth = arguments
    script = [sys.executable, "-c", HALTED, str(name), str(nth), str(out)]
    done = subprocess.run(script, env=environment(), cwd=ROOT, check=False, capture_output=True, text=True)
    return done.returncode == -signal.SIGKILL


@pytest.mark.sample(1)
@pytest.mark.parametrize("wait", [0.9, 1.6])
def test_killed_with_workers(wait: float, tmp_path: Path) -> None:
    """Workers end with a killed parent, and leave nothing that looks finished."""
    out = tmp_path / "set"
    process = subprocess.Popen(
        command("build", "load-test", "--no-json", "--workers", 2, "--quiet", "--out", out), env=environment()
    )
    try:
        time.sleep(wait)
        for _ in range(600):
            if out.is_dir() and len(children(process.pid)) >= 2:
                break
            time.sleep(0.05)
        workers = children(process.pid)
    finally:
        process.kill()
        process.wait()
    assert not (out / MANIFEST).exists()
    deadline = time.monotonic() + 20
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert not [worker for worker in workers if running(worker)]
    assert len(workers) >= 2
    again(out)
    assert_whole(out, 99)


def children(process: int) -> list[int]:
    """The processes that `process` has started."""
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("needs Linux's /proc to find the workers")
    return [int(child) for child in path.read_text().split()]


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_stale(old: Path) -> None:
    """What a killed build left goes."""
    (old / ".building-dataset" / "new" / "json").mkdir(parents=True)
    (old / ".building-dataset" / "new" / "farmers.parquet").write_text("half")
    (old / ".building-dataset" / "new" / "json").chmod(0o500)
    again(old)

    assert_whole(old, 99)


def test_not_stale(old: Path) -> None:
    """A name that only looks alike stays."""
    kept = [".building-1", ".building-\u00b2", ".building-a-house"]
    for name in kept:
        (old / name).mkdir()
    again(old)

    assert [path for path in names(old) if path.startswith(".")] == sorted(kept)


@pytest.mark.parametrize("made", ["mine.txt", "old/farmers.parquet"])
def test_not_ours(made: str, old: Path) -> None:
    """A staging directory that holds what no build leaves is named, and stays."""
    (old / ".building-dataset" / made).parent.mkdir(parents=True)
    (old / ".building-dataset" / made).write_text("mine")
    before = contents(old)
    with pytest.raises(UsageError, match=r"\.building-dataset: .*; move it away"):
        again(old)

    assert contents(old) == before
