"""Where a dataset cannot be written, a line says so, and what was there stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import called, command, contents, environment, names

BARE = """
import ctypes, os, sys
if os.geteuid() == 0:  # even root is to be held by permissions: PR_CAPBSET_DROP of CAP_DAC_OVERRIDE
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.sample(1)
@pytest.mark.parametrize("place", ["set", "set/below"])
def test_unwritable(place: str, tmp_path: Path, minimal_dir: Path) -> None:
    """An unwritable directory is told in one line, and stays as it was."""
    shutil.copytree(minimal_dir, tmp_path / "set")
    (tmp_path / "set").chmod(0o555)
    before = contents(tmp_path)
    build_it = command("build", "minimal", "--out", tmp_path / place)
    done = subprocess.run(
        [sys.executable, "-c", BARE, *build_it], env=environment(), check=False, capture_output=True, text=True
    )
    (tmp_path / "set").chmod(0o755)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"demo-data: {tmp_path / place}: cannot be written: Permission denied\n"
    assert contents(tmp_path) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a file system of so many kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(kilobytes: int) -> Path:
        options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(place)]
        if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
            pytest.skip("mounting a small file system needs root")
        return place

    yield mount
    if os.path.ismount(place):
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.sample(2)
@pytest.mark.parametrize("kilobytes", [24, 64, 88, 120, 144, 200, 300])
def test_full_disk(kilobytes: int, small_disk: Callable[[int], Path], capsys: pytest.CaptureFixture[str]) -> None:
    """On a disk that is full at any step, one line says so and names the place; nothing is left on it."""
    disk = small_disk(kilobytes)
    code, out, err = called(capsys, "build", "minimal", "--out", disk / "set")

    assert (code, out) == (2, "")
    assert err.startswith(f"demo-data: {disk / 'set'}: cannot be written: ")
    assert "No space left on device" in err
    assert len(err.splitlines()) == 1
    assert names(disk) == []


def test_full_disk_keeps_the_old(
    small_disk: Callable[[int], Path], minimal_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no room beside the old dataset, it stays as it was."""
    disk = small_disk(1000)
    shutil.copytree(minimal_dir, disk / "set")
    before = contents(disk)
    for workers in (1, 2):
        code, _, err = called(capsys, "build", "demo", "--out", disk / "set", "--workers", workers)

        assert code == 2
        assert "No space left on device" in err
        assert contents(disk) == before
