"""What a killed process has left is removed, also while its workers still write there."""

from __future__ import annotations

import shutil
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
