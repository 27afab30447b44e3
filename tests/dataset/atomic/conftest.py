from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def old(minimal_dir: Path, tmp_path: Path) -> Path:
    """A dataset that a build is about to replace."""
    return Path(shutil.copytree(minimal_dir, tmp_path / "set"))


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system where directories cannot change places."""
    monkeypatch.setattr("demo_data.dataset.atomic.swap.exchange", lambda *_: False)
