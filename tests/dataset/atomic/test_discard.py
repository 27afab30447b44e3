"""What a killed process has left is removed, also while its workers still write there."""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from demo_data.dataset.atomic import swap


def test_a_worker_still_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that comes while the directory is being removed does not keep it there."""
    folder = tmp_path / "staging"
    (folder / "new").mkdir(parents=True)
    removes, late = shutil.rmtree, iter(range(3))

    def removed(path: Path, *, ignore_errors: bool) -> None:
        if next(late, None) is None:
            removes(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", removed)
    swap.discard(folder)
    assert not folder.exists()


def test_many_writers(tmp_path: Path) -> None:
    """As many writers as there may be, each of which puts files there until its directory is gone."""
    folder = tmp_path / "staging"
    (folder / "new").mkdir(parents=True)

    def write(number: int) -> None:
        with suppress(OSError):
            for name in range(100_000):
                (folder / "new" / f"{number}-{name}").write_bytes(b"")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    swap.discard(folder)
    for writer in writers:
        writer.join()
    assert not folder.exists()
