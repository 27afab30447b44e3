"""What people have lying about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def seed(demo_dir: Path, tmp_path: Path) -> Path:
    """A directory of JSON files only, as somebody else may have written it by hand."""
    return Path(shutil.copytree(demo_dir / "json", tmp_path / "seed"))
